"""The live process for gunicorn: ``ivr.cli.live:application()``."""

import atexit
import threading
from contextlib import ExitStack

from flask import Flask

from ivr.app import create_live
from ivr.bootstrap import Opened, opened
from ivr.cli.web import house_of
from ivr.settings import Settings
from ivr.web.desk.live.hub import Hub

_open = ExitStack()
"""What this process holds open; it is closed with the process."""


def application() -> Flask:
    """The live application of the house that this process's environment describes."""
    here = _open.enter_context(opened(Settings.from_process()))
    hub = Hub()
    # Not a daemon of the interpreter: it ends when the hub closes.
    threading.Thread(target=_follow, args=(here, hub), name="told", daemon=True).start()
    atexit.register(hub.close)
    return create_live(house_of(here), hub)


def _follow(here: Opened, hub: Hub) -> None:
    with here.told(hub.closing) as told:
        hub.follow(told.listen(tuple(here.content.lines())))
