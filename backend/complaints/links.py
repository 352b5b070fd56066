"""The signed link by which a unit answers its repair without an account."""

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from backend.foundation.errors import NotFound


def link(number: str, unit: str) -> str:
    """Return the address at which a unit answers a repair; it is as good as the unit's word, so it is never logged.

    Args:
        number: of the repair, or of a 报修 of its own.
        unit: id of the using or maintenance unit.
    """
    return f"{current_app.config['CHATI'].public_url}/repair/{_signer().dumps([number, unit])}"


def opened(token: str) -> tuple[str, str]:
    """Return the number and the unit that a link's last part stands for.

    Raises:
        NotFound: we did not sign it.
    """
    try:
        number, unit = _signer().loads(token)
    except BadData as error:
        raise NotFound("链接不完整，请重新打开通知里的链接") from error
    return number, unit


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="complaints.repair")
