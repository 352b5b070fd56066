"""Community safety groups 小区电梯安全协调小组 (三（三）5), and residents who follow a lift or an estate."""

from flask import Flask

from backend.card import offers
from backend.card.offers import Offer
from backend.community import checks, desk, links, news, notice, outside, pages, succession, urges
from backend.community.access import OVERSEE
from backend.console import menu, panels, subjects
from backend.console.menu import Entry
from backend.console.panels import Panel
from backend.delivery import jobs
from config import references

references(checks.fit)

AT_ONCE_S, OFTEN_S, HOURLY_S = 20, 600, 3600


def init_app(app: Flask) -> None:
    """Bring the groups' pages, the desk's pages about them, and the jobs that bring news and end silence."""
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(outside.blueprint)
    app.register_blueprint(notice.blueprint)
    app.register_blueprint(desk.blueprint)
    offers.add(app, offers.LIFT, Offer(200, "community/offer.html"))
    app.jinja_env.globals.update(follow_url=links.follow_url, code_of=notice.code_of)
    menu.add(app, Entry("groups", "协调小组", "groups.groups", OVERSEE, order=300, shortcut="g"))
    panels.add(
        app, Panel("groups", "等待批准的小组", "group.approve", desk.waiting, order=400, endpoint="groups.groups")
    )
    subjects.add(app, "group", desk.link)
    succession.inherit()
    jobs.every(AT_ONCE_S, "community-serious", news.relay)
    jobs.every(OFTEN_S, "community-digest", news.digest)
    jobs.every(HOURLY_S, "community-changes", news.sweep)
    jobs.every(HOURLY_S, "community-silence", urges.escalate_silent)
