"""The channel `email`: news by SMTP."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate

from flask import current_app

from backend.accounts.actors import Actor
from backend.delivery import wording
from backend.delivery.channels import Broken, Outcome, Retry, Sent, Unreachable
from backend.delivery.documents import Mailbox
from backend.foundation import clock, events
from backend.foundation.database import collection, transactional
from backend.foundation.errors import BadInput
from backend.foundation.outbox import Message
from backend.foundation.protect import seal, unseal
from config.settings import Settings, SettingsError

SECURITY = ("starttls", "tls", "none")
PERMANENT = range(500, 600)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
MAX_ADDRESS = 254


def is_configured(settings: Settings) -> bool:
    """Tell whether there is a mail server.

    Args:
        settings: the `smtp_*` ones are used.

    Raises:
        SettingsError: it is configured by halves; names the setting.
    """
    if not settings.smtp_host:
        return False
    if not ADDRESS.fullmatch(settings.smtp_from):
        raise SettingsError("CHATI_SMTP_FROM: must be an address when CHATI_SMTP_HOST is set")
    if settings.smtp_security not in SECURITY:
        raise SettingsError(f"CHATI_SMTP_SECURITY: must be one of {', '.join(SECURITY)}")
    return True


def send(message: Message) -> Outcome:
    """Mail a message; its Message-ID is the same however often it is sent.

    Args:
        message: as stored; `target` is a bureau's id or `person:<id>` with a mailbox.
    """
    mailbox = collection("mailboxes").find_one({"_id": message["target"]})
    if mailbox is None:
        return Unreachable("没有登记邮箱")
    settings = current_app.config["CHATI"]
    mail = _composed(message, unseal(mailbox["address_sealed"]), settings)
    try:
        with _server(settings) as server:
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        return Unreachable(f"SMTP {code}") if code in PERMANENT else Retry(f"SMTP {code}")
    except smtplib.SMTPResponseException as error:  # sign-in, sender or content
        code = error.smtp_code
        return Broken(f"SMTP {code}") if code in PERMANENT else Retry(f"SMTP {code}")
    except smtplib.SMTPNotSupportedError:
        return Broken("邮件服务器不支持所设的加密或登录方式")
    except (smtplib.SMTPException, OSError) as error:
        return Retry(type(error).__name__)
    return Sent()


@transactional
def set_mailbox(recipient: str, address: str, *, by: Actor) -> None:
    """Set the e-mail address of a person or a bureau.

    Args:
        recipient: a bureau's id, `person:<id>` or `unit:<id>`, as in `outbox.enqueue(target=…)`.
        address: plain ASCII address.
        by: who sets it.

    Raises:
        BadInput: the address has the wrong form.
    """
    if len(address) > MAX_ADDRESS or not ADDRESS.fullmatch(address):
        raise BadInput.of("address", "邮箱地址的格式不对")
    Mailbox(recipient=recipient, address_sealed=seal(address), updated_at=clock.now()).save()
    events.record("mailbox.set", subject=f"mailbox:{recipient}", actor=by)


@transactional
def remove_mailbox(recipient: str, *, by: Actor) -> None:
    """Forget the e-mail address of a person or a bureau.

    Args:
        recipient: as given to `set_mailbox`.
        by: who removes it.

    Raises:
        BadInput: there is none.
    """
    if not Mailbox.objects(recipient=recipient).delete():
        raise BadInput.of("recipient", f"没有登记邮箱：{recipient}")
    events.record("mailbox.removed", subject=f"mailbox:{recipient}", actor=by)


def mailboxes() -> list[dict[str, str]]:
    """Return who has a mailbox, with the address masked."""
    found = collection("mailboxes").find().sort("_id", 1)
    return [{"recipient": row["_id"], "address": _masked(row["address_sealed"])} for row in found]


def _masked(sealed: str) -> str:
    name, _, host = unseal(sealed).partition("@")
    return f"{name[0]}***@{host}"


def _composed(message: Message, address: str, settings: Settings) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = f"【查梯】{wording.title(message['template'], message['data'])}"
    mail["From"] = settings.smtp_from
    mail["To"] = address
    mail["Date"] = formatdate(message["created_at"].timestamp())
    mail["Message-ID"] = f"<{message['_id']}@{settings.smtp_from.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies to us
    mail.set_content(wording.text(message["template"], message["data"]) + "\n", cte="base64")
    return mail


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Connect and sign in as the settings say; a server that is not who it claims to be gets nothing."""
    place = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_security == "tls":
        trust = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=settings.smtp_timeout_s, context=trust)
    else:
        connection = smtplib.SMTP(*place, timeout=settings.smtp_timeout_s)
    with connection as server:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        yield server
