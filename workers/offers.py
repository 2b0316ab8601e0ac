"""Offers, as a job. Safe to run twice: one run alone may dial."""

from ivr.actions.talks.running import run
from ivr.core.model.identifiers import ClaimId, LineKey
from ivr.core.talk.events import OfferDue
from workers.worker_ports import worker_ports


def place_offer(line: str, claim: str) -> None:
    """Ring the operator of a claim."""
    run(worker_ports(), LineKey(line), OfferDue(claim=ClaimId(claim)))
