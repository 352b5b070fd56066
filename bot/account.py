"""Which WeChat service account this Chati speaks for."""

import base64
import hmac
from dataclasses import dataclass, field

from config.settings import Settings, SettingsError

PLATFORM = "https://api.weixin.qq.com"
STAND_IN = "/simulator/api"
AES_KEY_LENGTH = 43
REQUIRED = ("wechat_appid", "wechat_secret", "wechat_token", "wechat_aes_key")
EVERY_INTERFACE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104 - a name to replace, not to bind


@dataclass(frozen=True, slots=True)
class Account:
    """A service account in secure mode; `api_base` has no trailing slash."""

    appid: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    api_base: str


def account(settings: Settings, data_key: bytes) -> Account | None:
    """Return the service account, or None where none is configured outside demo mode.

    Args:
        settings: the `wechat_*` settings; in demo mode unset ones make a demo account.
        data_key: the deployment's data key, from which the demo account's secrets are derived: each is its own.

    Raises:
        SettingsError: the account is half-configured, or the AES key has the wrong form; names the setting.
    """
    given = [name for name in REQUIRED if getattr(settings, name)]
    if not given:
        return _demo(settings, data_key) if settings.demo else None
    for name in REQUIRED:
        if name not in given:
            raise SettingsError(f"CHATI_{name.upper()}: must be set when CHATI_{given[0].upper()} is")
    if not _is_aes_key(settings.wechat_aes_key):
        raise SettingsError(f"CHATI_WECHAT_AES_KEY: must be {AES_KEY_LENGTH} letters and digits")
    return Account(
        appid=settings.wechat_appid,
        secret=settings.wechat_secret,
        token=settings.wechat_token,
        aes_key=settings.wechat_aes_key,
        api_base=_api_base(settings),
    )


def loopback(settings: Settings) -> str:
    """Return the address at which this very server answers on its own machine."""
    return f"http://{EVERY_INTERFACE.get(settings.host, settings.host)}:{settings.port}"


def _api_base(settings: Settings) -> str:
    platform = loopback(settings) + STAND_IN if settings.demo else PLATFORM
    return (settings.wechat_api_base or platform).rstrip("/")


def _demo(settings: Settings, data_key: bytes) -> Account:
    def derived(name: str) -> bytes:
        return hmac.digest(data_key, b"wechat-demo:" + name.encode(), "sha256")

    return Account(
        appid="wx" + derived("appid").hex()[:16],
        secret=derived("secret").hex()[:32],
        token=derived("token").hex()[:32],
        aes_key=base64.b64encode(derived("aes_key")).decode()[:AES_KEY_LENGTH],
        api_base=_api_base(settings),
    )


def _is_aes_key(text: str) -> bool:
    try:
        return len(text) == AES_KEY_LENGTH and len(base64.b64decode(text + "=", validate=True)) == 32
    except ValueError:
        return False
