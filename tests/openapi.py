"""The API's document, for whoever holds values against it."""

import jsonschema_rs


def resolved(document, part):
    """Follow a reference."""
    while "$ref" in part:
        found = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def strict(part):
    """Give a schema of OpenAPI 3.0 as JSON Schema has it: null beside the type."""
    if isinstance(part, list):
        return [strict(one) for one in part]
    if not isinstance(part, dict):
        return part
    plain = {key: strict(value) for key, value in part.items() if key not in {"nullable", "example"}}
    return {"anyOf": [plain, {"type": "null"}]} if part.get("nullable") else plain


def validator(document, schema):
    """Give what tells whether a value is of a schema of the document."""
    return jsonschema_rs.Draft7Validator(strict(schema | {"components": document["components"]}), validate_formats=True)
