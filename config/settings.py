"""Every setting of Chati: its environment variable, type, unit, default and reason."""

import difflib
import ipaddress
import os
import pathlib
import re
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from filelock import FileLock

BOOLEANS = {"1": True, "true": True, "0": False, "false": False, "": False}
KINDS = {bool: "1 or 0", int: "a whole number", date: "a date YYYY-MM-DD"}
LOOPBACK_NAMES = {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"}


class SettingsError(Exception):
    """A setting is missing or cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a setting's value must be beyond its type: in words, and as a test."""

    words: str
    fits: Callable[[Any], object]


def _is_rate(text: str) -> bool:
    from limits import parse_many

    with suppress(ValueError):
        return bool(parse_many(text))
    return False


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # a port beyond 65535 is found when it is asked for
    except ValueError:
        return False
    return bool(re.fullmatch(r"https?://[^\s/?#@]+/?", text, re.IGNORECASE) and parts.hostname)


ANY = Form("", lambda _: True)
ONE_OR_MORE = Form("1 or more", lambda number: number >= 1)
NONE_OR_MORE = Form("0 or more", lambda number: number >= 0)
PORT = Form("a port, 1 to 65535", lambda number: 1 <= number <= 65535)
ADDRESS = Form("http(s)://host or http(s)://host:port", _is_address)
NAME = Form("a name", str.strip)
CACHE = Form("256 or more", lambda number: number >= 256)  # what mongod takes
MONGODB = Form("mongodb://… or mongodb+srv://…", re.compile(r"mongodb(\+srv)?://\S+").fullmatch)
RATE = Form("a rate such as 30 per hour", _is_rate)
LEVEL = Form("debug, info, warning or error", {"debug", "info", "warning", "error"}.__contains__)


def setting(name: str, default: Any, *, unit: str = "", form: Form | None = None, reason: str) -> Any:
    """Declare one setting as a dataclass field.

    Args:
        name: environment variable.
        default: value when the variable is not set; its type is the setting's type.
        unit: unit of the value, where it has one.
        form: what the value must be beyond its type; not given: a number of 1 or more, or any text.
        reason: why the setting exists and why the default is what it is.
    """
    form = form or (ONE_OR_MORE if type(default) is int else ANY)
    return field(default=default, metadata={"name": name, "unit": unit, "form": form, "reason": reason})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, read once at start."""

    host: str = setting("HOST", "127.0.0.1", reason="address to listen on; loopback until told otherwise")
    port: int = setting("PORT", 8000, unit="TCP port", form=PORT, reason="port to listen on")
    base_url: str = setting(
        "CHATI_BASE_URL",
        "",
        form=ADDRESS,
        reason="public address printed in the QR codes; must never change after printing; empty: http://HOST:PORT",
    )
    var: str = setting("CHATI_VAR", "var", unit="path", reason="where the embedded database and generated keys live")
    mongodb_uri: str = setting(
        "CHATI_MONGODB_URI", "", form=MONGODB, reason="replica set to use; empty: an embedded mongod under CHATI_VAR"
    )
    mongodb_name: str = setting("CHATI_MONGODB_NAME", "chati", form=NAME, reason="database name")
    mongodb_timeout_ms: int = setting(
        "CHATI_MONGODB_TIMEOUT_MS",
        5000,
        unit="ms",
        reason="how long a request waits for a primary before it says 503; a resident does not wait longer",
    )
    mongodb_cache_mb: int = setting(
        "CHATI_MONGODB_CACHE_MB",
        512,
        unit="MiB",
        form=CACHE,
        reason="WiredTiger cache of the embedded mongod; fits a small machine",
    )
    web_workers: int = setting("CHATI_WEB_WORKERS", 2, unit="processes", reason="web processes; one per core")
    web_threads: int = setting("CHATI_WEB_THREADS", 4, unit="threads", reason="threads per web process")
    demo: bool = setting(
        "CHATI_DEMO",
        False,
        reason="demo city, demo accounts, simulator and the mark 演示数据; make run switches it on",
    )
    demo_pilot_until: date = setting(
        "CHATI_DEMO_PILOT_UNTIL",
        date(2027, 12, 31),
        unit="date",
        reason="the regulation's pilots ended in 2022-12; the demo city shows them as extended to this day",
    )
    secret_key: str = setting(
        "CHATI_SECRET_KEY", "", reason="signs sessions and form tokens; empty: made once under CHATI_VAR"
    )
    sign_key: str = setting(
        "CHATI_SIGN_KEY",
        "",
        reason="makes the tags of usage signs; must never change after printing; empty: made once under CHATI_VAR",
    )
    data_key: str = setting(
        "CHATI_DATA_KEY", "", reason="encrypts phones and openids at rest; empty: made once under CHATI_VAR"
    )
    trusted_proxies: int = setting(
        "CHATI_TRUSTED_PROXIES",
        0,
        unit="proxies",
        form=NONE_OR_MORE,
        reason="how many proxies in front may name the caller's address",
    )
    body_limit_kib: int = setting(
        "CHATI_BODY_LIMIT_KIB",
        64 * 1024,
        unit="KiB",
        reason="largest request: six photos of 10 MB from a phone",
    )
    photo_limit: int = setting("CHATI_PHOTO_LIMIT", 6, unit="photos", form=NONE_OR_MORE, reason="photos per complaint")
    photo_limit_kib: int = setting(
        "CHATI_PHOTO_LIMIT_KIB", 10 * 1024, unit="KiB", reason="largest single photo; phones send up to 10 MB"
    )
    photo_pixels: int = setting(
        "CHATI_PHOTO_PIXELS",
        1600,
        unit="px",
        reason="long side of a stored photo that is no strip: enough to read a plate",
    )
    report_limit: str = setting(
        "CHATI_REPORT_LIMIT",
        "30 per hour",
        form=RATE,
        reason="complaints sent from one address, refused ones too; a family behind one router fits",
    )
    login_limit: str = setting(
        "CHATI_LOGIN_LIMIT", "10 per 5 minutes", form=RATE, reason="sign-in attempts from one address"
    )
    rescue_phone: str = setting("CHATI_RESCUE_PHONE", "96333", reason="the city's lift rescue number 电梯应急救援")
    hotline_phone: str = setting(
        "CHATI_HOTLINE_PHONE", "12345", reason="the city's service hotline, for lifts without a desk"
    )
    wechat_appid: str = setting(
        "CHATI_WECHAT_APPID", "", reason="service account; empty in demo mode: the demo account"
    )
    wechat_secret: str = setting("CHATI_WECHAT_SECRET", "", reason="service account secret")
    wechat_token: str = setting("CHATI_WECHAT_TOKEN", "", reason="callback token; an empty one would accept anybody")
    wechat_aes_key: str = setting("CHATI_WECHAT_AES_KEY", "", reason="EncodingAESKey, 43 characters, secure mode")
    wechat_api_base: str = setting(
        "CHATI_WECHAT_API_BASE",
        "",
        reason="base URL of the WeChat API; empty: the platform's own, in demo mode the stand-in",
    )
    wechat_template: str = setting(
        "CHATI_WECHAT_TEMPLATE",
        "",
        reason="template id for progress notices; empty: that channel is not tried",
    )
    wechat_subscribe_template: str = setting(
        "CHATI_WECHAT_SUBSCRIBE_TEMPLATE", "", reason="订阅通知 template id; empty: that channel is not tried"
    )
    wechat_verify: str = setting(
        "CHATI_WECHAT_VERIFY",
        "",
        reason="name=content of MP_verify_*.txt files, comma separated: domain ownership",
    )
    worker_lease_s: int = setting(
        "CHATI_WORKER_LEASE_S",
        60,
        unit="s",
        reason="a delivery held by a dead worker is taken up again after this",
    )
    worker_idle_ms: int = setting("CHATI_WORKER_IDLE_MS", 500, unit="ms", reason="pause of an idle worker")
    worker_attempts: int = setting(
        "CHATI_WORKER_ATTEMPTS",
        96,
        unit="attempts",
        reason="tries before a delivery counts as failed: about three days, so that a weekend's outage heals by itself",
    )
    alerts_to: str = setting(
        "CHATI_ALERTS_TO", "CQ", reason="whose inbox is told of failed deliveries: the municipal desk"
    )
    webhook_timeout_s: int = setting(
        "CHATI_WEBHOOK_TIMEOUT_S", 10, unit="s", reason="how long a bureau's system may take; far below the lease"
    )
    smtp_host: str = setting("CHATI_SMTP_HOST", "", reason="mail server; empty: e-mail is not sent")
    smtp_port: int = setting("CHATI_SMTP_PORT", 587, unit="TCP port", form=PORT, reason="mail submission, RFC 6409")
    smtp_security: str = setting(
        "CHATI_SMTP_SECURITY", "starttls", reason="starttls, tls (from the first byte, port 465) or none (loopback)"
    )
    smtp_user: str = setting("CHATI_SMTP_USER", "", reason="account at the mail server; empty: no sign-in")
    smtp_password: str = setting("CHATI_SMTP_PASSWORD", "", reason="password of that account")
    smtp_from: str = setting("CHATI_SMTP_FROM", "", reason="sender's address; needed where CHATI_SMTP_HOST is set")
    smtp_timeout_s: int = setting(
        "CHATI_SMTP_TIMEOUT_S", 5, unit="s", reason="wait per step of the mail dialogue; its eight fit in the lease"
    )
    audit_settle_s: int = setting(
        "CHATI_AUDIT_SETTLE_S",
        120,
        unit="s",
        form=NONE_OR_MORE,
        reason="age at which events are sealed: MongoDB ends a transaction at 60 s, and machines' clocks may differ",
    )
    log_level: str = setting("CHATI_LOG_LEVEL", "info", form=LEVEL, reason="debug, info, warning or error")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from environment variables.

        Args:
            env: variables; the process's own when not given.

        Raises:
            SettingsError: a value has the wrong form, or a variable begins with CHATI_ and is no setting, since a
                misspelled one would be a default that nobody chose; the message names the variable.
        """
        source = os.environ if env is None else env
        known = {f.metadata["name"] for f in fields(cls)}
        unknown = [name for name in source if name.startswith("CHATI_") and name not in known]
        if unknown:
            nearest = difflib.get_close_matches(unknown[0], known, n=1, cutoff=0.85)
            raise SettingsError(f"{unknown[0]}: no such setting" + "".join(f"; {name} is one" for name in nearest))
        return cls(**{f.name: _read(f, source) for f in fields(cls) if f.metadata["name"] in source})

    def as_env(self) -> dict[str, str]:
        """Return the variables that give these settings; CHATI_VAR, a path from here, is left out."""
        return {f.metadata["name"]: _text(getattr(self, f.name)) for f in fields(self) if f.name != "var"}

    @property
    def public_url(self) -> str:
        """Address that people and QR codes use, without a trailing slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    def lasting_url(self) -> str:
        """Return `public_url` for what cannot be called back: a printed QR code, a menu at WeChat.

        Raises:
            SettingsError: outside demo mode it is an address that leads everybody to a machine of their own.
        """
        if not self.demo and _is_loopback(self.public_url):
            raise SettingsError(
                f"CHATI_BASE_URL: {self.public_url} leads to this machine only; "
                "set the address that people reach, such as https://lift.example.cn, and never change it after printing"
            )
        return self.public_url

    def folder(self) -> pathlib.Path:
        """Return CHATI_VAR, made where it is missing.

        Raises:
            SettingsError: it is no folder, or nothing can be written into it.
        """
        folder = pathlib.Path(self.var)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = "not a folder" if isinstance(error, FileExistsError) else error.strerror
            raise SettingsError(f"CHATI_VAR: {error.filename}: {reason}") from error
        if not os.access(folder, os.W_OK):
            raise SettingsError(f"CHATI_VAR: {folder}: not writable")
        return folder

    def key(self, name: str) -> bytes:
        """Return one of the secret keys, making it once under CHATI_VAR where it is not set.

        Args:
            name: `secret_key`, `sign_key` or `data_key`.

        Raises:
            SettingsError: the key is unset and several machines share the database, so each would make its own; or it
                cannot be kept.
        """
        if given := getattr(self, name):
            return given.encode()
        if self.mongodb_uri and not self.demo:
            raise SettingsError(f"CHATI_{name.upper()}: must be set when CHATI_MONGODB_URI is")
        try:
            return _kept_key(self.folder() / "keys" / name)
        except OSError as error:
            raise SettingsError(f"CHATI_VAR: {self.var}/keys/{name}: {error.strerror}") from error


def _text(value: Any) -> str:
    """Write a value as `_read` reads it."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _read(f: Any, source: Mapping[str, str]) -> Any:
    """Read one variable; an empty text is what it says, whatever form a longer one must have."""
    name, text, form = f.metadata["name"], source[f.metadata["name"]].strip(), f.metadata["form"]
    readers: dict[type, Callable[[str], Any]] = {
        bool: lambda word: BOOLEANS[word.lower()],
        int: int,
        date: date.fromisoformat,
        str: str,
    }
    try:
        value = readers[type(f.default)](text)
    except (KeyError, ValueError) as error:
        raise SettingsError(f"{name}: {text!r} is not {KINDS[type(f.default)]}") from error
    if (value != "" or f.default != "") and not form.fits(value):
        # Not the value of a connection string: it may hold a password.
        raise SettingsError(f"{name}: must be {form.words}" + ("" if form is MONGODB else f", not {text!r}"))
    return value


def _kept_key(file: pathlib.Path) -> bytes:
    """Return a key, made the first time: it appears under its name whole, or on a full disk not at all.

    Raises:
        SettingsError: the file is empty; another key would disown what this one signed and encrypted.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        with FileLock(file.with_name("keys.lock")):
            if not file.exists():  # another process was faster by a moment
                _write_key(file, file.with_name(f"{file.name}.part"))
    if not (key := file.read_bytes()).strip():
        raise SettingsError(f"{file}: the key is empty; restore it from a backup")
    return key


def _write_key(file: pathlib.Path, part: pathlib.Path) -> None:
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(32))
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _is_loopback(address: str) -> bool:
    """Tell whether an address means the very machine that asks for it; `127.1` and `0x7f000001` do, too."""
    host = (urlsplit(address).hostname or "").removesuffix(".")
    if host in LOOPBACK_NAMES or host.endswith(".localhost"):
        return True
    with suppress(OSError):
        host = socket.inet_ntoa(socket.inet_aton(host))
    try:
        meant = ipaddress.ip_address(host)
    except ValueError:
        return False  # a name
    meant = getattr(meant, "ipv4_mapped", None) or meant
    return meant.is_loopback or meant.is_unspecified


def table() -> str:
    """Return all settings as a Markdown table; `docs/settings.md` is this."""
    rows = ["| setting | type | unit | default | reason |", "|---|---|---|---|---|"]
    for f in fields(Settings):
        default = "`" + str(f.default) + "`" if f.default != "" else "empty"
        name, unit, reason = (f.metadata[key] for key in ("name", "unit", "reason"))
        rows.append(f"| `{name}` | {type(f.default).__name__} | {unit} | {default} | {reason} |")
    return (
        "# Settings\n\nEnvironment variables, read once at start. `chati settings` prints this page.\n\n"
        + "\n".join(rows)
        + "\n"
    )
