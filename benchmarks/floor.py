"""The floor: the same server and framework answering a constant page after one raw read or one durable insert."""

import os
from typing import Any

from flask import Flask, Response, request
from pymongo import MongoClient, WriteConcern

PAGE = os.urandom(9000)  # about a compressed scan page; random, so nothing on the way can make it smaller

app = Flask(__name__)
database = MongoClient[dict[str, Any]](os.environ["CHATI_MONGODB_URI"])[os.environ["CHATI_MONGODB_NAME"]]
durable = database.get_collection("floor", write_concern=WriteConcern(w="majority", j=True))


@app.get("/e/<code>")
def page(code: str) -> Response:
    """Answer a constant page after one find_one by _id."""
    database.cards.find_one({"_id": code})
    return Response(PAGE, mimetype="text/html")


@app.post("/api/v1/complaints")
def insert() -> tuple[dict, int]:
    """Answer after one durable insert of the body."""
    durable.insert_one(request.get_json())
    return {"ok": True}, 201
