"""Rate limits: counted in Chati's own database, so that all web processes count together."""

from typing import Any

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage.mongodb import MongoDBStorage
from pymongo import MongoClient, WriteConcern
from pymongo.database import Database

from backend.foundation import database

SCHEME = "chati"
# Fails open: a resident is never shut out because counting failed.
limiter = Limiter(get_remote_address, default_limits=[], swallow_errors=True, storage_uri=f"{SCHEME}://")


class SharedStorage(MongoDBStorage):
    """MongoDB storage on the connection that the application has anyway."""

    STORAGE_SCHEME = [SCHEME]

    def _init_mongo_client(self, _uri: str | None, **_options: Any) -> MongoClient:
        return database.database().client

    @property
    def _database(self) -> Database:
        """Count without waiting for the journal: a lost count is no loss."""
        self.storage  # noqa: B018 - makes the collections' expiry indexes the first time
        return database.database().with_options(write_concern=WriteConcern(w=1))

    def __del__(self) -> None:
        """Leave the connection to whoever opened it."""
