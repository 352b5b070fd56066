"""What the shapes of configuration files are made of: marshmallow fields that take a value as it is."""

import re
from datetime import date
from string import Formatter
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

Messages = dict[Any, Any] | list[str]


class Value(fields.Field):
    """A value of one TOML type."""

    def __init__(self, expected: str, *kinds: type, optional: bool = False, **more: Any) -> None:
        self.expected, self.kinds = expected, kinds
        super().__init__(required=not optional, error_messages=_missing(expected), **more)

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        if type(value) not in self.kinds:
            raise ValidationError(f"{self.expected} expected, not {shown(value)}")
        return value


class Values(fields.List):
    """A list of values or rows."""

    default_error_messages = {"invalid": "a list expected"}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise self.make_error("invalid")  # marshmallow would take a table for the list of its keys
        return super()._deserialize(value, *args, **kwargs)


class Table(fields.Dict):
    """A table with names of its own choice for values of one shape."""

    default_error_messages = {"invalid": "a table expected"}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, *args, **kwargs)
        except ValidationError as error:
            if not isinstance(error.messages, dict):
                raise
            raise ValidationError({key: found["value"] for key, found in error.messages.items()}) from error


Row = type[Schema]


def row(**keys: fields.Field) -> Row:
    """Declare a table whose keys are known; any other key is an error."""
    made = Schema.from_dict(keys, name="Row")
    made.error_messages = {"unknown": f"no such key, only {', '.join(keys)}", "type": "a table expected"}
    return made


def one(shape: Row, *, optional: bool = False) -> fields.Field:
    """Declare a table of a known shape."""
    return fields.Nested(shape, required=not optional, error_messages=_missing("a table"))


def many(shape: Row, *, optional: bool = False) -> fields.Field:
    """Declare a list of tables, at least one."""
    return Values(
        fields.Nested(shape),
        required=not optional,
        error_messages=_missing("a list of tables"),
        validate=validate.Length(min=1, error="at least one expected"),
    )


def table(inner: Row | fields.Field, *, optional: bool = False) -> fields.Field:
    """Declare a table of tables or values whose names are free."""
    values = inner if isinstance(inner, fields.Field) else fields.Nested(inner)
    return Table(values=values, required=not optional, error_messages=_missing("a table"))


def text(*, optional: bool = False, empty: bool = False) -> fields.Field:
    """Declare a text; an empty one counts as left out unless it has a meaning."""
    checks = [] if empty else [validate.Length(min=1, error="a text expected, not an empty one")]
    return Value("a text", str, optional=optional, validate=checks)


def texts(*, optional: bool = False) -> fields.Field:
    """Declare a list of texts; none is fine."""
    return Values(text(), required=not optional, error_messages=_missing("a list of texts"))


def words(*given: str, optional: bool = False) -> fields.Field:
    """Declare a text with placeholders.

    Args:
        given: the names that the code fills in.
        optional: whether the key may be missing.
    """
    return Value("a text", str, optional=optional, validate=lambda value: _fillable(value, frozenset(given)))


def paragraphs(*given: str) -> fields.Field:
    """Declare a list of texts with placeholders."""
    return Values(words(*given), required=True, error_messages=_missing("a list of texts"))


def one_of(*choices: str, optional: bool = False) -> fields.Field:
    """Declare a text out of a short list."""
    return Value(
        f"one of {', '.join(choices)}",
        str,
        optional=optional,
        validate=validate.OneOf(choices, error="one of {choices} expected, not {input!r}"),
    )


def some_of(*choices: str) -> fields.Field:
    """Declare a list of texts out of a short list."""
    return Values(one_of(*choices), required=True, error_messages=_missing("a list of texts"))


def whole(least: int = 0, most: int | None = None, *, optional: bool = False) -> fields.Field:
    """Declare a whole number between two ends, both allowed."""
    expected = f"a whole number from {least}" + (f" to {most}" if most is not None else "")
    within = validate.Range(min=least, max=most, error=f"{expected} expected, not {{input}}")
    return Value(expected, int, optional=optional, validate=within)


def wholes(*, optional: bool = False) -> fields.Field:
    """Declare a list of whole numbers."""
    return Values(whole(), required=not optional, error_messages=_missing("a list of whole numbers"))


def number(least: float = 0, *, optional: bool = False) -> fields.Field:
    """Declare a number, whole or not."""
    expected = f"a number from {least:g}"
    within = validate.Range(min=least, error=f"{expected} expected, not {{input}}")
    return Value(expected, int, float, optional=optional, validate=within)


def flag(*, optional: bool = False) -> fields.Field:
    """Declare true or false."""
    return Value("true or false", bool, optional=optional)


def day(*, optional: bool = False) -> fields.Field:
    """Declare a local date."""
    return Value("a date YYYY-MM-DD without quotes", date, optional=optional)


def code(form: str, expected: str, *, optional: bool = False) -> fields.Field:
    """Declare a text of a given form.

    Args:
        form: regular expression for the whole text.
        expected: how to call it in an error.
        optional: whether the key may be missing.
    """
    matches = validate.Regexp(rf"(?:{form})\Z", error=f"{expected} expected, not {{input!r}}")
    return Value(expected, str, optional=optional, validate=matches)


def pattern() -> fields.Field:
    """Declare a regular expression."""
    return Value("a regular expression", str, validate=_compilable)


def shown(value: Any) -> str:
    """Say in an error what stands in the file, shortly."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return str(value) if isinstance(value, date) else repr(value)[:60]


def _missing(expected: str) -> dict[str, Any]:
    return {"required": f"missing, {expected} expected"}


def _fillable(value: str, given: frozenset[str]) -> None:
    """Refuse a text with a placeholder that nobody fills, or with a brace that is none."""
    try:
        found = [(name, form) for _, name, form, _ in Formatter().parse(value) if name is not None]
    except ValueError as error:
        raise ValidationError(f"a text with placeholders in braces expected ({error})") from error
    for name, form in found:
        if name not in given or form:
            known = ", ".join(f"{{{one}}}" for one in sorted(given)) or "no placeholder"
            raise ValidationError(f"{known} expected, not {{{name}{':' + form if form else ''}}}")


def _compilable(value: str) -> None:
    try:
        re.compile(value)
    except re.error as error:
        raise ValidationError(f"a regular expression expected ({error})") from error
