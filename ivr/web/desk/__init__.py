"""The operators' face: pages in the browser, one module a subject."""

from flask import Flask

from ivr.web.desk import guard, pages, refusals
from ivr.web.desk.knocking import EXTENSION
from ivr.web.desk.shown import top_of_page
from ivr.web.desk.signals import signals
from ivr.web.desk.turns import Turns
from ivr.web.house import House


def install(app: Flask, house: House) -> None:
    """Teach the application what every page of the desk needs."""
    guard.install(app, house.form_key)
    pages.install(app)
    refusals.install(app)
    app.extensions[EXTENSION] = Turns()
    app.jinja_env.globals.update(top_of_page=top_of_page, signals=signals)
