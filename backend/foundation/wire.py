"""The forms in which the API tells: moments in one form, and the shapes of rows with the words that explain them."""

import functools
import typing
from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Any

import marshmallow as ma

from backend.foundation import clock

PLAIN: dict[Any, type[ma.fields.Field]] = {
    str: ma.fields.String,
    bool: ma.fields.Boolean,
    int: ma.fields.Integer,
    float: ma.fields.Float,
}
A_MOMENT = "2026-11-25T18:30:00+08:00"


def said(words: str, example: Any = None, form: str | None = None) -> dict[str, Any]:
    """Give what a field's `metadata` takes to the API's document.

    Args:
        words: plain Chinese.
        example: a value as JSON has it; made-up data.
        form: an OpenAPI format of a text, such as `date`.
    """
    told = {"description": words, "example": example, "format": form}
    return {key: value for key, value in told.items() if value is not None}


class Moment(ma.fields.AwareDateTime):
    """A moment as text with the offset of Asia/Shanghai, to the second."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return clock.iso(value) if isinstance(value, datetime) else value


@functools.cache
def schema_of(shape: type) -> type[ma.Schema]:
    """Make the schema of a TypedDict, and of those inside it; its name is the TypedDict's.

    Args:
        shape: its annotations say what the document says of a key: `Annotated[str, words, example, form]`, see `said`.

    Raises:
        TypeError: a key has a type that JSON of ours does not have.
    """
    hints, owed = typing.get_type_hints(shape, include_extras=True), shape.__required_keys__  # type: ignore[attr-defined]
    fields = {name: _field(kind, required=name in owed) for name, kind in hints.items()}
    made = ma.Schema.from_dict(fields, name=f"{shape.__name__}Schema")
    made.__doc__ = shape.__doc__
    return made


def _field(kind: Any, **options: Any) -> ma.fields.Field:
    """Make the field of one annotated type."""
    words: dict[str, Any] = {}
    while typing.get_origin(kind) in (typing.Annotated, typing.NotRequired, typing.Required):
        words |= said(*kind.__metadata__) if hasattr(kind, "__metadata__") else {}
        kind = typing.get_args(kind)[0]
    inner = [one for one in typing.get_args(kind) if one is not NoneType]
    if NoneType in typing.get_args(kind):
        options["allow_none"], kind = True, inner[0]
    options["metadata"] = words
    origin = typing.get_origin(kind)
    if typing.is_typeddict(kind):
        return ma.fields.Nested(schema_of(kind), **options)
    if origin is list:
        return ma.fields.List(_field(typing.get_args(kind)[0]), **options)
    if origin in (dict, Mapping):
        return ma.fields.Dict(ma.fields.String(), _field(typing.get_args(kind)[1]), **options)
    if kind is datetime:
        options["metadata"] = {"example": A_MOMENT} | words
        return Moment(**options)
    if kind not in PLAIN:
        raise TypeError(f"{kind}: no field of the API's document")
    return PLAIN[kind](**options)
