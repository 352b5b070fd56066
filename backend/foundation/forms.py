"""What people type into forms: read, and checked by one rule each, wherever it comes in."""

import hashlib
import json
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Request, request
from werkzeug.datastructures import ImmutableMultiDict

from backend.foundation.errors import BadInput
from backend.foundation.text import is_readable, one_line, trimmed

MAX_DRAFT = 64
MARK, RENEWED = ".", "~"  # between a form and its content; before what static/drafts.js gives a page that came back
NOT_CONTENT = ("draft", "csrf_token")  # of a form: they say which form it is, not what somebody says with it
MAX_WORDS = 2000
MAX_NAME = 50
UNREADABLE = "含有不能识别的字符"
# From the five digits of a service number to a number abroad with dashes; then an extension, if any.
PHONE = r"\+?[0-9][0-9-]{3,18}[0-9](\u8f6c[0-9]{1,6})?"
EXTENSION = re.compile(r"(转分机|转接|转|分机|ext\.?|x|#)[:-]?", re.IGNORECASE)
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
BETWEEN = str.maketrans({**dict.fromkeys(DASHES, "-"), "(": "", ")": "-"})


class Typed(ImmutableMultiDict[str, Any]):
    """What came with a request, its lines ended as the people who typed them count them: by one character, not two."""

    def __init__(self, mapping: Any = None) -> None:
        """Take what the parser of forms or addresses has read."""
        super().__init__(mapping)
        for values in dict.values(self):
            values[:] = [value.replace("\r\n", "\n") if isinstance(value, str) else value for value in values]


class TypedRequest(Request):
    """A request whose fields are `Typed`."""

    parameter_storage_class = Typed

    def require_readable(self) -> None:
        """Check what was typed into a form, whoever reads it and however.

        Raises:
            BadInput: a field, which it names, has characters that nobody can read.
        """
        for name, value in self.form.items(multi=True):
            if not is_readable(value):
                raise BadInput.of(name, UNREADABLE)


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


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was sent: `id` names the form, `key` the form with its content, which sent again is one thing."""

    id: str
    key: str

    def of_page(self) -> dict[str, Any]:
        """Return the condition for what was stored under this form, also before the browser's cache gave it back."""
        page = self.id.partition(RENEWED)[0]
        return {"$or": [{"draft": {"$gte": page + mark, "$lt": page + chr(ord(mark) + 1)}} for mark in (MARK, RENEWED)]}


def draft(*aside: str) -> Draft:
    """Return the form that was sent: the same content again has the same key, other content in it another one.

    Args:
        aside: fields that say nothing of the content, such as which button was pressed.
    """
    form = typed("draft").strip()[:MAX_DRAFT] or new_draft()
    values = {name: request.form.getlist(name) for name in sorted({*request.form} - {*NOT_CONTENT, *aside})}
    sent = hashlib.sha256(json.dumps([request.path, values]).encode())
    for name in sorted(request.files):
        for upload in request.files.getlist(name):
            sent.update(name.encode() + hashlib.sha256(upload.stream.read()).digest())
            upload.stream.seek(0)
    return Draft(form, f"{form}{MARK}{sent.hexdigest()[:32]}")


def new_draft() -> str:
    """Return the id of a fresh form."""
    return secrets.token_urlsafe(16)


def checked_phone(phone: str) -> str:
    """Return a phone number as it is dialled: without blanks, brackets and unseen marks, or nothing.

    Raises:
        BadInput: it does not look like one.
    """
    seen = (char for char in unicodedata.normalize("NFKC", phone) if unicodedata.category(char) != "Cf")
    number = "".join("".join(seen).split()).translate(BETWEEN)
    number = EXTENSION.sub("转", re.sub("-+", "-", number), count=1)
    if number and not re.fullmatch(PHONE, number):
        raise BadInput.of("phone", "电话号码的格式不对，请写一个号码，如 138 0000 0000 或 023-0000 0000 转 8")
    return number


def checked_name(name: str) -> str:
    """Return a person's name, or nothing.

    Raises:
        BadInput: too long, or not to be read.
    """
    name = one_line(_readable("name", name))
    if len(name) > MAX_NAME:
        raise BadInput.of("name", f"姓名最多 {MAX_NAME} 个字")
    return name


def checked_words(text: str) -> str:
    """Return what somebody wrote, without blanks around it, each line end counted as one character.

    Raises:
        BadInput: too long, or not to be read.
    """
    text = text.replace("\r\n", "\n")
    if len(text) > MAX_WORDS:
        raise BadInput.of("description", f"说明最多 {MAX_WORDS} 个字，现在有 {len(text)} 个")
    return _readable("description", text)


def words(field: str, text: str, longest: int, missing: str) -> str:
    """Return a typed text without blanks around it.

    Args:
        field: to name in an error.
        text: as typed.
        longest: characters at most.
        missing: what to say when there is none.

    Raises:
        BadInput: it is empty, too long, or not to be read.
    """
    text = _readable(field, text)
    if not text:
        raise BadInput.of(field, missing)
    if len(text) > longest:
        raise BadInput.of(field, f"最多 {longest} 个字")
    return text


def _readable(field: str, text: str) -> str:
    if not is_readable(text):
        raise BadInput.of(field, UNREADABLE)
    return trimmed(text)
