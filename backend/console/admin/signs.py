"""Usage signs for printing: the sheets of an estate or an area as a PDF."""

from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from backend.console.admin.people import choices
from backend.console.shell import actor, page
from backend.foundation import clock, forms
from backend.foundation.errors import BadInput
from backend.foundation.permissions import requires
from backend.registry import printing, sheets
from config.settings import SettingsError

ISSUE = "sign.issue"
blueprint = Blueprint("signs", __name__, url_prefix="/admin/signs")


@blueprint.get("")
@requires(ISSUE)
def show() -> Response:
    """Ask whose signs are to be printed."""
    return _form()


@blueprint.post("")
@requires(ISSUE)
def sheet() -> Response:
    """Send the sheets; lifts without a sign get their first."""
    area, estate = forms.typed("jurisdiction") or None, forms.typed("estate").strip() or None
    try:
        chosen = sheets.chosen(area, estate, changed=bool(forms.typed("changed")), by=actor())
    except BadInput as error:
        return _form(error)
    except SettingsError as error:
        return _form(BadInput.of("estate", str(error)))
    if not chosen.signs:
        return _form(BadInput.of("estate", "没有要打印的标志"))
    response = current_app.response_class(sheets.pdf(chosen), content_type="application/pdf")
    printing.note(chosen.signs, ())
    response.headers["Content-Disposition"] = f'attachment; filename="chati-signs-{clock.today():%Y%m%d}.pdf"'
    response.cache_control.no_store = True
    return response


def _form(error: BadInput | None = None) -> Response:
    status = int(error.status) if error else 200
    return page("console/admin/signs.html", **choices(), error=error, typed=request.form, status=status)
