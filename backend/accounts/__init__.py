"""Accounts: people who sign in, roles, API keys and WeChat bindings."""

from flask import Flask
from flask_login import LoginManager

login_manager = LoginManager()


def init_app(app: Flask) -> None:
    """Bring sign-in by page and by API key."""
    login_manager.init_app(app)
