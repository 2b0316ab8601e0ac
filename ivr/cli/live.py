"""The live process for gunicorn: ``ivr.cli.live:application()``."""

import atexit
import threading
from contextlib import ExitStack

from flask import Flask

from ivr.app import create_live
from ivr.bootstrap.app import AppContext, open_app
from ivr.cli.web import web_context_of
from ivr.settings import Settings
from ivr.web.desk.live.hub import Hub

_open = ExitStack()
"""Everything that this process holds open; it is closed with the process."""


def application() -> Flask:
    """The live application of the service that this process's environment describes."""
    context = _open.enter_context(open_app(Settings.from_process()))
    hub = Hub()
    # Not a daemon of the interpreter: it ends when the hub closes.
    threading.Thread(
        target=_follow_changes, args=(context, hub), name="told", daemon=True
    ).start()
    atexit.register(hub.end_streams)
    return create_live(web_context_of(context), hub)


def _follow_changes(context: AppContext, hub: Hub) -> None:
    with context.open_changes(hub.closing) as told:
        hub.follow_changes(told.listen(tuple(context.ports.content.lines())))
