"""The directory: the workbench's pages of estates and units, where their names, districts and parts are changed."""

from flask import Flask

from backend.console import menu, subjects
from backend.console.menu import Entry
from backend.directory import console


def init_app(app: Flask) -> None:
    """Bring the pages, their entry in the menu, and how estates and units are opened."""
    app.register_blueprint(console.blueprint)
    menu.add(app, Entry("directory", "小区和单位", "directory.search", console.SEE, order=700, shortcut="d"))
    subjects.add(app, "estate", console.estate_link)
    subjects.add(app, "organisation", console.unit_link)
