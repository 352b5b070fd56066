"""A lift's card in the API is what the API's document says."""

from backend.foundation import database
from tests.openapi import validator


def test_a_card_is_of_the_types_that_the_document_gives_its_blocks(demo_city):
    client = demo_city.test_client()
    document = client.get("/openapi.json").json
    card = document["components"]["schemas"]["Card"]
    for code in [card["_id"] for card in database.collection("cards").find({}, {"_id": 1}).limit(100)]:
        answer = client.get(f"/api/v1/lifts/{code}")
        errors = list(validator(document, card).iter_errors(answer.json))
        assert [(str(error.instance_path), error.message) for error in errors] == []
        assert set(answer.json["blocks"]) == set(document["components"]["schemas"]["Blocks"]["properties"])
