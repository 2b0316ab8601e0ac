"""How requests come in and answers go out: no thread waits for a slow client."""

from ivr.adapters.web_server.arriving import Arriving, Lane, Refusal
from ivr.adapters.web_server.worker import PatientWorker, StreamingWorker

__all__ = ["Arriving", "Lane", "PatientWorker", "Refusal", "StreamingWorker"]
