"""The invitation into a talk."""

from ivr.core.model.claim import Claim
from ivr.ports import Ports


def guest_of(ports: Ports, claim: Claim) -> Claim | None:
    """The invitation into a talk, while it binds somebody."""
    key = claim.companions.guest
    guest = ports.contacts.claim(claim.line, key) if key else None
    return guest if guest is not None and guest.is_open else None
