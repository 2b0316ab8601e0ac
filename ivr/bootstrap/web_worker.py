"""What a process of the web is made of: lanes, and workers that serve them."""

from ivr.adapters.web_server import Lane, PatientWorker, StreamingWorker

__all__ = [
    "Lane",
    "PatientWorker",
    "StreamingWorker",
]
