"""Signing in and out, and the own password."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from backend.accounts import callers, login_manager, service
from backend.console import menu
from backend.console.shell import page
from backend.foundation.errors import BadInput
from backend.foundation.limits import limiter
from backend.foundation.permissions import OWN, public, requires

blueprint = Blueprint("account", __name__)
MAX_FIELD = 200
WRONG = "登录名或密码不对"


@login_manager.unauthorized_handler
def ask() -> Response:
    """Have somebody sign in who opened a page that is not for everybody, and take them there then."""
    wanted = request.full_path.rstrip("?")
    if request.method == "POST":  # what was sent cannot be sent again from here: back to the page on which it was typed
        page_of_form = urlsplit(request.referrer or "")
        wanted = page_of_form.path if page_of_form.netloc == request.host else ""
    return redirect(url_for("account.login", next=wanted or None))


@blueprint.get("/login")
@public
def login() -> Response:
    """Show the sign-in form."""
    if current_user.is_authenticated:
        return redirect(_next())
    return _login_form()


@blueprint.post("/login")
@public
@limiter.limit(lambda: current_app.config["CHATI"].login_limit)
def sign_in() -> Response:
    """Sign somebody in and take them where they wanted to go."""
    name, password = (request.form.get(field, "") for field in ("login", "password"))
    caller = service.authenticate(name, password) if max(len(name), len(password)) <= MAX_FIELD else None
    if caller is None:
        return _login_form(name[:MAX_FIELD], WRONG, 422)
    callers.sign_in(caller)
    return redirect(_next(), 303)


@blueprint.post("/logout")
@public
def logout() -> Response:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(url_for("account.login"), 303)


@blueprint.get("/account/password")
@requires(OWN)
def password() -> Response:
    """Show the form for a new password."""
    return _password_form()


@blueprint.post("/account/password")
@requires(OWN)
@limiter.limit(lambda: current_app.config["CHATI"].login_limit)
def change_password() -> Response:
    """Change the own password; other sessions end, this one goes on."""
    old, new, again = (request.form.get(field, "") for field in ("old", "password", "again"))
    try:
        if new != again:
            raise BadInput.of("again", "两次输入的新密码不一样")
        caller = service.change_password(current_user.login, old, new)
    except BadInput as error:
        return _password_form(error.fields, status=422)
    callers.sign_in(caller)
    return _password_form(done=True)


def _login_form(name: str = "", error: str = "", status: int = 200) -> Response:
    wanted = request.values.get("next", "")
    return page("console/login.html", login=name, error=error, next=wanted, status=status)


def _password_form(errors: dict[str, str] | None = None, *, done: bool = False, status: int = 200) -> Response:
    return page("console/password.html", errors=errors or {}, done=done, home=menu.home(), status=status)


def _next() -> str:
    """Return where to go after signing in: only a path of this site, whatever the address bar was made to say."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    own = wanted.startswith("/") and not wanted.startswith("//") and not parts.netloc and not parts.scheme
    return wanted if own and wanted.isprintable() and "\\" not in wanted else menu.home()
