"""Makes complaints."""

from backend.complaints import service
from backend.complaints.service import NewComplaint, NewReporter


def file_complaint(lift=None, category="door", draft=None, *, channel="web", phone=None, binding=None, **facts):
    """File a complaint, of a lift unless a place is given, and return its receipt."""
    reporter = NewReporter(channel=channel, phone=phone, binding=binding)
    where = {"lift": lift} if "place" not in facts else {}
    return service.file(NewComplaint(category=category, reporter=reporter, **where, **facts), draft=draft)
