"""Watching a case: a person hears of each step in their inbox, whoever takes it."""

from backend.casework.documents import Case, Entry, Watch
from backend.foundation import clock, database, outbox


def start(number: str, person: str) -> None:
    """Let a person hear of each step of a case they see; the second time changes nothing.

    Args:
        number: the case.
        person: `person:<id>`.
    """
    Watch.objects(case=number, person=person).update_one(upsert=True, set_on_insert__since=clock.now())


def end(number: str, person: str) -> None:
    """End a person's watch; without one nothing happens."""
    Watch.objects(case=number, person=person).delete()


def is_on(number: str, person: str) -> bool:
    """Tell whether a person watches a case."""
    return database.collection("case_watches").find_one({"case": number, "person": person}) is not None


def numbers_of(person: str) -> list[str]:
    """Return the numbers of the cases that a person watches."""
    return [row["case"] for row in database.collection("case_watches").find({"person": person}, {"case": 1})]


def tell(case: Case, entry: Entry, subject: str, action_label: str, state_label: str) -> None:
    """Promise the news of a step to whoever watches its case and did not take it; joins the step's transaction.

    Args:
        case: as stored after the step.
        entry: the step's line of history.
        subject: what events and news call the case.
        action_label: Chinese name of what was done.
        state_label: Chinese name of the state it led to.
    """
    for watch in Watch.objects(case=case.number, person__ne=entry.actor):
        outbox.enqueue(
            key=f"{subject}:{entry.seq}:watch:{watch.person}",
            channel="inbox",
            target=watch.person,
            subject=subject,
            template=f"{subject.partition(':')[0]}.watched",
            number=case.number,
            action=action_label,
            state=state_label,
            by=entry.actor_label,
            place=case.place or "",
        )
