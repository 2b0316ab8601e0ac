"""The web's context: the parts of the open service, kept in the Flask application."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import Flask, current_app

from ivr.core.model.identifiers import LineKey
from ivr.ports import Ports

NAME = "hotline"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebContext:
    """The ports, our address as the carrier knows it, and what is played.

    ``recording`` gives the file of a line's recording in a language by its
    name, or None; ``tone`` is the waiting tone as a WAV file. ``form_key`` signs
    the tokens of the desk's forms. ``live_url`` is where browsers reach the live
    process; "" when a proxy joins it to ``public_url``. ``desk_origins`` are others'
    origins that the desk's pages may speak to, by directive of their policy. With
    ``metrics_token`` its holders may read the figures, else this machine alone.
    """

    ports: Ports
    public_url: str
    tone: bytes
    recording: Callable[[LineKey, str, str], Path | None]
    form_key: str = field(repr=False)
    telegram_secret: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)
    live_url: str = ""
    desk_origins: Mapping[str, Sequence[str]] = field(default_factory=dict)


def attach_context(app: Flask, context: WebContext) -> None:
    """Give the application its context."""
    app.extensions[NAME] = context


def web_context() -> WebContext:
    """The context of the application that answers this request."""
    return cast("WebContext", current_app.extensions[NAME])
