"""What may be known of a person: which numbers are numbers."""

from ivr.core.model.address import PhoneNumber
from ivr.core.model.phone_numbers import E164, PSEUDO_NUMBERS


def caller_number(given: str) -> PhoneNumber | None:
    """The number of a caller, or None when it is withheld or is no number.

    Whoever withholds a number is as welcome as any other: nothing may be
    refused for it, and nothing may be sent to such a number.
    """
    if given in PSEUDO_NUMBERS or not E164.fullmatch(given):
        return None
    return PhoneNumber(given)
