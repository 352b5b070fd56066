"""Reading the forms of neighbours and units."""

import secrets
from datetime import date

from flask import current_app, request

from backend.foundation import files
from backend.foundation.errors import BadInput
from backend.foundation.files import CleanPhoto

MAX_DRAFT = 64


def typed(name: str) -> str:
    """Return a text field as typed."""
    return request.form.get(name, "")


def day(name: str) -> date | None:
    """Return a date field, None where it is empty.

    Raises:
        BadInput: it is no date; names the field.
    """
    text = typed(name).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput.of(name, "日期的格式应为 2026-11-23") from error


def photos() -> list[CleanPhoto]:
    """Return the uploaded photos, checked and stripped.

    Raises:
        BadInput: too many, or not photos.
        TooLarge: one is too large.
    """
    uploads = [upload for upload in request.files.getlist("photos") if upload.filename]
    limit = current_app.config["CHATI"].photo_limit
    if len(uploads) > limit:
        raise BadInput.of("photos", f"照片最多 {limit} 张")
    return [files.clean(upload.read()) for upload in uploads]


def draft() -> str:
    """Return the id of the form that was sent, which makes sending it twice one thing."""
    return typed("draft")[:MAX_DRAFT] or new_draft()


def new_draft() -> str:
    """Return the id of a fresh form."""
    return secrets.token_urlsafe(12)
