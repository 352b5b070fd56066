"""Accounts: people who sign in, roles, API keys and WeChat bindings."""

from flask import Flask
from flask_login import LoginManager, current_user

from backend.accounts import callers, pages

login_manager = LoginManager()


def init_app(app: Flask) -> None:
    """Bring sign-in by page and by API key."""
    login_manager.session_protection = "strong"
    # As a Jinja global it is looked up only where a template asks: public pages neither read nor vary by the session.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.user_loader(callers.of_session)
    login_manager.request_loader(callers.of_request)
    app.jinja_env.globals["current_user"] = current_user
    app.before_request(callers.refuse_unknown_key)
    app.register_blueprint(pages.blueprint)
