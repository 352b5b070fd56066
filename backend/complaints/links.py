"""Where the pages about cases stand, and the signed link by which a unit answers its repair without an account."""

from backend.foundation.errors import NotFound
from backend.foundation.links import BROKEN, Token, absolute, path_to

REPAIR = Token("complaints.repair")
OTHER, SIGN = "other", "sign"


def report_url(code: str | None = None, category: str | None = None) -> str:
    """Return the path of the form for a complaint: about a lift, a kind of problem, or a place in words."""
    if code is None:
        return path_to("report.form_without_code")
    return path_to("report.form", code=code, category=category)


def forged_sign_url(code: str) -> str:
    """Return the path of the form that tells of a sign which is none of ours, its words written already."""
    return path_to("report.form", code=code, category=OTHER, about=SIGN)


def trapped_url(code: str) -> str:
    """Return the path of what to do when people are trapped in a lift."""
    return path_to("report.trapped", code=code)


def progress_url(number: str, key: str) -> str:
    """Return the path at which somebody who has its key follows a case."""
    return path_to("report.progress", number=number, k=key)


def case_url(number: str) -> str:
    """Return the path of a case at the bureau's desk."""
    return path_to("desk.case", number=number)


def cases_url() -> str:
    """Return the path of the bureau's cases."""
    return path_to("desk.cases")


def link(number: str, unit: str) -> str:
    """Return the address at which a unit answers a repair; it is as good as the unit's word, so it is never logged.

    Args:
        number: of the repair, or of a 报修 of its own.
        unit: id of the using or maintenance unit.
    """
    return absolute(path_to("repair.show", token=REPAIR.make([number, unit])))


def opened(token: str) -> tuple[str, str]:
    """Return the number and the unit that a link's last part stands for.

    Raises:
        NotFound: we did not sign it.
    """
    found = REPAIR.read(token)
    if found is None:
        raise NotFound(BROKEN)
    number, unit = found
    return number, unit
