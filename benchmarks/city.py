"""A demo city of any size: that of 2,000 lifts, and copies of its cards and stored pages under further codes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import bson
import click
from bson.raw_bson import RawBSONDocument
from flask import Flask
from pymongo import WriteConcern
from pymongo.collection import Collection

from backend.foundation import database
from backend.registry.signs import current_signs
from benchmarks.load import Request

BROWSER = (("Accept-Encoding", "gzip, deflate, br"),)


@dataclass(frozen=True)
class Lift:
    """A lift of the real city, and what its stored answers are called."""

    code: str
    tag: str
    etag: str

    def typed(self, copy: int) -> Request:
        """Type in the code of one of its copies."""
        return Request(f"/e/{code_of(self.code, copy)}", headers=BROWSER)

    def scan(self, copy: int) -> Request:
        """Scan the sign of one of its copies, as its QR code says."""
        return Request(f"/E/{code_of(self.code, copy)}/{self.tag}", headers=BROWSER)

    def card(self, copy: int) -> Request:
        """Ask for the JSON of one of its copies."""
        return Request(f"/api/v1/lifts/{code_of(self.code, copy)}", headers=BROWSER)

    def again(self, copy: int) -> Request:
        """Scan the sign of one of its copies with the page in the browser."""
        scan = self.scan(copy)
        return Request(scan.path, headers=(*scan.headers, ("If-None-Match", self.etag)), status=304)


def code_of(code: str, copy: int) -> str:
    """Return the code of a copy; copy 0 is the lift itself."""
    return f"{copy}-{code}" if copy else code


def scanned(app: Flask) -> list[Lift]:
    """Scan every sign and ask for every card of the real city once, so that their answers are stored."""
    codes = [card["_id"] for card in database.collection("cards").find({}, {"_id": 1})]
    signs, client, lifts = current_signs(codes), app.test_client(), []
    with click.progressbar(sorted(signs), label="first scans") as bar:
        for code in bar:
            page = client.get(f"/E/{code}/{signs[code]['tag']}", headers=BROWSER)
            card = client.get(f"/api/v1/lifts/{code}", headers=BROWSER)
            assert (page.status_code, card.status_code) == (200, 200), code
            lifts.append(Lift(code, signs[code]["tag"], page.headers["ETag"]))
    return lifts


def multiply(lifts: Sequence[Lift], scale: int, *names: str) -> None:
    """Copy documents of the lifts, byte for byte but for their ids.

    Args:
        lifts: of the real city.
        scale: how many of each there are afterwards.
        names: collections, such as `cards`.
    """
    for name in names:
        store = database.collection(name).with_options(write_concern=WriteConcern(w=1))
        rests = [_without_id(document) for document in _raw(store, [lift.code for lift in lifts])]
        with click.progressbar(range(1, scale), label=f"{name} × {scale}") as bar:
            for copy in bar:
                store.insert_many((_with_id(code_of(code, copy), rest) for code, rest in rests), ordered=False)


def _raw(store: Collection, codes: Sequence[str]) -> Iterator[RawBSONDocument]:
    return store.with_options(bson.CodecOptions(RawBSONDocument)).find({"_id": {"$in": codes}})


def _without_id(document: RawBSONDocument) -> tuple[str, bytes]:
    """Take a document apart: its id, which comes first, and the bytes of its other fields."""
    head: dict[str, Any] = {"_id": document["_id"]}
    return head["_id"], bytes(document.raw)[len(bson.encode(head)) - 1 : -1]


def _with_id(code: str, rest: bytes) -> RawBSONDocument:
    head = bson.encode({"_id": code})[4:-1]
    return RawBSONDocument((len(head) + len(rest) + 5).to_bytes(4, "little") + head + rest + b"\0")
