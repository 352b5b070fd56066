"""The forms around a case: assign, watch, attach, record a visit, hide what shows too much; letters and file."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.casework import letters, watching
from backend.complaints import service
from backend.complaints.desk import reads
from backend.complaints.desk.cases import failed_page
from backend.complaints.life import around
from backend.complaints.life.around import NewSiteVisit
from backend.console.shell import actor, page
from backend.foundation import clock, forms, uploads
from backend.foundation.errors import BadInput, ChatiError, NotFound
from backend.foundation.permissions import requires

blueprint = Blueprint("desk_work", __name__, url_prefix="/desk")


@blueprint.post("/<number>/assign")
@requires("complaint.assign")
def assign(number: str) -> Response:
    """Give a case to a colleague."""
    to, words = request.form.get("assignee", ""), request.form.get("text", "")
    try:
        around.assign(number, actor(), _version(), to, words)
    except ChatiError as error:
        return failed_page(number, "assign", error, {"assignee": to, "text": words}, _version())
    return _back(number, "assign")


@blueprint.post("/<number>/watch")
@requires("complaint.see")
def watch(number: str) -> Response:
    """Start or end the officer's watch of a case."""
    officer = actor()
    around.own_case(officer, number)
    (watching.start if request.form.get("on") == "1" else watching.end)(number, officer.id)
    return _back(number, "watch")


@blueprint.post("/<number>/attachments")
@requires("complaint.attach")
def attach(number: str) -> Response:
    """Add a file to a case."""
    upload, note = request.files.get("file"), request.form.get("note", "")
    try:
        if upload is None or not upload.filename:
            raise BadInput.of("file", "请选择文件")
        with upload.stream as stream:
            around.attach(number, actor(), upload.filename, stream.read(), note)
    except ChatiError as error:
        return failed_page(number, "attach", error, {"note": note})
    return _back(number, "attach")


@blueprint.get("/attachments/<attachment_id>")
@requires("complaint.see")
def attachment(attachment_id: str) -> Response:
    """Send an attachment, always as a download: what is in it is not ours to show."""
    found, data = around.attachment(actor(), attachment_id)
    return _download(data, found["name"], found["mimetype"])


@blueprint.post("/<number>/visits")
@requires("complaint.attach")
def visit(number: str) -> Response:
    """Write down a visit to the lift."""
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in ("visited_at", "visitors", "findings")}
    draft = forms.draft()
    photos = uploads.of_form(draft.id)
    try:
        found = NewSiteVisit(
            form=draft.key,
            visited_at=_moment(typed["visited_at"]),
            visitors=typed["visitors"],
            findings=typed["findings"],
            photos=photos.checked(),
        )
        around.record_visit(number, actor(), found)
    except ChatiError as error:
        return failed_page(number, "visit", error, typed | {"draft": draft.id, "kept": photos.keep()})
    return _back(number, "visit")


@blueprint.post("/<number>/redact")
@requires("complaint.redact")
def redact(number: str) -> Response:
    """Cover words or a photo that show too much; the original is kept sealed."""
    names = ("field", "phrase", "reason", "photo")
    typed = {name: request.form.get(name, "") for name in names}
    try:
        if typed["photo"]:
            service.redact_photo(number, actor(), _version(), photo=typed["photo"], reason=typed["reason"])
        else:
            wanted = {name: typed[name] for name in ("field", "phrase", "reason")}
            service.redact_text(number, actor(), _version(), **wanted)
    except ChatiError as error:
        return failed_page(number, "redact", error, typed, _version())
    return _back(number, "redact")


@blueprint.post("/<number>/block")
@requires("complaint.block")
def block(number: str) -> Response:
    """Put a reporter on the block list, or tell why not."""
    typed = {name: request.form.get(name, "") for name in ("reporter", "reason")}
    try:
        if "confirm" not in request.form:
            raise BadInput.of("confirm", "请勾选确认")
        place = request.form.get("reporter", type=int, default=-1)
        service.block(number, actor(), _version(), place, typed["reason"])
    except ChatiError as error:
        return failed_page(number, "block", error, typed, _version())
    return _back(number, "block")


@blueprint.get("/<number>/letters/<int:place>")
@requires("complaint.see")
def letter(number: str, place: int) -> Response:
    """Show an official letter of a case as it is printed."""
    case = around.own_case(actor(), number, "description")
    written = letters.of(number, description=case.get("description", ""))
    if place >= len(written):
        raise NotFound("没有这份文书")
    return page("complaints/letters/letter.html", case=case, letter=written[place], number=number)


@blueprint.get("/<number>/file.pdf")
@requires("complaint.see")
def file(number: str) -> Response:
    """Send the whole case as a PDF to print."""
    from backend.complaints.desk import casefile  # reads the typefaces, which most processes never need

    officer = actor()
    data = casefile.pdf(officer, reads.desk_case(officer, number))
    return _download(data, f"投诉档案-{number}.pdf", "application/pdf")


def _version() -> int:
    return request.form.get("version", type=int, default=0)


def _back(number: str, done: str) -> Response:
    return redirect(url_for("desk.case", number=number, done=done), 303)


def _download(data: bytes, name: str, mimetype: str) -> Response:
    response = current_app.response_class(data, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.cache_control.no_store = True
    return response


def _moment(text: str) -> datetime:
    """Read what a date-time field sends, in Chinese local time."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
    except ValueError as error:
        raise BadInput.of("visited_at", "请填写核查时间") from error
