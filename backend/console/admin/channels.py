"""Where news goes beside WeChat and inboxes: bureaus' own systems (webhooks) and mailboxes; set, try out, remove."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.accounts import people
from backend.accounts.actors import PERSON, UNIT, is_of, person_id, unit_id
from backend.console.shell import actor, page
from backend.delivery import mail, outgoing, webhook
from backend.foundation import clock, forms
from backend.foundation.errors import BadInput, NotFound
from backend.foundation.permissions import requires
from backend.policy import jurisdictions
from backend.registry import queries as registry

MANAGE = "channel.manage"
WEBHOOK, EMAIL = "webhook", "email"
STATES = {"pending": "等待发送", "sent": "对方已收到", "failed": "没有发出去", "undeliverable": "送不到"}
blueprint = Blueprint("channels", __name__, url_prefix="/admin/channels")


@blueprint.get("")
@requires(MANAGE)
def show() -> Response:
    """List where news goes, and how the latest trial of each ended."""
    return _list()


@blueprint.post("/webhooks")
@requires(MANAGE)
def set_webhook() -> Response:
    """Set where a bureau's system listens, and show the key that signs, this once."""
    try:
        secret = webhook.set_endpoint(forms.typed("bureau"), forms.typed("url").strip(), by=actor())
    except BadInput as error:
        return _list(error=error)
    return _list(secret)


@blueprint.post("/webhooks/<bureau>/remove")
@requires(MANAGE)
def remove_webhook(bureau: str) -> Response:
    """Send nothing more to a bureau's system."""
    webhook.remove_endpoint(bureau, by=actor())
    return redirect(url_for("channels.show"), 303)


@blueprint.post("/mailboxes")
@requires(MANAGE)
def set_mailbox() -> Response:
    """Set the mailbox of a bureau, a unit or a person."""
    try:
        recipient = _recipient(forms.typed("kind"), forms.typed("recipient").strip())
        mail.set_mailbox(recipient, forms.typed("address").strip(), by=actor())
    except BadInput as error:
        return _list(error=error)
    return redirect(url_for("channels.show"), 303)


@blueprint.post("/mailboxes/<recipient>/remove")
@requires(MANAGE)
def remove_mailbox(recipient: str) -> Response:
    """Forget a mailbox."""
    mail.remove_mailbox(recipient, by=actor())
    return redirect(url_for("channels.show"), 303)


@blueprint.post("/<any(webhook, email):channel>/<target>/try")
@requires(MANAGE)
def try_out(channel: str, target: str) -> Response:
    """Send a message that says it is a trial."""
    known = {row["bureau"] for row in webhook.endpoints()} if channel == WEBHOOK else _mailboxes()
    if target not in known:
        raise NotFound("没有登记这个去向")
    outgoing.try_out(channel, target, by=actor())
    return redirect(url_for("channels.show"), 303)


def _recipient(kind: str, words: str) -> str:
    """Return whom a mailbox is for, as messages name them: a bureau by id or name, a unit by name, a person by login.

    Raises:
        BadInput: there is none.
    """
    try:
        if kind == UNIT:
            return unit_id(registry.organisation_meant(words))
        if kind == PERSON:
            return person_id(people.one(words)["_id"])
        return jurisdictions.find(words).id
    except LookupError as error:
        raise BadInput.of("recipient", str(error)) from error
    except NotFound as error:
        raise BadInput.of("recipient", error.message) from error


def _mailboxes() -> set[str]:
    return {row["recipient"] for row in mail.mailboxes()}


def _list(secret: str = "", *, error: BadInput | None = None) -> Response:
    hooks, boxes = webhook.endpoints(), mail.mailboxes()
    about = [outgoing.trial_subject(WEBHOOK, row["bureau"]) for row in hooks]
    about += [outgoing.trial_subject(EMAIL, row["recipient"]) for row in boxes]
    return page(
        "console/admin/channels.html",
        hooks=hooks,
        boxes=boxes,
        names=_names([row["recipient"] for row in boxes]),
        bureaus={one.id: one.bureau_name for one in jurisdictions.all_on(clock.today())}
        | {jurisdictions.MUNICIPAL: jurisdictions.bureau(jurisdictions.MUNICIPAL).bureau_name},
        trials=outgoing.trials(about),
        trial_subject=outgoing.trial_subject,
        states=STATES,
        secret=secret,
        error=error,
        typed=request.form if error else {},
        status=int(error.status) if error else 200,
    )


def _names(recipients: list[str]) -> dict[str, str]:
    """Return how recipients are called, those that are gone by their id."""
    units = [one.partition(":")[2] for one in recipients if is_of(UNIT, one)]
    found = {unit_id(one): name for one, name in registry.organisation_names(units).items()}
    found |= people.names() if any(is_of(PERSON, one) for one in recipients) else {}
    known = jurisdictions.register()
    return {one: found.get(one) or (known[one].bureau_name if one in known else one) for one in recipients}
