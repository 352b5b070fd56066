"""People's data: sealed at rest, fingerprinted for look-up, masked on screens."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

FINGERPRINT_BYTES = 16
UNREADABLE = "无法读取"  # sealed with another key: one number must not hide the rest of a page or a card


class SealError(Exception):
    """A sealed value was made with another key or was changed."""


def seal(text: str) -> str:
    """Encrypt a phone number, an openid or a name for storage."""
    return _fernet().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt what `seal` made.

    Raises:
        SealError: another key made it, or it was changed.
    """
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealError("sealed with another CHATI_DATA_KEY, or changed") from error


def fingerprint(text: str) -> str:
    """Return a keyed hash by which an openid or phone is found again without being stored."""
    return hmac.digest(_key(), text.encode(), "sha256")[:FINGERPRINT_BYTES].hex()


def mask_name(name: str | None) -> str:
    """Mask a person's name: 张三丰 -> 张**."""
    return name[0] + "*" * (len(name) - 1) if name else ""


def mask_phone(phone: str | None) -> str:
    """Mask a mobile number: 15800001234 -> 158****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if phone and len(phone) >= 11 else "****" if phone else ""


def masked_phone(sealed: str | None) -> str:
    """Return a sealed phone number as screens show it: masked, nothing where there is none."""
    try:
        return mask_phone(unseal(sealed)) if sealed else ""
    except SealError:
        return UNREADABLE


def _key() -> bytes:
    return current_app.extensions["chati.data_key"]


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(_key()).digest()))


def phone_mark(phone: str) -> str | None:
    """Return the keyed hash by which a phone is known again, however it was written."""
    digits = "".join(filter(str.isdigit, phone))
    return fingerprint(f"phone:{digits}") if digits else None
