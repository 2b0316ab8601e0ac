"""The identifiers of contacts, operators, claims, shifts and lines."""

from typing import NewType

CallId = NewType("CallId", str)
"""The carrier's own identifier of a leg; opaque to us."""
LineKey = NewType("LineKey", str)
OperatorId = NewType("OperatorId", str)
ShiftId = NewType("ShiftId", str)
ClaimId = NewType("ClaimId", str)
"""Random and unguessable: it is also the token that accepts the offer."""
