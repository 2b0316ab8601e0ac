"""The operators' face: pages in the browser, one module a subject."""

from flask import Flask

from ivr.web.desk.render import refusals, responses
from ivr.web.desk.render.shown import top_of_page
from ivr.web.desk.render.signals import signals
from ivr.web.desk.security import guard
from ivr.web.desk.security.hashing_slots import Turns
from ivr.web.desk.security.knocking import EXTENSION
from ivr.web.house import House


def install(app: Flask, house: House) -> None:
    """Teach the application what every page of the desk needs."""
    guard.install(app, house.form_key)
    responses.install(app)
    refusals.install(app)
    app.extensions[EXTENSION] = Turns()
    app.jinja_env.globals.update(top_of_page=top_of_page, signals=signals)
