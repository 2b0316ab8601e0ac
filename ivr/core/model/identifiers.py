"""The identifiers of contacts, legs, operators, claims, shifts and lines."""

from typing import NewType

ContactId = NewType("ContactId", str)
"""Given by the channel, and opaque to us.

A telephone contact takes the identifier of the leg on which its caller rang: see
``ivr.core.model.contact.leg``.
"""
LegId = NewType("LegId", str)
"""The carrier's own identifier of a leg of a telephone call; opaque to us."""
LineKey = NewType("LineKey", str)
OperatorId = NewType("OperatorId", str)
ShiftId = NewType("ShiftId", str)
ClaimId = NewType("ClaimId", str)
"""Random and unguessable: it is also the token that accepts the offer."""
