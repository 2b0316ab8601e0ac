"""Fetches recordings: bytes, of which the library's own client makes text."""

from datetime import timedelta
from http import HTTPStatus

import requests
from twilio.base.exceptions import TwilioRestException

from ivr.core.errors import Unavailable

LARGEST = 20 * 1024 * 1024
"""Bytes of a recording: twenty minutes as the carrier writes them, at 16 kB/s."""

PIECE = 64 * 1024


class Media:
    """The recordings of an account, below ``root`` of its REST interface."""

    def __init__(self, root: str, login: tuple[str, str], timeout: timedelta) -> None:
        self._root = root
        self._login = login
        self._timeout = timeout.total_seconds()

    def wave(self, key: str) -> bytes:
        """A recording as a WAV file.

        Raises what the library and ``requests`` raise for every other request.
        """
        url = f"{self._root}/Recordings/{key}.wav"
        with requests.get(
            url, auth=self._login, timeout=self._timeout, stream=True
        ) as answer:
            if answer.status_code != HTTPStatus.OK:
                raise TwilioRestException(answer.status_code, url)
            return _bounded(answer)


def _bounded(answer: requests.Response) -> bytes:
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
