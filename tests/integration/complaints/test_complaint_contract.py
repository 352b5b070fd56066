"""The complaints routes keep what /openapi.json says, whatever is sent."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks

from tests.factories import make_lift

CHECKS = [
    checks.not_a_server_error,
    checks.response_schema_conformance,
    checks.content_type_conformance,
    checks.status_code_conformance,
]
OPERATIONS = [("/api/v1/complaints", "POST"), ("/api/v1/complaints/{number}", "GET")]


@pytest.fixture
def contract(app, db, monkeypatch):
    """The API's document, with a lift that examples can name and without the limit per address."""
    with app.app_context():
        make_lift("500103")
    monkeypatch.setattr("backend.foundation.limits.limiter.enabled", False)
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda value: value)
def test_an_answer_is_what_the_document_says(contract, path, method, mode):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(case=contract[path][method].as_strategy(generation_mode=mode))
    def every_answer_conforms(case):
        case.call_and_validate(checks=CHECKS)

    every_answer_conforms()
