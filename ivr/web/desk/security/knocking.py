"""Whoever is at the door: from where, and whether the browser has been here before."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, request

from ivr.actions.accounts.browsers import known_as
from ivr.web.desk.security.guard import guest
from ivr.web.desk.security.hashing_slots import Turns
from ivr.web.desk.security.session import known_browser
from ivr.web.house import house

EXTENSION = "turns"
"""Where the application keeps the places at its door."""


@contextmanager
def in_turn() -> Iterator[None]:
    """Do what takes its time, as hashing does on purpose; Unavailable when it is full.

    A browser is known by whoever is signed in there, or by its token.
    """
    turns: Turns = current_app.extensions[EXTENSION]
    known = _known_as()
    with turns.taken(known or network_address(), known=bool(known)):
        yield


def _known_as() -> str:
    account = guest()
    if account is not None:
        return f"account {account.operator}"
    return known_as(house().ports, known_browser())


def network_address() -> str:
    """Where a request comes from, as the nearest proxy says if there is one."""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told or request.remote_addr or ""
