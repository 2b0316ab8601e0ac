"""What may be known of a person: which numbers are numbers, and may be called."""

import re

import phonenumbers
from phonenumbers import PhoneNumberType

from ivr.core.call import PhoneNumber

E164 = re.compile(r"\+[1-9][0-9]{6,14}")

# What carriers send in place of a number that is withheld: the digits spell a
# word on a keypad (ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE).
PSEUDO_NUMBERS = frozenset(
    {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
)


def caller_number(given: str) -> PhoneNumber | None:
    """The number of a caller, or None when it is withheld or is no number.

    Whoever withholds a number is as welcome as any other: nothing may be
    refused for it, and nothing may be sent to such a number.
    """
    if given in PSEUDO_NUMBERS or not E164.fullmatch(given):
        return None
    return PhoneNumber(given)


COSTLY = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.VOICEMAIL,
    }
)


def is_callable(number: PhoneNumber) -> bool:
    """Whether a number may be called back.

    It must be possible in its country, and none that charges whoever calls it: a
    number can be typed or forged by anybody.
    """
    try:
        parsed = phonenumbers.parse(number.reveal())
    except phonenumbers.NumberParseException:
        return False
    possible = phonenumbers.is_possible_number(parsed)
    return possible and phonenumbers.number_type(parsed) not in COSTLY
