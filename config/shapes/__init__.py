"""What each configuration file must look like: its keys, their types and the placeholders of its texts.

What a file says about another one (a move that names a letter, a role that names a permission) is asked by whoever
understands it: see `config.references`.
"""

from typing import Any

from marshmallow import ValidationError, fields

from config.shapes import casework, house, messages, policies
from config.shapes.kit import Messages, one, table

SHAPES: dict[str, fields.Field] = {
    "card.toml": one(house.CARD),
    "community.toml": one(casework.COMMUNITY),
    "complaints.toml": one(casework.COMPLAINTS),
    "dialogue.toml": one(messages.DIALOGUE),
    "jurisdictions.toml": one(policies.JURISDICTIONS),
    "letters.toml": casework.LETTERS,
    "permissions.toml": house.PERMISSIONS,
    "policies/decisions.toml": one(policies.DECISIONS),
    "policies/deadlines.toml": one(policies.DEADLINES),
    "policies/open.toml": one(policies.OPEN),
    "policies/rules.csv": table(policies.RULE),
    "policies/sentences.toml": policies.SENTENCES,
    "policies/sources.toml": policies.SOURCES,
    "policies/t5002-items.toml": one(policies.T5002_ITEMS),
    "replies.toml": one(casework.REPLIES),
    "retention.toml": one(house.RETENTION),
    "roles.toml": house.ROLES,
    "streets.toml": one(policies.STREETS),
    "wording.toml": one(messages.WORDING),
}
PROFILES = {kind: one(shape) for kind, shape in policies.PROFILES.items()}

Key = tuple[str | int, ...]


def wrong(file: str, data: dict[str, Any]) -> list[tuple[Key, str]]:
    """Say what is wrong with a file's keys and values.

    Args:
        file: path below `config/`, such as `complaints.toml`; one that is not known by name is taken for a policy
            profile when it declares itself one.
        data: what stands in it.

    Returns:
        (where, what was expected) of each fault; nothing is wrong where there is none.
    """
    shape = SHAPES.get(file) or PROFILES.get(data.get("profile", ""))
    if shape is None:
        return [((), f"no such file is known; a policy profile says profile = one of {', '.join(PROFILES)}")]
    try:
        shape.deserialize(data)
    except ValidationError as error:
        return list(_flat(error.messages))
    return []


def _flat(messages: Messages, key: Key = ()) -> Any:
    if isinstance(messages, list):
        yield from ((key, one_message) for one_message in messages)
        return
    for name, inner in messages.items():
        yield from _flat(inner, key if name == "_schema" else (*key, name))
