"""What may be changed of an estate or a unit from the workbench: the fields of each form, and what it calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from backend.foundation.errors import NotFound
from backend.registry import queries, renaming, unit_renaming
from backend.registry.renaming import Changed

Make = Callable[..., Changed]
Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    Args:
        name: in the form and in errors.
        label: as people read it.
        kind: text, area (a choice of bureaus) or lifts (some of the own).
        hint: what to write.
    """

    name: str
    label: str
    kind: str = "text"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that may be done.

    Args:
        label: as people read it.
        fields: what it wants to know beside the reason.
        given: reads the fields of a form as the arguments that follow the id.
        begin: what is tried beforehand.
        make: what is done; of a unit, its lifts follow after what was tried.
    """

    label: str
    fields: Sequence[Field]
    given: Callable[[Form], tuple[Any, ...]]
    begin: Make
    make: Make


NAME = Field("name", "新名称")
LIFTS = Field("lifts", "分出的电梯", "lifts")


def _text(name: str) -> Callable[[Form], tuple[Any, ...]]:
    return lambda form: (form.get(name, ""),)


def _part(form: Form) -> tuple[Any, ...]:
    return form.get("name", ""), form.get("lifts", [])


def _at_once(label: str, fields: Sequence[Field], given: Callable[[Form], tuple[Any, ...]], make: Make) -> Change:
    return Change(label, fields, given, make, make)


ESTATE = {
    "rename": _at_once("改名", (NAME,), _text("name"), renaming.rename),
    "move": _at_once("移到另一个区县", (Field("area", "区县", "area"),), _text("area"), renaming.move),
    "merge": _at_once(
        "并入另一个小区",
        (Field("into", "并入的小区", hint="名称或编号"),),
        lambda form: (queries.estate_meant(form.get("into", "")),),
        renaming.merge,
    ),
    "split": _at_once("分出一部分", (NAME, LIFTS), _part, renaming.split),
}
UNIT = {
    "rename": Change("改名", (NAME,), _text("name"), unit_renaming.begin_rename, unit_renaming.rename),
    "code": _at_once(
        "登记统一社会信用代码",
        (Field("credit_code", "统一社会信用代码"),),
        _text("credit_code"),
        unit_renaming.give_code,
    ),
    "merge": Change(
        "并入另一个单位",
        (Field("into", "并入的单位", hint="名称、统一社会信用代码或编号"),),
        lambda form: (queries.organisation_meant(form.get("into", "")),),
        unit_renaming.begin_merge,
        unit_renaming.merge,
    ),
    "split": Change("分出一部分", (NAME, LIFTS), _part, unit_renaming.begin_split, unit_renaming.split),
}
CHANGES = {"estate": ESTATE, "unit": UNIT}


def find(kind: str, action: str) -> Change:
    """Return what may be done.

    Raises:
        NotFound: there is no such thing to do.
    """
    if (found := CHANGES[kind].get(action)) is None:
        raise NotFound("没有这种变更")
    return found


def tried(change: Change, key: str, form: Form, **more: Any) -> Changed:
    """Say what a change would do; arguments and errors as of what it calls."""
    return renaming.trial(partial(change.begin, key, *change.given(form), **more))


def made(change: Change, key: str, form: Form, **more: Any) -> Changed:
    """Make a change; arguments and errors as of what it calls."""
    return change.make(key, *change.given(form), **more)
