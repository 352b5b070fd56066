"""Accounts: people who sign in, roles and API keys; the pages for signing in are the workbench's."""

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError

from backend.accounts import callers, succession
from backend.foundation.errors import ChatiError
from backend.foundation.permissions import PUBLIC, permission_of
from backend.registry import followers


class SessionOnly(LoginManager):
    """Flask-Login without "remember me", whose look into the session would make every public page vary by cookie."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


login_manager = SessionOnly()


def init_app(app: Flask) -> None:
    """Know who calls, by session and by API key."""
    login_manager.session_protection = "strong"
    # As a Jinja global it is looked up only where a template asks: public pages neither read nor vary by the session.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.user_loader(callers.of_session)
    login_manager.request_loader(callers.of_request)
    app.jinja_env.globals["current_user"] = current_user
    app.before_request(callers.refuse_unknown_key)
    followers.inherit(followers.UNITS, "accounts", succession.change_unit)
    app.register_error_handler(CSRFError, _stale_form)


def _stale_form(_: CSRFError) -> ResponseReturnValue:
    """Have somebody sign in whose session ended while they typed; what they typed waits in their browser."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view and permission_of(view) != PUBLIC and not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # where Flask-Login puts it
    return current_app.handle_user_exception(ChatiError("登录已到期或页面打开太久，请返回上一页，刷新后再提交"))
