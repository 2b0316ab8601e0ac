"""Fetches recordings: bytes, which the library's own client would turn into text."""

from datetime import timedelta
from http import HTTPStatus

import requests
from twilio.base.exceptions import TwilioRestException

from ivr.core.model.errors import Unavailable

TWILIO = "https://api.twilio.com"

LARGEST = 20 * 1024 * 1024
"""Bytes of a recording: twenty minutes as the carrier writes them, at 16 kB/s."""

PIECE = 64 * 1024


class MediaClient:
    """Fetches what lies at Twilio's addresses from another base address."""

    def __init__(self, base: str, timeout: timedelta) -> None:
        self._base = base
        self._timeout = timeout.total_seconds()

    def fetch(self, url: str, login: tuple[str, str]) -> bytes:
        """The bytes at an address.

        Raises what the library and ``requests`` raise for every other request.
        """
        there = url.replace(TWILIO, self._base, 1)
        with requests.get(
            there, auth=login, timeout=self._timeout, stream=True
        ) as answer:
            if answer.status_code != HTTPStatus.OK:
                raise TwilioRestException(answer.status_code, url)
            return _read_bounded(answer)


def _read_bounded(answer: requests.Response) -> bytes:
    # The length that is announced may be absent or wrong: only bytes are counted.
    taken = bytearray()
    for piece in answer.iter_content(PIECE):
        taken += piece
        if len(taken) > LARGEST:
            raise Unavailable(
                f"a recording is larger than {LARGEST} bytes; listen to it at the"
                " carrier, and limit the length of messages",
                permanent=True,
            )
    return bytes(taken)
