"""The API's document says what each part is, and what it says is so."""

import re
from datetime import datetime, timedelta

import pytest

from backend.accounts import service as accounts
from backend.accounts.actors import COMMAND
from backend.foundation.permissions import PUBLIC, permission_of
from tests.factories import make_lift
from tests.openapi import resolved, validator

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[+-]\d\d:\d\d|Z|\.)")
WEBSITE_TIME = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d ")
PROBLEM = "application/problem+json"


@pytest.fixture
def document(client):
    """What /openapi.json says."""
    return client.get("/openapi.json").json


def operations(document):
    """Give each operation with its name and the path's own parameters."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield f"{method} {path}", operation, [*item.get("parameters", ()), *operation.get("parameters", ())]


def properties(document):
    """Give each property of each schema that some answer or request has, by its place."""
    for name, schema in document["components"]["schemas"].items():
        for key, described in schema.get("properties", {}).items():
            yield f"{name}.{key}", described


def test_every_property_says_what_it_is(document):
    assert [place for place, described in properties(document) if not described.get("description")] == []


def test_every_operation_parameter_body_and_answer_says_what_it_is(document):
    silent = []
    for name, operation, parameters in operations(document):
        parts = {"": operation} | {f"?{one['name']}": one for one in parameters}
        parts |= {status: resolved(document, answer) for status, answer in operation["responses"].items()}
        if body := operation.get("requestBody"):
            parts["body"] = body
        silent += [f"{name} {part}" for part, said in parts.items() if not said.get("description")]
        assert operation["summary"], name
    assert silent == []


def test_every_word_of_the_document_is_chinese(document):
    words = [described["description"] for _, described in properties(document)]
    words += [operation["summary"] for _, operation, _ in operations(document)]
    words += [tag["description"] for tag in document["tags"]]
    words += [resolved(document, answer)["description"] for answer in document["components"]["responses"].values()]
    assert [text for text in words if not re.search("[一-鿿]", text)] == []


def test_every_example_of_a_property_is_of_its_type(document):
    wrong = [
        place
        for place, described in properties(document)
        if "example" in described and not validator(document, described).is_valid(described["example"])
    ]
    assert wrong == []


def test_every_example_of_a_parameter_a_request_and_an_error_is_of_its_schema(document):
    seen = []
    for name, operation, parameters in operations(document):
        for one in parameters:
            assert validator(document, one["schema"]).is_valid(one.get("example", one["schema"].get("example"))), name
        contents = [operation["requestBody"]["content"]] if "requestBody" in operation else []
        contents += [resolved(document, answer).get("content", {}) for answer in operation["responses"].values()]
        for media in (media for content in contents for media in content.values()):
            given = [example["value"] for example in media.get("examples", {}).values()] or [media.get("example")]
            seen += [(name, value, validator(document, media["schema"]).is_valid(value)) for value in given if value]
    assert [one for one in seen if not one[2]] == []
    assert len(seen) > len(document["paths"])


def test_what_needs_a_key_says_so_and_what_does_not_says_that(app, document):
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            path = rule.rule.replace("<", "{").replace(">", "}")
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                security = document["paths"][path][method.lower()].get("security", document["security"])
                public = permission_of(app.view_functions[rule.endpoint]) == PUBLIC
                assert ({} in security) == public, path
                assert {"key": []} in security, path


def test_the_first_server_is_the_site_that_the_page_came_from(document):
    assert [server["url"] for server in document["servers"]] == ["/", "https://chati.example"]


def test_every_error_is_documented_in_the_form_in_which_it_is_sent(document, client):
    for name, operation, _ in operations(document):
        assert {"401", "500", "503", "default"} <= operation["responses"].keys(), name
        for status, answer in operation["responses"].items():
            if status == "default" or int(status) >= 400:
                assert list(resolved(document, answer)["content"]) == [PROBLEM], (name, status)
    refused = {
        client.get("/api/v1/lifts/999999"): "404",
        client.get("/api/v1/lifts?limit=0"): "422",
        client.get("/api/v1/lifts", headers={"Authorization": "Bearer nobody"}): "401",
        client.post("/api/v1/complaints", json={"category": "door", "place": ""}): "422",
        client.post("/api/v1/complaints", data="x"): "415",
    }
    described = document["components"]["responses"]
    for answer, status in refused.items():
        shown = next(one["content"][PROBLEM] for one in described.values() if _status_of(one) == int(status))
        assert (answer.status_code, answer.mimetype) == (int(status), PROBLEM)
        assert answer.json["code"] == shown["example"]["code"]
        assert validator(document, shown["schema"]).is_valid(answer.json)


def _status_of(response):
    return response["content"][PROBLEM]["example"]["status"]


def test_every_moment_that_the_api_tells_has_the_offset_of_beijing(context, client):
    make_lift("500103")
    receipt = client.post("/api/v1/complaints", json={"lift_code": "500103", "category": "door"}).json
    shown = client.get(f"/api/v1/complaints/{receipt['number']}?k={receipt['query_key']}")
    card = client.get("/api/v1/lifts/500103")
    for text in (str(receipt), shown.text, card.text):
        assert [moment for moment in MOMENT.findall(text) if not moment.endswith("+08:00")] == []
        assert MOMENT.search(text)
        assert not WEBSITE_TIME.search(text)
    assert datetime.fromisoformat(receipt["due"]).utcoffset() == timedelta(hours=8)
    assert shown.json["due"] == receipt["due"]


def test_a_key_made_for_a_hotline_opens_what_needs_one(app, client):
    with app.app_context():
        key = accounts.create_api_key("12345 热线", "hotline", by=COMMAND)
    answer = client.get("/api/v1/complaints/orders/none", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 404
    assert client.get("/api/v1/complaints/orders/none").status_code == 401
