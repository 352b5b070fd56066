"""The bureau's desk: the list of cases, one case beside the lift's card, and the moves the table allows."""

from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.casework.actors import parts_of
from backend.complaints import service, workflow
from backend.complaints.desk import case_view, reads
from backend.complaints.desk.reads import Filters
from backend.complaints.desk.rows import MoveForms, Reply
from backend.complaints.life import contact, publication
from backend.complaints.numbers import REPAIR_MARK
from backend.console.filters import Filtered
from backend.console.shell import actor, page
from backend.console.subjects import Link
from backend.foundation import clock
from backend.foundation.errors import BadInput, ChatiError, Conflict, TooLarge
from backend.foundation.forms import new_draft
from backend.foundation.permissions import requires
from backend.policy import jurisdictions

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
PAGE = 30
LIST = Filtered("complaints", ("state", "category", "track", "overdue", "mine", "watched", "bureau", "q"))
DONE = {"assign": "分派", "attach": "附件", "visit": "现场核查记录", "watch": "关注", "redact": "遮盖", "block": "屏蔽"}


@blueprint.get("")
@requires("complaint.see")
def cases() -> Response:
    """List the cases of the own desk, the earliest date first."""
    filters, error = read_filters()
    officer = actor()
    found, cursor = reads.desk_list(officer, filters, request.args.get("cursor"), PAGE)
    kept = LIST.read(request.args)
    return page(
        "complaints/desk/cases.html",
        cases=found,
        next_url=url_for("desk.cases", **kept, cursor=cursor) if cursor else None,
        kept=kept,
        saved=LIST.of(officer),
        filters=filters,
        error=error,
        counts=reads.open_counts(officer),
        states=workflow.TABLE.states,
        tracks=workflow.choices("tracks"),
        categories=workflow.categories(),
        bureaus=_bureaus() if officer.desks() is None else (),
        status=422 if error else 200,
    )


@blueprint.get("/<number>")
@requires("complaint.see")
def case(number: str) -> Response:
    """Show one case with the lift's card and what may be done now."""
    return case_page(number)


@blueprint.post("/<number>/<action>")
@requires("complaint.see")
def act(number: str, action: str) -> Response:
    """Move a case; the permission of the move itself is checked by the table."""
    officer, typed = actor(), {name: request.form.get(name, "") for name in workflow.fields()}
    own = number.removeprefix(REPAIR_MARK)  # a repair stands on the page of its complaint
    form = action if own == number else f"{number}-{action}"
    version = request.form.get("version", type=int, default=0)
    try:
        if action in case_view.CONFIRMED and "confirm" not in request.form:
            raise BadInput.of("confirm", "请勾选确认")
        if action == case_view.PUBLISH and not _seen(typed["text"]):
            return case_page(own, failed=form, typed=typed, preview=publication.preview(own, officer, typed["text"]))
        moved = service.act(number, action, officer, version, typed)
    except (BadInput, Conflict) as error:
        return case_page(own, failed=form, error=error, typed=typed, seen=version)
    if not parts_of(officer, moved):
        return redirect(url_for("desk.cases"), 303)
    return redirect(url_for("desk.case", number=own, done=action), 303)


@blueprint.post("/<number>/phone/<int:reporter>")
@requires("phone.see")
def phone(number: str, reporter: int) -> Response:
    """Show a reporter's phone number and record that it was shown."""
    return case_page(number, shown={reporter: contact.show_phone(number, reporter, actor())})


@blueprint.get("/photos/<photo_id>")
@requires("photo.see")
def photo(photo_id: str) -> Response:
    """Send a photo of a case that the officer sees."""
    response = current_app.response_class(reads.photo(actor(), photo_id), mimetype="image/jpeg")
    response.cache_control.private = True
    response.cache_control.max_age = 3600
    return response


def case_page(
    number: str,
    *,
    failed: str = "",
    error: ChatiError | None = None,
    typed: dict[str, str] | None = None,
    seen: int | None = None,
    shown: dict[int, str] | None = None,
    preview: str = "",
) -> Response:
    """Render a case; after a failed form with what was wrong, what was typed and what happened meanwhile.

    Args:
        number: the case.
        failed: action of the form.
        error: why it failed.
        typed: its fields.
        seen: version it was made for.
        shown: phones to show, by the reporter's place.
        preview: what would be published.
    """
    officer = actor()
    found = reads.desk_case(officer, number)
    beside = case_view.around(officer, found)
    forms = case_view.moves(officer, found)
    chosen = request.args.get("reply", "")
    return page(
        "complaints/desk/case.html",
        case=found,
        beside=beside,
        compared=case_view.compared(beside["evidence"], beside["verdict"]),
        forms=forms,
        failed=failed or chosen.partition(".")[0],
        error=error,
        typed=typed or _reply(forms, chosen),
        missed=[entry for entry in found["entries"] if isinstance(error, Conflict) and entry["seq"] > (seen or 0)],
        done=_done(request.args.get("done", "")),
        shown=shown or {},
        preview=preview,
        now=clock.local(clock.now()),
        new_draft=new_draft(),
        status=int(error.status) if error else 200,
    )


def failed_page(number: str, form: str, error: ChatiError, typed: dict[str, Any], seen: int | None = None) -> Response:
    """Show a case with one of the forms beside its moves that failed; other errors go on.

    Raises:
        ChatiError: the error is none of a form.
    """
    if not isinstance(error, (BadInput, Conflict, TooLarge)):
        raise error
    return case_page(number, failed=form, error=error, typed=typed, seen=seen)


def link(number: str) -> Link:
    """Return where a case is opened; a repair stands on the page of its complaint."""
    return Link(number, url_for("desk.case", number=number.removeprefix(REPAIR_MARK)))


def read_filters() -> tuple[Filters, str]:
    """Read the filters; where one has no meaning, say so and show the plain list."""
    args = request.args
    try:
        return reads.checked(
            Filters(
                state=args.get("state") or reads.OPEN,
                category=args.get("category", ""),
                track=args.get("track", ""),
                overdue=args.get("overdue") == "1",
                mine=args.get("mine") == "1",
                watched=args.get("watched") == "1",
                bureau=args.get("bureau", ""),
                text=args.get("q", "").strip(),
            )
        ), ""
    except BadInput as error:
        return Filters(), error.message


def _seen(text: str) -> bool:
    """Tell whether the officer saw these words as they will stand in public; a browser sends line ends its own way."""
    return "look" not in request.form and request.form.get("previewed", "").split() == text.split() != []


def _reply(forms: MoveForms, chosen: str) -> dict[str, str]:
    """Return the text of the reply `<action>.<place>` that a link chose, for browsers without script."""
    action, _, place = chosen.partition(".")
    replies: list[Reply] = next(
        (form["replies"] for form in (*forms["own"], *forms["shared"]) if form["action"] == action), []
    )
    return {"text": replies[int(place)]["text"]} if place.isdecimal() and int(place) < len(replies) else {}


def _done(action: str) -> str:
    """Tell what was just saved."""
    does = workflow.TABLE.actions.get(action)
    if does is None:
        return f"{DONE[action]}已保存" if action in DONE else ""
    return f"“{does.label}”已保存" + ("" if does.internal else "，反映人能看到这一步")


def _bureaus() -> list[jurisdictions.Jurisdiction]:
    """Return the bureaus a case may lie with today, the municipal one first."""
    return [jurisdictions.bureau(jurisdictions.MUNICIPAL), *jurisdictions.all_on(clock.today())]
