"""What an administrator does in the browser, by the services of the commands: people, keys, where news goes, signs."""

from flask import Flask

from backend.console import menu
from backend.console.admin import channels, keys, people, signs

PAGES = (
    ("people.show", "人员", "person.manage"),
    ("keys.show", "密钥", "person.manage"),
    ("channels.show", "消息去向", "channel.manage"),
    ("signs.show", "使用标志", "sign.issue"),
)


def init_app(app: Flask) -> None:
    """Bring the pages, and their entry in the menu."""
    for part in (people, keys, channels, signs):
        app.register_blueprint(part.blueprint)
    app.jinja_env.globals.update(admin_pages=PAGES)
    menu.add(app, menu.Entry("admin", "管理", "people.show", "person.manage", order=800))
