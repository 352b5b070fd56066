"""Rate limits: counted in Chati's own database, so that all web processes count together."""

import ipaddress

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage.mongodb import MongoDBStorage
from pymongo import MongoClient, WriteConcern
from pymongo.database import Database

from backend.foundation import clock, database

SCHEME = "chati"
IPV6_PREFIX = 64  # bits: who has one IPv6 address has all that share these


def network_of(address: str) -> str:
    """Return by what a caller is counted: an IPv4 address however it is written, of an IPv6 one the network.

    Args:
        address: as the server knows the caller; what is no address is counted as it stands.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False))


# The window moves with each request: no burst fits twice around the turn of an hour.
# Fails open: a resident is never shut out because counting failed.
limiter = Limiter(
    lambda: network_of(get_remote_address()),
    default_limits=[],
    strategy="moving-window",
    swallow_errors=True,
    storage_uri=f"{SCHEME}://",
)


class SharedStorage(MongoDBStorage):
    """MongoDB storage on the connection that the application has anyway."""

    STORAGE_SCHEME = [SCHEME]

    def _init_mongo_client(self, uri: str | None, **options: int | str | bool) -> MongoClient:  # noqa: ARG002 - as limits calls it
        return database.database().client

    @property
    def _database(self) -> Database:
        """Count without waiting for the journal: a lost count is no loss."""
        self.storage  # noqa: B018 - makes the collections' expiry indexes the first time
        return database.database().with_options(write_concern=WriteConcern(w=1))

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count a request, if there is room.

        Of first requests at the same moment one makes the row and the others are refused: a second look counts them.
        """
        return super().acquire_entry(key, limit, expiry, amount) or super().acquire_entry(key, limit, expiry, amount)

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Return when the oldest of the requests was made that still count, and how many do; with room, room is now."""
        start, count = super().get_moving_window(key, limit, expiry)
        return (start if count >= limit else clock.now().timestamp() - expiry), count

    def __del__(self) -> None:
        """Leave the connection to whoever opened it."""
