"""What news say: the words of each template in one place, cut to what each channel takes."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.foundation import clock
from backend.foundation.text import cut, cut_bytes
from config import load

TEXT_BYTES = 2048  # a customer-service message in WeChat (error 45002 beyond)
NOTHING = "无"  # WeChat refuses an empty field (error 47003)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_ASCII_LENGTH, _THING_LENGTH, _PHRASE_LENGTH = 32, 20, 5


class WordingError(Exception):
    """A template has no words, or its data lack something the words need; names it."""


def title(template: str, data: Mapping[str, Any]) -> str:
    """Return the headline of a piece of news: one line of at most 20 characters.

    Args:
        template: name of the wording, such as `complaint.accept`.
        data: what `outbox.enqueue` was given.

    Raises:
        WordingError: there is no such wording, or the data do not fit it.
    """
    return thing(_filled(template, "title", data))


def text(template: str, data: Mapping[str, Any]) -> str:
    """Return a piece of news as text of at most 2048 bytes, for chat, inbox and mail.

    Args:
        template: name of the wording.
        data: what `outbox.enqueue` was given.

    Raises:
        WordingError: there is no such wording, or the data do not fit it.
    """
    return cut_bytes(_filled(template, "text", data).strip(), TEXT_BYTES)


def fields(template: str, data: Mapping[str, Any]) -> dict[str, str]:
    """Return a piece of news as the fields of a WeChat template message, each within its kind's limit.

    Args:
        template: name of the wording.
        data: what `outbox.enqueue` was given.

    Returns:
        Field name of the WeChat template -> value, such as `{"thing2": "龙湖紫都城 3栋"}`.

    Raises:
        WordingError: there is no such wording, or the data do not fit it.
    """
    return {
        name: KINDS[name.rstrip("0123456789")](_with(data, template, words)) or NOTHING
        for name, words in _words(template, "wechat").items()
    }


def thing(words: str) -> str:
    """Return a text as WeChat's `thing`: one line of at most 20 characters."""
    return cut(_line(words), _THING_LENGTH)


def phrase(words: str) -> str:
    """Return a text as WeChat's `phrase`: at most 5 Chinese characters and nothing else."""
    return "".join(re.findall(r"[\u3400-\u9fff]", words))[:_PHRASE_LENGTH]


def character_string(words: str) -> str:
    """Return a text as WeChat's `character_string`: at most 32 printable ASCII characters."""
    return "".join(re.findall(r"[ -~]", words)).strip()[:_ASCII_LENGTH]


def time(words: str) -> str:
    """Return an instant (ISO 8601) as WeChat's `time`, in Chinese local time."""
    try:
        at = clock.local(datetime.fromisoformat(words))
    except ValueError as error:
        raise WordingError(f"不是时间：{words[:40]}") from error
    return f"{clock.written(at)} {at:%H:%M}"


KINDS = {"thing": thing, "phrase": phrase, "character_string": character_string, "time": time}


def _words(template: str, part: str) -> Any:
    try:
        return load("wording")[template][part]
    except KeyError as error:
        raise WordingError(f"没有文案：{template} 的 {part}") from error


def _filled(template: str, part: str, data: Mapping[str, Any]) -> str:
    return _with(data, template, _words(template, part))


def _with(data: Mapping[str, Any], template: str, words: str) -> str:
    try:
        return words.format_map(data)
    except KeyError as error:
        raise WordingError(f"模板 {template} 的数据缺少 {error.args[0]}") from error


def _line(words: str) -> str:
    return _CONTROL.sub(" ", words).strip()
