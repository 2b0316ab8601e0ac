"""How requests come in and answers go out: no thread waits for a slow client."""

from ivr.adapters.web_server.incoming_request import IncomingRequest, Lane, Refusal
from ivr.adapters.web_server.worker import PatientWorker, StreamingWorker

__all__ = ["IncomingRequest", "Lane", "PatientWorker", "Refusal", "StreamingWorker"]
