"""TypedDicts at run time: what type a block has, and whether a stored value is of it."""

import typing
from types import NoneType


def type_of(block):
    """Give the TypedDict of a registered block: what its builder returns for each lift."""
    return typing.get_args(typing.get_type_hints(block.build)["return"])[1]


def fields(kind):
    """Give the fields of a TypedDict, none of anything else."""
    return typing.get_type_hints(kind) if typing.is_typeddict(kind) else {}


def plain(kind):
    """Leave None out of a type."""
    kinds = [one for one in typing.get_args(kind) if one is not NoneType]
    return kinds[0] if NoneType in typing.get_args(kind) else kind


def unlike(value, kind, path=""):
    """Yield where a value is not what its type says: a field too many or too few, or of another kind."""
    inner = plain(kind)
    if value is None:
        if inner is kind:
            yield f"{path} is None"
    elif typing.is_typeddict(inner):
        yield from (f"{path}.{name}" for name in fields(inner).keys() ^ value.keys())
        for name in fields(inner).keys() & value.keys():
            yield from unlike(value[name], fields(inner)[name], f"{path}.{name}")
    elif isinstance(value, list):
        for one in value:
            yield from unlike(one, typing.get_args(inner)[0], f"{path}[]")
    elif isinstance(inner, type) and not isinstance(value, (int, float) if inner is float else inner):
        yield f"{path} is {value!r}"
