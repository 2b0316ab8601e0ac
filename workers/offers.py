"""Offers, as a job. Safe to run twice: one run alone may dial."""

from ivr.actions import offers
from ivr.core.model.call import ClaimId, LineKey
from workers.house import ports


def place_offer(line: str, claim: str) -> None:
    """Ring the operator of a claim."""
    offers.place_offer(ports(), LineKey(line), ClaimId(claim))
