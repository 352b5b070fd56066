"""Addresses of pages that units give: what a resident can open by a tap."""

from marshmallow import ValidationError, validate

from backend.foundation.errors import BadInput

_is_web_address = validate.URL(schemes={"https", "http"}, require_tld=False)


def require_web_address(field: str, url: str | None) -> None:
    """Refuse what is given and is no address of a page.

    Args:
        field: to name in the error.
        url: None where none is given.

    Raises:
        BadInput: names the field.
    """
    if url is None:
        return
    try:
        _is_web_address(url)
    except ValidationError as error:
        raise BadInput.of(field, "查询地址要以 https:// 开头") from error
