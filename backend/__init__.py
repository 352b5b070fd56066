"""The Flask service of Chati."""

from collections.abc import Iterable
from types import ModuleType

from flask import Flask

import config
from backend import (
    accounts,
    card,
    casework,
    community,
    complaints,
    console,
    delivery,
    directory,
    disclosure,
    incidents,
    inspection,
    insurance,
    pilots,
    registry,
    upkeep,
)
from backend.foundation import api, errors, forms, permissions, telemetry, web
from config.settings import Settings

SLICES = (
    registry,
    accounts,
    delivery,
    card,
    casework,
    console,
    disclosure,
    upkeep,
    inspection,
    incidents,
    insurance,
    complaints,
    pilots,
    community,
    directory,
)


def create_app(settings: Settings, slices: Iterable[ModuleType] = SLICES) -> Flask:
    """Build the service without connecting to anything.

    Args:
        settings: see `config.settings`.
        slices: what it is made of.

    Raises:
        ConfigError: a file under `config/` is wrong.
        SettingsError: a key is missing that several machines must share.
    """
    config.check()
    app = Flask(__name__)
    app.request_class = forms.TypedRequest
    app.config.update(
        CHATI=settings,
        SECRET_KEY=settings.key("secret_key"),
        MAX_CONTENT_LENGTH=settings.body_limit_kib * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
    )
    app.extensions["chati.data_key"] = settings.key("data_key")
    app.extensions["chati.sign_key"] = settings.key("sign_key")
    telemetry.configure_logging(settings.log_level)
    errors.init_app(app)
    web.init_app(app, settings)
    telemetry.init_app(app)
    api.init_app(app)
    for part in slices:
        part.init_app(app)
    permissions.init_app(app)
    web.behind_proxies(app, settings)
    return app
