"""The workbench of everybody who signs in: shell, menu, today's work, inbox, own password, saved filters."""

from flask import Flask

from backend.console import account, admin, inbox, menu, panels, recipients, subjects, today
from backend.foundation.permissions import OWN


def init_app(app: Flask) -> None:
    """Bring sign-in, the page of today's work and the inbox; slices add their entries, panels and subjects."""
    for part in (account, today, inbox):
        app.register_blueprint(part.blueprint)
    admin.init_app(app)
    recipients.register()
    app.jinja_env.globals.update(menu=menu.shown, subject=subjects.link)
    menu.add(app, menu.Entry("today", "今日", "today.show", OWN, order=100, shortcut="t"))
    menu.add(app, menu.Entry("inbox", "收件箱", "inbox.show", OWN, order=900, shortcut="i", badge=inbox.unread))
    panels.add(app, panels.Panel("notices", "未读通知", OWN, inbox.unread_rows, order=900, endpoint="inbox.show"))
