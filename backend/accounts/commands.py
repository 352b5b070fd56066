"""The command group `chati admin`: people and API keys."""

from collections.abc import Callable
from typing import Any

import click
from flask.cli import with_appcontext

from backend.accounts import service
from backend.accounts.actors import COMMAND, KEY_ID_LENGTH
from backend.foundation import database
from backend.foundation.commands import Group, none
from backend.registry import queries as registry
from config import load


class Role(click.ParamType):
    """A role of config/roles.toml."""

    name = "role"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take a known role or say which ones there are."""
        if value not in load("roles"):
            self.fail(f"没有角色 {value!r}，可选：{'、'.join(load('roles'))}", param, ctx)
        return value


def belonging(run: Callable[..., None]) -> Callable[..., None]:
    """Declare the options that say where a person or key belongs."""
    bureau = click.option("--jurisdiction", metavar="ID", help="Bureau, such as 500103, for roles that belong to one.")
    unit = "Unit or body, for roles that belong to one, by id, name or 统一社会信用代码."
    return bureau(click.option("--organisation", metavar="ID|NAME|CODE", help=unit)(run))


@click.group(cls=Group)
def admin() -> None:
    """Manage people who sign in and programs that call the API."""


@admin.command("create-person")
@click.argument("login")
@click.option("--name", required=True, help="As the record shows it.")
@click.option("--role", required=True, type=Role(), help="A role of config/roles.toml.")
@belonging
@click.password_option(help="Asked for when not given.")
@with_appcontext
def create_person(
    *, login: str, name: str, role: str, jurisdiction: str | None, organisation: str | None, password: str
) -> None:
    """Make an account for somebody."""
    service.create_person(login, name, password, role, jurisdiction, organisation=_meant(organisation), by=COMMAND)
    click.echo(f"{service.normal_login(login)}：已开账号")


@admin.command("reset-password")
@click.argument("login")
@click.password_option(help="Asked for when not given.")
@with_appcontext
def reset_password(login: str, password: str) -> None:
    """Give somebody a new password; their sessions end."""
    service.reset_password(login, password, by=COMMAND)
    click.echo(f"{service.normal_login(login)}：已换密码")


@admin.command()
@click.argument("login")
@with_appcontext
def deactivate(login: str) -> None:
    """Close somebody's account; the history stays."""
    service.deactivate(login, by=COMMAND)
    click.echo(f"{service.normal_login(login)}：已停用")


@admin.command("create-key")
@click.argument("name")
@click.option("--role", required=True, type=Role(), help="A role of config/roles.toml.")
@belonging
@with_appcontext
def create_key(name: str, role: str, jurisdiction: str | None, organisation: str | None) -> None:
    """Make an API key and print it this once."""
    click.echo(service.create_api_key(name, role, jurisdiction, organisation=_meant(organisation), by=COMMAND))


@admin.command("revoke-key")
@click.argument("key_id")
@with_appcontext
def revoke_key(key_id: str) -> None:
    """Revoke an API key by the id that `list` shows."""
    service.revoke_api_key(key_id, by=COMMAND)
    click.echo(f"{key_id}：已收回")


@admin.command("list")
@with_appcontext
def list_() -> None:
    """List people and keys."""
    people = list(database.collection("people").find().sort("login", 1))
    keys = list(database.collection("api_keys").find().sort("name", 1))
    if not people and not keys:
        none("没有人员，也没有密钥")
    for person in people:
        _line("person", person["login"], person)
    for key in keys:
        _line("key", key["_id"][:KEY_ID_LENGTH], key)


def _meant(organisation: str | None) -> str | None:
    return registry.organisation_meant(organisation) if organisation else None


def _line(kind: str, name: str, row: dict[str, Any]) -> None:
    state = "active" if row["active"] else "closed"
    place = row.get("jurisdiction") or row.get("organisation") or "-"
    click.echo("\t".join((kind, name, row["name"], row["role"], place, state)))
