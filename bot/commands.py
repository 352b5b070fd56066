"""The command group `chati wechat`."""

import json
from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from backend.foundation.commands import Group
from bot import menu as menus
from bot.transport import ApiError


@click.group(cls=Group)
def wechat() -> None:
    """WeChat service account."""


@wechat.group()
def menu() -> None:
    """Menu below the chat."""


@menu.command()
@with_appcontext
def push() -> None:
    """Install the menu."""
    _told(lambda: menus.push(current_app.config["CHATI"].lasting_url()))
    click.echo("菜单已安装；用户进入聊天后五分钟内看到。")


@menu.command()
@with_appcontext
def show() -> None:
    """Show the menu that WeChat has now."""
    click.echo(json.dumps(_told(menus.installed), ensure_ascii=False, indent=2))


def _told(work: Callable[[], Any]) -> Any:
    if current_app.extensions["chati.wechat"] is None:
        raise click.ClickException("CHATI_WECHAT_APPID：没有配置微信服务号")
    try:
        return work()
    except ApiError as error:
        raise click.ClickException(f"微信：{error.why}") from error
