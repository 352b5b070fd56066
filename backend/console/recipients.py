"""Which people and units can be sent news: those there are."""

from backend.accounts import people
from backend.accounts.actors import UNIT, unit_id
from backend.delivery import recipients
from backend.foundation.errors import BadInput
from backend.registry import queries as registry


def register() -> None:
    """Bring people and units to delivery."""
    recipients.register("person", _person)
    recipients.register("unit", _unit)


def _person(words: str) -> str | None:
    return words if words in people.names() else None


def _unit(words: str) -> str | None:
    """Find a unit; of several that bear a name none is meant, and the operator is told."""
    kind, mark, rest = words.partition(":")
    if mark and kind != UNIT:
        return None
    try:
        return unit_id(registry.organisation_meant(rest if mark else words))
    except BadInput as error:
        raise BadInput.of("recipient", error.message) from error
