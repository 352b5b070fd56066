"""The composition root: create_app() is backend plus bot, `app` is for the web server, `cli` is the command `chati`."""

from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo

import backend
import bot
from backend.cli import chati
from backend.foundation import database, joining
from backend.foundation.commands import EXPECTED, plain, speak_chinese
from backend.foundation.embedded import die_with_parent
from bot.commands import wechat
from config.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Build Chati and connect it to its database.

    Args:
        settings: read from the environment when not given.
    """
    settings = settings or Settings.from_env()
    app = backend.create_app(settings)
    bot.init_app(app)
    database.connect(settings)
    return app


def cli() -> Any:
    """Run the command `chati`."""
    chati.add_command(wechat)
    return speak_chinese(chati).main(prog_name="chati", obj=ScriptInfo(create_app=_joined_app, set_debug_flag=False))


def _joined_app() -> Flask:
    """Build Chati for a command, and say which running server's settings it has."""
    joined = joining.joined()
    if joined.server:
        mode = "演示模式，" if joined.settings.demo else ""
        where = f"{joined.settings.public_url}（{mode}进程 {joined.server}）"
        click.echo(f"按正在运行的 chati serve 的设置执行：{where}", err=True)
    return create_app(joined.settings)


def __getattr__(name: str) -> Flask:
    """Build `app` when the web server asks for it, not when the command line imports this module."""
    if name == "app":
        die_with_parent()  # a web worker whose server was killed would go on answering on the same port
        try:
            return create_app()
        except EXPECTED as error:
            raise SystemExit(f"Error: {plain(error)}") from None
    raise AttributeError(name)


if __name__ == "__main__":
    cli()
