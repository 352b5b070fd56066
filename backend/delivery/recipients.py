"""Who can be sent news, by the words an operator knows them by; whoever knows people and units brings how."""

from collections.abc import Callable

from backend.foundation.errors import BadInput
from backend.policy import jurisdictions

Means = Callable[[str], str | None]
_means: dict[str, Means] = {}


def register(kind: str, means: Means) -> None:
    """Bring how one kind of recipient is found; the same kind again replaces it.

    Args:
        kind: `person` or `unit`.
        means: gives the recipient that words mean, None where they mean none of this kind.
    """
    _means[kind] = means


def meant(words: str) -> str:
    """Return the recipient that somebody means, as in `outbox.enqueue(target=…)`.

    Args:
        words: a bureau's id or name, `person:<id>`, or a unit: its name, its 统一社会信用代码, or `unit:<id>`.

    Raises:
        BadInput: there is none, or there are several of that name.
    """
    words = words.strip()
    for bureau in jurisdictions.register().values():
        if words in (bureau.id, bureau.bureau_name):
            return bureau.id
    found = next((one for means in _means.values() if (one := means(words))), None)
    if found is None:
        raise BadInput.of("recipient", f"没有“{words}”这个收件人，请写局、单位的名称或编号，或 person:<编号>")
    return found
