"""What stands behind the request that is being answered: the engine, and the door."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from flask import Flask, current_app

from exchange.hosts.engine import Engine

_ENGINE, _DOOR = "exchange-engine", "exchange-door"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Pages of which origins may come in, and the clock their tokens are held to.

    The clock is the wall's, which no speed of the exchange makes run faster.
    """

    origins: frozenset[str]
    wall: Callable[[], float]

    @classmethod
    def of(cls, addresses: Iterable[str], wall: Callable[[], float]) -> Self:
        """Return a door that is open to the pages at these addresses."""
        return cls(origins=frozenset(map(_origin_of, addresses)), wall=wall)


def put_behind(app: Flask, engine: Engine, door: Door) -> None:
    """Put an engine and its door behind an application."""
    app.extensions[_ENGINE] = engine
    app.extensions[_DOOR] = door


def current_engine() -> Engine:
    """Return the engine behind this request."""
    engine: Engine = current_app.extensions[_ENGINE]
    return engine


def current_door() -> Door:
    """Return the door this request came in by."""
    door: Door = current_app.extensions[_DOOR]
    return door


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
