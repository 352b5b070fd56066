"""How what a notice is about is opened: each slice says it for its own kinds of subject."""

from collections.abc import Callable
from typing import NamedTuple

from flask import Flask, current_app

SUBJECTS = "chati.subjects"


class Link(NamedTuple):
    """Where a subject is opened, and how it is called there."""

    label: str
    url: str


def add(app: Flask, kind: str, link: Callable[[str], Link | None]) -> None:
    """Say how the subjects of a kind are opened.

    Args:
        app: the application.
        kind: what stands before the colon of a subject, such as `complaint`.
        link: what stands behind it -> where it is opened; None where it has no page.
    """
    app.extensions.setdefault(SUBJECTS, {})[kind] = link


def link(subject: str) -> Link | None:
    """Return where a subject such as `complaint:261123-000001` is opened; None where nobody said."""
    kind, _, rest = subject.partition(":")
    known = current_app.extensions.get(SUBJECTS, {}).get(kind)
    return known(rest) if known else None
