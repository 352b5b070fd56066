"""What the public may read of an outcome: an officer's own words, with consent, without anybody's data."""

import re
import unicodedata

from backend.accounts.actors import Actor
from backend.casework.matters import Step
from backend.complaints.documents import Complaint, Published
from backend.complaints.numbers import MISSING
from backend.foundation.errors import BadInput, Conflict, NotFound
from backend.foundation.forms import checked_words
from backend.foundation.protect import SealError, unseal

MAX_TEXT = 500
LONG_NUMBER = 7  # digits in a row: the shortest phone number
_PLAIN = re.compile(r"20\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?|(?:TSG|GB|GB/T|DB\d*(?:/T)?)\s?[A-Z]?\d+[-—]\d{4}(?!\d)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-–—.·()]+(?=\d)")
PERSONAL = {
    "身份证号": re.compile(r"(?<!\d)\d{17}[\dXx]"),
    "电话号码": re.compile(rf"\d{{{LONG_NUMBER},}}"),
    "邮箱": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "微信标识": re.compile(r"(?<![A-Za-z0-9_-])o[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])"),
    "微信号": re.compile(r"(?:微信|wechat|vx|wx|qq)[号:：\s]{0,3}[a-z0-9][a-z0-9_-]{4,}", re.IGNORECASE),
}


def publish(step: Step) -> None:
    """Publish an outcome in the officer's words.

    Raises:
        BadInput: the words hold personal data, or are too long.
    """
    check(step.case, step.text)
    step.case.published = Published(text=step.text, at=step.at, by=step.actor.id)


def preview(number: str, actor: Actor, text: str) -> str:
    """Return the words of a publication as they would stand in public.

    Raises:
        NotFound: no such case, or another bureau's.
        BadInput: the words cannot be published.
    """
    case = Complaint.objects(number=number).first()
    if case is None or not actor.sees(case.jurisdiction):
        raise NotFound(MISSING)
    words = checked_words(text)
    check(case, words)
    return words


def check(case: Complaint, text: str) -> None:
    """Check the words of a publication.

    Raises:
        BadInput: they are missing or too long, or hold personal data.
    """
    if not text.strip():
        raise BadInput.of("text", "请写明公示内容")
    if len(text) > MAX_TEXT:
        raise BadInput.of("text", f"公示内容最多 {MAX_TEXT} 个字")
    if found := personal_data(text) or _named(case, text):
        raise BadInput.of("text", f"公示内容里有{found}，请删去个人信息")


def unpublish(step: Step) -> None:
    """Take a publication down; its words stay in the history."""
    step.case.published = None


def personal_data(text: str) -> str | None:
    """Name the first kind of personal data that a text seems to hold, or None.

    Dates, numbers of standards and six-digit lift codes pass; numbers written with gaps or full-width digits do not.
    """
    plain = unicodedata.normalize("NFKC", text)
    digits = _BETWEEN_DIGITS.sub("", _PLAIN.sub(" ", plain))
    return next((kind for kind, pattern in PERSONAL.items() if pattern.search(plain) or pattern.search(digits)), None)


def _named(case: Complaint, text: str) -> str | None:
    for reporter in case.reporters:
        if reporter.name_sealed and _unsealed(reporter.name_sealed) in text:
            return "反映人的姓名"
    return None


def _unsealed(sealed: str) -> str:
    try:
        return unseal(sealed)
    except SealError as error:
        raise Conflict("反映人的姓名无法读取，不能核对公示内容") from error
