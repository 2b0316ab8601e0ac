"""The context of a request: the engine, and the pages that may ask it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from flask import Flask, current_app

from exchange.hosts.engine import Engine

_ENGINE, _ACCESS = "exchange-engine", "exchange-access"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAccess:
    """The origins whose pages may come in, and the clock for their tokens.

    It is the wall clock, which no speed of the exchange makes run faster.
    """

    origins: frozenset[str]
    wall: Callable[[], float]

    @classmethod
    def allowing(cls, addresses: Iterable[str], wall: Callable[[], float]) -> Self:
        """Return the access of the pages at these addresses."""
        return cls(origins=frozenset(map(_origin_of, addresses)), wall=wall)


def put_behind(app: Flask, engine: Engine, access: PageAccess) -> None:
    """Put an engine, and who may ask it, behind an application."""
    app.extensions[_ENGINE] = engine
    app.extensions[_ACCESS] = access


def current_engine() -> Engine:
    """Return the engine behind this request."""
    engine: Engine = current_app.extensions[_ENGINE]
    return engine


def current_access() -> PageAccess:
    """Return which pages may ask."""
    access: PageAccess = current_app.extensions[_ACCESS]
    return access


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
