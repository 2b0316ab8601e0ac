"""The web application: faces, guards, and what they say when something fails."""

from flask import Flask

from ivr.web import desk
from ivr.web.audio import audio
from ivr.web.context import WebContext, attach_context
from ivr.web.desk.live.events import EXTENSION, events
from ivr.web.desk.live.hub import Hub
from ivr.web.desk.pages.account import own
from ivr.web.desk.pages.desk import desk_
from ivr.web.desk.pages.files import files
from ivr.web.desk.pages.lists import lists
from ivr.web.desk.pages.record import record
from ivr.web.desk.pages.self_test import self_test
from ivr.web.desk.pages.shifts import shifts
from ivr.web.desk.pages.sign_in import sign_in_pages
from ivr.web.desk.pages.sign_up import sign_up_pages
from ivr.web.desk.pages.talk import talk
from ivr.web.errors import SPOKEN
from ivr.web.guards import ProtectedFlask
from ivr.web.health import health
from ivr.web.messages import messages

CARRIERS = (*SPOKEN, messages)
DESK = (
    sign_in_pages,
    sign_up_pages,
    own,
    desk_,
    talk,
    record,
    lists,
    events,
    shifts,
    self_test,
)
OPEN = (audio, health, files)


def create_app(context: WebContext) -> Flask:
    """The application of a service; it opens nothing and reads no environment."""
    app = _empty_page(context)
    for face in (*CARRIERS, *DESK, *OPEN):
        app.register_blueprint(face)
    desk.install_desk(app, context)
    return app


def create_live(context: WebContext, hub: Hub) -> Flask:
    """The application of the live process: open streams, and nothing else."""
    app = _empty_page(context)
    app.extensions[EXTENSION] = hub
    for face in (events, health):
        app.register_blueprint(face)
    desk.install_desk(app, context)
    return app


def _empty_page(context: WebContext) -> Flask:
    app = ProtectedFlask("ivr", static_folder=None, template_folder="web/templates")
    # An address with a slash too many is another one. Werkzeug would lead on to the
    # right one at whatever host the request names.
    app.url_map.merge_slashes = False
    attach_context(app, context)
    return app
