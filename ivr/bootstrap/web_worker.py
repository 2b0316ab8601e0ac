"""The parts of a web process: lanes, and workers that serve them."""

from ivr.adapters.web_server import Lane, PatientWorker, StreamingWorker

__all__ = [
    "Lane",
    "PatientWorker",
    "StreamingWorker",
]
