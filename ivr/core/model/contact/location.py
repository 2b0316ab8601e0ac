"""The location that a caller has given."""

from enum import StrEnum

from msgspec import Struct


class LocationKind(StrEnum):
    """How much the caller chose to say about where they are."""

    NONE = "none"
    DECLINED = "declined"
    AREA = "area"
    EXACT = "exact"


class Location(Struct, frozen=True):
    """The place where the caller is, as far as they have said.

    ``area`` is an area code that they have confirmed; it is sealed wherever it is
    stored.
    """

    kind: LocationKind = LocationKind.NONE
    area: str = ""
