"""Privacy of numbers: which of those that a carrier sends are numbers at all."""

from ivr.core.model.address import PhoneNumber
from ivr.core.model.phone_numbers import E164, PSEUDO_NUMBERS


def caller_number(given: str) -> PhoneNumber | None:
    """The number of a caller, or None when it is withheld or is no number.

    A caller who withholds the number is as welcome as any other: we refuse them nothing
    for it, and send nothing to such a number.
    """
    if given in PSEUDO_NUMBERS or not E164.fullmatch(given):
        return None
    return PhoneNumber(given)
