"""What a usage sign's code says: its address, the tag that proves it genuine, and how a scan is read back."""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Kind = Literal["rescue_code", "device_code", "registration_code", "certificate_number"]

TAG_LENGTH = 8  # characters of five bits: 40 bits, beyond guessing over the network
SCAN_LIMIT = 512  # characters; the longest text of ours is a quarter of that

# Crockford's base 32 leaves out I, L, O and U, so that a worn tag is read one way only.
_TAG_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FROM_RFC4648 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _TAG_ALPHABET)
_AS_READ = str.maketrans("OIL", "011")

_CODE = re.compile(r"[0-9]{6}")
_BASE = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)
# What a message or a scanner leaves around a link or a number: marks, brackets, other writing, an escaped blank. No
# letters or digits, escaped ones neither: they would make another link, or another number.
_ESCAPED = r"%(?:[0189A-F][0-9A-F]|2[0-9A-F]|3[A-F]|40|5[B-F]|60|7[B-F])"
_AROUND = rf"(?:{_ESCAPED}|[^0-9A-Z%])*"
# A tag of the wrong length still counts as a tag: a forged sign has to be called forged, not typed in.
_ADDRESS = re.compile(
    r"[^0-9A-Z]*https?://(?P<host>[a-z0-9.-]+)(?P<port>:[0-9]{1,5})?"
    rf"/e/(?P<code>[0-9OIL]{{6}})(?:/(?P<tag>[0-9a-z]{{1,32}}))?/?(?:[?#].*|{_AROUND})",
    re.ASCII | re.IGNORECASE,
)
_ESCAPE = re.compile(_ESCAPED, re.IGNORECASE)
_LOOKS_LIKE_CODE = re.compile(r"[0-9OIL]{6}")
_IDENTIFIERS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("rescue_code", _CODE),
    # 17 or 18 characters: four- and five-character serials are both in use.
    ("device_code", re.compile(r"3[0-9]{8}(?:19|20)[0-9]{2}[0-9A-Z][0-9]{3,4}")),
    # Only the lift class is checked: old registers hold odd dates, and the lookup decides anyway.
    ("registration_code", re.compile(r"3[0-9]{19}")),
    (
        "certificate_number",
        re.compile(r"梯(?:1[1-3]|2[12]|3[12]|4[1-3])[\u4e00-\u9fa5][A-Z][0-9]{4,5}\([0-9]{2}\)"),
    ),
)


@dataclass(frozen=True)
class Scanned:
    """One identifier found in a scan: its kind, its plain form, and the tag when the sign carried one."""

    kind: Kind
    value: str
    tag: str | None = None

    @property
    def code(self) -> str | None:
        """Give the six-digit rescue code, or None when the scan carried another identifier."""
        return self.value if self.kind == "rescue_code" else None


def tag(code: str, serial: int | str, secret: bytes) -> str:
    """Compute the tag that ties a printed sign to its lift.

    Args:
        code: the lift's rescue code, six digits.
        serial: the sign's serial, unique among the signs of this lift.
        secret: the key of the deployment; changing it disowns every printed sign.

    Returns:
        Eight characters of Crockford's base 32.

    Raises:
        ValueError: the code is not six digits, or the serial or the secret is empty.
    """
    _require_code(code)
    if str(serial) == "":
        raise ValueError("serial: must not be empty")
    if not secret:
        raise ValueError("secret: must not be empty")
    digest = hmac.digest(secret, f"usage-sign/{code}/{serial}".encode(), hashlib.sha256)
    return base64.b32encode(digest[: TAG_LENGTH * 5 // 8]).decode().translate(_FROM_RFC4648)


def is_genuine(scanned_tag: str, code: str, serial: int | str, secret: bytes) -> bool:
    """Tell in constant time whether a scanned tag, in either case, is the one printed for this serial."""
    return hmac.compare_digest(read_tag(scanned_tag).encode(), tag(code, serial, secret).encode())


def url(base_url: str, code: str, tag: str) -> str:
    """Write the address that the sign carries, in upper case so that the code stays alphanumeric and small.

    Args:
        base_url: scheme and host, with a port for local use: `https://lift.example.cn`.
        code: the lift's rescue code, six digits.
        tag: what `tag()` gave for this sign.

    Returns:
        `HTTPS://HOST/E/<CODE>/<TAG>`.

    Raises:
        ValueError: a part cannot be represented; the message begins with its name.
    """
    base = base_url.removesuffix("/")
    if not _BASE.fullmatch(base):
        raise ValueError(
            f"base_url: {base_url!r} must be http(s)://host or http(s)://host:port, the host in ASCII "
            "letters, digits, '-' and '.' (an international name in its xn-- form), without a path"
        )
    _require_code(code)
    if len(tag) != TAG_LENGTH or not set(tag) <= set(_TAG_ALPHABET):
        raise ValueError(f"tag: {tag!r} must be {TAG_LENGTH} characters of {_TAG_ALPHABET}")
    return f"{base}/e/{code}/{tag}".upper()


def parse(text: str, hosts: Collection[str] | None = None) -> Scanned | None:
    """Read a raw scan result or a typed identifier; the text is never fetched.

    Args:
        text: anything a scanner or a keyboard gives: any case, full-width forms, stray blanks; brackets, marks, a slash
            or other writing around an address, marks around a number; O for 0, I or l for 1 in a code or a tag.
        hosts: hosts, or host:port, whose addresses count as ours; None accepts every host.

    Returns:
        The identifier, or None when the text holds nothing that names a lift.
    """
    if len(text) > SCAN_LIMIT:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    if address := _ADDRESS.fullmatch(plain):
        return _own_address(address, hosts)
    compact = "".join(plain.split()).upper()
    bare = _without_marks(compact)
    for one in (compact, bare, f"{bare})"):  # a certificate's number ends in a bracket of its own
        for kind, pattern in _IDENTIFIERS:
            if pattern.fullmatch(one):
                return Scanned(kind, one)
    code = read_code(plain)
    return Scanned("rescue_code", code) if code else None


def read_code(text: str) -> str | None:
    """Read a rescue code as somebody writes it: marks around it, O for 0, I or l for 1; None where it is none."""
    if len(text) > SCAN_LIMIT:
        return None
    compact = _without_marks("".join(unicodedata.normalize("NFKC", text).split()).upper())
    if not _LOOKS_LIKE_CODE.fullmatch(compact) or compact.isalpha():
        return None
    return compact.translate(_AS_READ)


def read_tag(text: str) -> str:
    """Read a tag as it stands in an address: any case, marks around it, O for 0, I or l for 1."""
    return _without_marks(unicodedata.normalize("NFKC", text[:SCAN_LIMIT]).upper()).translate(_AS_READ)


def _without_marks(text: str) -> str:
    """Take away punctuation, symbols and escaped blanks at both ends."""
    plain = _ESCAPE.sub(" ", text)
    edges = "".join({each for each in plain if unicodedata.category(each)[0] in "PSZ"})
    return plain.strip(edges)


def _own_address(address: re.Match[str], hosts: Collection[str] | None) -> Scanned | None:
    host = address["host"].lower()
    ours = hosts is None or not {host, host + (address["port"] or "")}.isdisjoint(h.lower() for h in hosts)
    if not ours:
        return None
    code, sign = address["code"].upper().translate(_AS_READ), address["tag"]
    return Scanned("rescue_code", code, read_tag(sign) if sign else None)


def _require_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise ValueError(f"code: {code!r} must be six digits")
