"""How the processes of the web are served: which lane a request takes, and its limits.

The carrier's requests have threads of their own in every process that answers them,
so that no page, no file and nobody who signs in can keep a caller waiting.
"""

from collections.abc import Mapping
from typing import ClassVar

from ivr.bootstrap.machine import elapsed
from ivr.bootstrap.web_worker import Lane, PatientWorker, StreamingWorker
from ivr.web.desk.security.fields import WRITTEN
from ivr.web.guards import CARRIER_BODY, FORBIDDEN

CARRIERS = ("/voice/", "/messages/", "/audio/", "/healthz", "/readyz")
"""Paths of the carrier's requests and of health checks."""

CARRIER = Lane(name="carrier", most=CARRIER_BODY, refusal=FORBIDDEN)
PAGES = Lane(name="pages", most=WRITTEN)
STREAMS = Lane(name="streams", most=0)

THREADS = 8
DESKS = 256
"""How many event streams may be open at once: each holds a thread of the live
process."""


def web_lane(path: str) -> Lane:
    """The lane of a path of the web face."""
    return CARRIER if path.startswith(CARRIERS) else PAGES


def stream_lane(_: str) -> Lane:
    """The lane of every path of the live process."""
    return STREAMS


class WebWorker(PatientWorker):
    """A worker of the web face."""

    lanes = web_lane
    clock = elapsed
    threads: ClassVar[Mapping[str, int]] = {CARRIER.name: THREADS, PAGES.name: THREADS}


class LiveWorker(StreamingWorker):
    """The worker of the live process."""

    lanes = stream_lane
    clock = elapsed
    threads: ClassVar[Mapping[str, int]] = {STREAMS.name: DESKS}
