"""Where a sign-in comes from, and whether we know the browser."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, request

from ivr.actions.accounts.browsers import known_as
from ivr.web.context import web_context
from ivr.web.desk.security.guard import find_account
from ivr.web.desk.security.hashing_slots import HashingSlots
from ivr.web.desk.security.session import known_browser

EXTENSION = "hashing-slots"
"""Where the application keeps them."""


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Hold a slot for work that takes a core, such as hashing; Unavailable without one.

    A browser is known by the account that is signed in there, or by its token.
    """
    slots: HashingSlots = current_app.extensions[EXTENSION]
    known = _known_as()
    with slots.take_slot(known or network_address(), known=bool(known)):
        yield


def _known_as() -> str:
    account = find_account()
    if account is not None:
        return f"account {account.operator}"
    return known_as(web_context().ports, known_browser())


def network_address() -> str:
    """The address of a request's origin, as the nearest proxy says if there is one."""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told or request.remote_addr or ""
