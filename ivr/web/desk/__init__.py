"""The operators' face: pages in the browser, one module a subject."""

from flask import Flask

from ivr.web.context import WebContext
from ivr.web.desk.render import refusals, responses
from ivr.web.desk.render.shown import top_of_page
from ivr.web.desk.render.signals import render_signals
from ivr.web.desk.security import guard
from ivr.web.desk.security.hashing_slots import HashingSlots
from ivr.web.desk.security.knocking import EXTENSION


def install_desk(app: Flask, context: WebContext) -> None:
    """Teach the application what every page of the desk needs."""
    guard.install_guards(app, context.form_key)
    responses.install_templates(app)
    refusals.install_refusals(app)
    app.extensions[EXTENSION] = HashingSlots()
    app.jinja_env.globals.update(top_of_page=top_of_page, signals=render_signals)
