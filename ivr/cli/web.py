"""The web application for gunicorn: ``ivr.cli.web:application()``."""

from contextlib import ExitStack

from flask import Flask

from ivr.app import create_app
from ivr.bootstrap import Opened, opened
from ivr.settings import Settings
from ivr.web.house import House

_open = ExitStack()
"""What this process holds open; it is closed with the process."""


def application() -> Flask:
    """The application of the house that this process's environment describes."""
    here = _open.enter_context(opened(Settings.from_process()))
    return create_app(house_of(here))


def house_of(here: Opened) -> House:
    """What the faces need of an open house."""
    return House(
        ports=here.ports,
        public_url=here.public_url,
        tone=here.tone(),
        recording=here.content.audio_file,
        form_key=here.secrets.flask_secret.get_secret_value(),
        telegram_secret=here.telegram_secret,
        metrics_token=here.metrics_token,
        live_url=here.settings.live_url or "",
        desk_origins=here.desk_origins,
    )
