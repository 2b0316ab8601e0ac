"""The web application for gunicorn: ``ivr.cli.web:application()``."""

from contextlib import ExitStack

from flask import Flask

from ivr.app import create_app
from ivr.bootstrap.app import AppContext, open_app
from ivr.settings import Settings
from ivr.web.context import WebContext

_open = ExitStack()
"""Everything that this process holds open; it is closed with the process."""


def application() -> Flask:
    """The application of the service that this process's environment describes."""
    context = _open.enter_context(open_app(Settings.from_process()))
    return create_app(web_context_of(context))


def web_context_of(context: AppContext) -> WebContext:
    """The parts of an open service that the faces need."""
    return WebContext(
        ports=context.ports,
        public_url=context.public_url,
        tone=context.waiting_tone(),
        recording=context.ports.content.audio_file,
        form_key=context.secrets.flask_secret.get_secret_value(),
        telegram_secret=context.telegram_secret,
        metrics_token=context.metrics_token,
        live_url=context.settings.live_url or "",
        desk_origins=context.desk_origins,
    )
