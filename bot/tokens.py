"""The access token: one for all processes, fetched by one of them at a time, kept sealed in the database."""

import secrets
import time
from datetime import timedelta

from flask import current_app
from pymongo.errors import DuplicateKeyError

from backend.foundation import clock, database
from backend.foundation.protect import seal, unseal
from bot.transport import LATER, ApiError, checked, send

GRACE_S = 300  # the platform ends a stable token up to five minutes early
LEASE = timedelta(seconds=10)  # longer than the call's timeouts together
PATIENCE_S = 12.0
LOOK_AGAIN_S = 0.05


def token(ended: str = "") -> str:
    """Return the shared access token, fetching a new one where nobody else does.

    No lock of the database is held during the call: who fetches holds a lease, the others look again.

    Args:
        ended: a token that WeChat just refused; another one is wanted.

    Raises:
        ApiError: WeChat gives none.
    """
    account, owner = current_app.extensions["chati.wechat"], secrets.token_hex(8)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        row = database.collection("wechat_tokens").find_one({"_id": account.appid}) or {}
        if row.get("token_sealed") and row["expires_at"] > clock.now():
            kept = unseal(row["token_sealed"])
            if kept != ended:
                return kept
        if _leased(account.appid, owner, row.get("token_sealed")):
            return _fetched(owner)
        time.sleep(LOOK_AGAIN_S)
    raise ApiError(LATER, "no token in time")


def _leased(appid: str, owner: str, seen: str | None) -> bool:
    """Take the lease, unless somebody has it or has stored another token since we looked."""
    now = clock.now()
    free = {"_id": appid, "token_sealed": seen, "$or": [{"lease_until": None}, {"lease_until": {"$lte": now}}]}
    lease = {"$set": {"owner": owner, "lease_until": now + LEASE}}
    try:
        taken = database.collection("wechat_tokens").update_one(free, lease, upsert=True)
    except DuplicateKeyError:
        return False  # the row is there, but not free
    return bool(taken.matched_count or taken.upserted_id)


def _fetched(owner: str) -> str:
    account = current_app.extensions["chati.wechat"]
    # Never force_refresh: the normal mode gives the same token to all until shortly before its end.
    asked = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
    mine = {"_id": account.appid, "owner": owner}
    rows = database.collection("wechat_tokens")
    try:
        answer = checked(send("/cgi-bin/stable_token", asked, {}))
    except ApiError:
        rows.update_one(mine, {"$unset": {"lease_until": True}})
        raise
    fresh, kept_until = answer["access_token"], clock.now() + timedelta(seconds=int(answer["expires_in"]) - GRACE_S)
    rows.update_one(
        mine, {"$set": {"token_sealed": seal(fresh), "expires_at": kept_until}, "$unset": {"lease_until": True}}
    )
    return fresh
