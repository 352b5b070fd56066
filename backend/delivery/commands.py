"""The commands `chati worker`, `chati outbox …` and `chati audit …`."""

import signal
import threading

import click
from flask.cli import with_appcontext

from backend.accounts.actors import COMMAND
from backend.delivery import mail, outgoing, recipients, webhook
from backend.delivery import worker as delivery
from backend.foundation import audit as seals
from backend.foundation import clock
from backend.foundation.commands import Command, Group, none
from backend.foundation.outbox import FAILED, PENDING, SENT, UNDELIVERABLE

WHY = {
    "changed": "内容被改动",
    "missing": "有记录被删除",
    "inserted": "有记录被插入",
    "seal missing": "缺少封存",
    "another chain": "不是以前的那条链",
}


@click.command(cls=Command)
@with_appcontext
def worker() -> None:
    """Deliver messages and run periodic jobs until SIGTERM or SIGINT; finish the message at hand first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    delivery.run(stop)


@click.group(cls=Group)
def outbox() -> None:
    """Messages to people and systems: what waits, what failed, where they go."""


@outbox.command("list")
@click.option("--state", type=click.Choice([PENDING, SENT, FAILED, UNDELIVERABLE]), help="Default: pending and failed.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Messages at most.")
@with_appcontext
def list_messages(state: str | None, limit: int) -> None:
    """List messages, the oldest first."""
    found = list(outgoing.messages(state, limit))
    if not found:
        none("没有消息" if state else "没有待发或失败的消息")
    for row in found:
        created = f"{clock.local(row['created_at']):%Y-%m-%d %H:%M:%S}"
        words = (str(row["_id"]), row["state"], created, row["channel"], row["template"], row["subject"])
        click.echo("\t".join((*words, f"{row['attempts']}", row.get("error") or "")))


@outbox.command("retry")
@click.argument("message", required=False)
@click.option("--all-failed", is_flag=True, help="All messages that failed.")
@with_appcontext
def retry(message: str | None, all_failed: bool) -> None:
    """Send a failed message again."""
    if (message is None) != all_failed:
        raise click.UsageError("写一条消息的编号，或者 --all-failed")
    if message is None:
        click.echo(outgoing.retry_all_failed(by=COMMAND))
    else:
        outgoing.retry(message, by=COMMAND)


@outbox.command("webhook")
@click.argument("bureau")
@click.argument("url", required=False)
@click.option("--off", is_flag=True, help="Send nothing more.")
@with_appcontext
def set_webhook(bureau: str, url: str | None, off: bool) -> None:
    """Set where a bureau's own system takes messages; prints the key that signs them, this once."""
    if (url is None) != off:
        raise click.UsageError("写网址，或者 --off")
    if url is None:
        webhook.remove_endpoint(bureau, by=COMMAND)
    else:
        click.echo(webhook.set_endpoint(bureau, url, by=COMMAND))


@outbox.command("mailbox")
@click.argument("recipient")
@click.argument("address", required=False)
@click.option("--off", is_flag=True, help="Forget the address.")
@with_appcontext
def set_mailbox(recipient: str, address: str | None, off: bool) -> None:
    """Set the e-mail address of a bureau, a unit (each by its name or id) or person:ID; they have to be there."""
    if (address is None) != off:
        raise click.UsageError("写邮箱，或者 --off")
    if address is None:
        mail.remove_mailbox(recipients.meant(recipient), by=COMMAND)
    else:
        mail.set_mailbox(recipients.meant(recipient), address, by=COMMAND)


@click.group(cls=Group)
def audit() -> None:
    """The chain of hashes over everything that happened."""


@audit.command("verify")
@click.option("--known", metavar="HASH", help="A head noted earlier, or a hash from the worker's log (audit.sealed).")
@click.pass_context
@with_appcontext
def verify(ctx: click.Context, known: str | None) -> None:
    """Check that no sealed event was changed, removed or inserted; exit 1 if one was."""
    found = seals.verify(known)
    if found.ok:
        click.echo(f"完好：{found.sealed} 条记录，链头 {found.head}")
        return
    where = f"第 {found.first_bad} 个封存：" if found.first_bad else ""
    click.echo(f"有问题：{where}{WHY[found.why]}；之前的 {found.sealed} 条完好")
    ctx.exit(1)
