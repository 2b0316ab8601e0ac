"""A telephone plugged into the exchange: the exchange's control interface."""

from collections.abc import Sequence
from typing import Any

import requests

from ivr.core.model.errors import Invalid, Unavailable

LONG_POLL = 10.0
TIMEOUT = 30.0


class ExchangeTelephone:
    """Places calls at an exchange and returns what the caller hears.

    Raises Unavailable when no exchange answers at ``url``, and Invalid when it refuses.
    """

    def __init__(self, url: str) -> None:
        self._base = url
        self._url = f"{url}/exchange"
        self._session = requests.Session()

    def place_call(self, origin: str, to: str, script: Sequence[Any] = ()) -> str:
        """Call a number, by a script or by hand; return the call's identifier."""
        body = {"from": origin, "to": to, "script": list(script) or ["stay"]}
        return str(self._request("POST", "/calls", json=body)["call"])

    def play_script(self, script: str) -> str:
        """Call as a call file (YAML) says; return the call's identifier."""
        headers = {"Content-Type": "application/yaml"}
        asked = self._request("POST", "/scripts", data=script.encode(), headers=headers)
        return str(asked["call"])

    def hear_events(
        self, call: str, after: int, wait: float = LONG_POLL
    ) -> dict[str, Any]:
        """The events since event ``after``; waits ``wait`` seconds for new ones."""
        params = {"after": after, "wait": wait}
        return self._request("GET", f"/calls/{call}", params=params)

    def press_keys(self, call: str, keys: str) -> None:
        """Press keys."""
        self._request("POST", f"/calls/{call}/keys", json={"digits": keys})

    def speak_text(self, call: str, text: str) -> None:
        """Say something."""
        self._request("POST", f"/calls/{call}/speech", json={"text": text})

    def hang_up(self, call: str) -> None:
        """Put the receiver down."""
        self._request("DELETE", f"/calls/{call}")

    def staff_number(self, number: str, attempts: Any) -> None:
        """Set who answers a number, attempt by attempt."""
        self._request("PUT", f"/people/{number}", json=attempts)

    def calls_to(
        self, number: str, after: int, wait: float = LONG_POLL
    ) -> dict[str, Any]:
        """The calls to a number since call ``after``; waits ``wait`` seconds."""
        params = {"after": after, "wait": wait}
        return self._request("GET", f"/people/{number}/calls", params=params)

    def get_overview(self) -> dict[str, Any]:
        """The exchange in numbers, with its owner."""
        return self._request("GET", "")

    def get_complaints(self) -> dict[str, Any]:
        """The exchange's complaints about the service's answers."""
        return self._request("GET", "/complaints")

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _request(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        try:
            answer = self._session.request(
                method, self._url + path, timeout=TIMEOUT, **given
            )
            found = answer.json()
        except requests.RequestException as error:
            raise Unavailable(_no_exchange(self._base)) from error
        if not isinstance(found, dict):
            raise Unavailable(_no_exchange(self._base))
        if not answer.ok:
            raise Invalid(
                f"the exchange refuses: {found.get('message', answer.reason)}"
            )
        return found


def _no_exchange(url: str) -> str:
    return (
        f"no exchange answers at {url}; start one with: hotline up --with-exchange, or"
        " name its address, as --exchange http://127.0.0.1:8010"
    )
