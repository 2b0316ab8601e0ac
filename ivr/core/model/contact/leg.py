"""Where a contact and a leg of a telephone call are one string, and nowhere else.

A contact of the telephone takes the identifier of the leg on which its caller rang. A
contact on a written channel has no leg: nobody asks for it here.
"""

from ivr.core.model.identifiers import ContactId, LegId


def contact_of_leg(leg: LegId) -> ContactId:
    """The contact for which a caller's leg asks.

    The caller rang on this leg; or, where the live state is asked, on another one, and
    is called back on this one.
    """
    return ContactId(leg)


def leg_of_contact(contact: ContactId) -> LegId:
    """The leg on which the caller of a telephone contact rang, or asks."""
    return LegId(contact)
