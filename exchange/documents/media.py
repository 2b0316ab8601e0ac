"""How long a recording lasts, which its file says, if it is asked for."""

from exchange.documents import delivery
from exchange.kernel.http_types import Purpose
from exchange.kernel.signals import DocumentFailed, Goto
from exchange.kernel.tasks import Script
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import Leg
from exchange.twiml.parser import RETRIEVAL

_SUCCESS = 200
# A length that was not known when the header was written.
_STREAMED = 0xFFFFFFFF
_HEADER = 12  # "RIFF", size, "WAVE"


def seconds_of(state: ExchangeState, leg: Leg, url: str) -> Script[float]:
    """Return how long a recording plays; 0 when it cannot be had."""
    if not state.config.fetch_media:
        return state.config.play_seconds
    if url not in state.media:
        state.media[url] = yield from _fetch_length(state, leg, url)
    return state.media[url]


def wave_seconds(body: bytes) -> float | None:
    """Return the length of a WAV file of any coding, None when it is none."""
    if body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        return None
    rate, at = 0, _HEADER
    while at + 8 <= len(body):
        name = body[at : at + 4]
        size = int.from_bytes(body[at + 4 : at + 8], "little")
        if name == b"fmt ":
            rate = int.from_bytes(body[at + 16 : at + 20], "little")
        if name == b"data" and rate:
            return (len(body) - at - 8 if size == _STREAMED else size) / rate
        at += 8 + size + size % 2
    return None


def _fetch_length(state: ExchangeState, leg: Leg, url: str) -> Script[float]:
    try:
        goto = Goto(url=url, method="GET")
        reply = yield from delivery.send_request(state, leg, goto, Purpose.MEDIA)
    except DocumentFailed as fault:
        state.complain(leg, str(fault))
        return 0.0
    kind = reply.answer.header("content-type")
    if reply.answer.status != _SUCCESS or not kind.startswith("audio/"):
        state.complain(leg, f"{RETRIEVAL} {url} is no recording: {kind}")
        return 0.0
    return wave_seconds(reply.answer.body) or state.config.play_seconds
