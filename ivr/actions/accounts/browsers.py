"""Browsers in which somebody has signed in before: no stranger can lock them out.

Such a browser carries a signed token with a name of its own and, for each account that
was opened there, a keyed mark. Attempts there are counted apart from those of
strangers, who can fail under any name as often as they like. The token opens nothing.
"""

from datetime import datetime, timedelta

from ivr.core.model.account import login_of
from ivr.ports import Ports, Vault

KIND = "browser"
LASTS = timedelta(days=180)
"""How long we know a browser after somebody has signed in there."""

MOST = 8
"""The most accounts that we know one browser for: the latest."""

_MARK = 16
"""Characters of a mark."""


def place_of(ports: Ports, token: str, name: str) -> str:
    """The browser's own name if it is known for this account; "" otherwise."""
    told = _read_token(ports, token)
    return told["id"] if _mark_of(ports.vault, name) in told["of"].split() else ""


def known_as(ports: Ports, token: str) -> str:
    """The own name of a browser in which somebody has signed in; "" for others."""
    return _read_token(ports, token)["id"]


def make_browser_token(ports: Ports, token: str, login: str) -> str:
    """The token of a browser in which somebody has just signed in."""
    told, mine = _read_token(ports, token), _mark_of(ports.vault, login)
    others = [mark for mark in told["of"].split() if mark != mine]
    until = ports.clock.now() + LASTS
    return ports.vault.sign(
        {
            "kind": KIND,
            "id": told["id"] or ports.ids.token(),
            "of": " ".join([*others, mine][-MOST:]),
            "until": until.isoformat(timespec="seconds"),
        }
    )


def _read_token(ports: Ports, token: str) -> dict[str, str]:
    told = ports.vault.verify(token) if token else None
    if told is None or told.get("kind") != KIND or _is_over(ports, told["until"]):
        return {"id": "", "of": ""}
    return told


def _is_over(ports: Ports, until: str) -> bool:
    return ports.clock.now() >= datetime.fromisoformat(until)


def _mark_of(vault: Vault, name: str) -> str:
    return vault.fingerprint(f"browser:{login_of(name)}")[:_MARK]
