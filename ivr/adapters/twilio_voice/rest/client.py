"""The library's client, at the base address of a region or of an exchange."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.adapters.twilio_voice.rest.media import TWILIO

PAGE = 1000
"""Rows of a list that are asked for at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """How to reach the carrier, and where it reaches us.

    ``timeout`` bounds every request: the library itself waits for ever. A
    webhook that moves a caller must answer within three seconds. ``leg_limit``
    ends a leg that everybody has forgotten, ``shift_limit`` a standing one.
    """

    account_sid: str
    auth_token: str
    api_url: str
    public_url: str
    timeout: timedelta = timedelta(seconds=2)
    leg_limit: timedelta = timedelta(hours=4)
    shift_limit: timedelta = timedelta(hours=12)


class BasedHttpClient(TwilioHttpClient):  # type: ignore[misc]
    """The library's own client, at another base address and with a time limit."""

    def __init__(self, base: str, timeout: timedelta) -> None:
        super().__init__(timeout=timeout.total_seconds())
        self._base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Send a request to the base address in place of Twilio's."""
        return super().request(
            method, url.replace(TWILIO, self._base, 1), *args, **kwargs
        )


_NO_ENVIRONMENT = {"TWILIO_REGION": "", "TWILIO_EDGE": ""}
"""In place of the process's own, which the library would read: our address has the
region and the edge already, or is somebody else's."""


def make_client(settings: TwilioSettings, http: HttpClient | None = None) -> Client:
    """The library's client for an account, with our address and our time limit."""
    return Client(
        settings.account_sid,
        settings.auth_token,
        http_client=http or BasedHttpClient(settings.api_url, settings.timeout),
        environment=_NO_ENVIRONMENT,
    )
