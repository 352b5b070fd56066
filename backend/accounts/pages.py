"""Sign-in, sign-out and the own password."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user

from backend.accounts import callers, service
from backend.foundation.errors import BadInput
from backend.foundation.limits import limiter
from backend.foundation.permissions import public, requires

blueprint = Blueprint("accounts", __name__)
HOME = "/desk"
MAX_FIELD = 200
WRONG = "登录名或密码不对"


@blueprint.get("/login")
@public
def login() -> Response | str:
    """Show the sign-in form."""
    if current_user.is_authenticated:
        return redirect(_next())
    return _login_form()


@blueprint.post("/login")
@public
@limiter.limit(lambda: current_app.config["CHATI"].login_limit)
def sign_in() -> Response | tuple[str, int]:
    """Sign somebody in and take them where they wanted to go."""
    name, password = (request.form.get(field, "") for field in ("login", "password"))
    caller = service.authenticate(name, password) if max(len(name), len(password)) <= MAX_FIELD else None
    if caller is None:
        return _login_form(name[:MAX_FIELD], WRONG), 422
    callers.sign_in(caller)
    return redirect(_next(), 303)


@blueprint.post("/logout")
@public
def logout() -> Response:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(url_for("accounts.login"), 303)


@blueprint.get("/account/password")
@requires("desk.see")
def password() -> str:
    """Show the form for a new password."""
    return render_template("accounts/password.html", errors={}, done=False)


@blueprint.post("/account/password")
@requires("desk.see")
@limiter.limit(lambda: current_app.config["CHATI"].login_limit)
def change_password() -> str | tuple[str, int]:
    """Change the own password; other sessions end, this one goes on."""
    old, new, again = (request.form.get(field, "") for field in ("old", "password", "again"))
    try:
        if new != again:
            raise BadInput.of("again", "两次输入的新密码不一样")
        caller = service.change_password(current_user.login, old, new)
    except BadInput as error:
        return render_template("accounts/password.html", errors=error.fields, done=False), 422
    callers.sign_in(caller)
    return render_template("accounts/password.html", errors={}, done=True)


def _login_form(name: str = "", error: str = "") -> str:
    return render_template("accounts/login.html", login=name, error=error, next=request.values.get("next", ""))


def _next() -> str:
    """Return where to go after signing in: only a path of this site, whatever the address bar was made to say."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    own = wanted.startswith("/") and not wanted.startswith("//") and not parts.netloc and not parts.scheme
    return wanted if own and wanted.isprintable() and "\\" not in wanted else HOME
