"""The command group `chati wechat`."""

import click


@click.group()
def wechat() -> None:
    """WeChat service account."""
