"""Shows an officer how to reach a reporter, and writes down that it was shown."""

from backend.accounts.actors import Actor
from backend.complaints.documents import Complaint
from backend.foundation import events
from backend.foundation.database import transactional
from backend.foundation.errors import NotFound
from backend.foundation.protect import unseal


@transactional
def show_phone(number: str, reporter: int, actor: Actor) -> str:
    """Return a reporter's phone number and record who saw it.

    Args:
        number: the case.
        reporter: place in the case's list of reporters, from 0.
        actor: who asks.

    Raises:
        NotFound: no such case or reporter, another bureau's case, or no phone was left.
    """
    case = Complaint.objects(number=number).first()
    if case is None or not actor.sees(case.jurisdiction) or not 0 <= reporter < len(case.reporters):
        raise NotFound("没有这件投诉")
    sealed = case.reporters[reporter].phone_sealed
    if sealed is None:
        raise NotFound("反映人没有留电话")
    events.record(
        "complaint.phone_shown", subject=f"complaint:{number}", actor=actor, lift=case.lift, reporter=reporter
    )
    return unseal(sealed)
