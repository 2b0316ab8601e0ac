"""What a caller has told of where they are."""

from enum import StrEnum

from msgspec import Struct


class LocationKind(StrEnum):
    """What the caller chose to tell of where they are."""

    NONE = "none"
    DECLINED = "declined"
    AREA = "area"
    EXACT = "exact"


class Location(Struct, frozen=True):
    """Where the caller is, as far as they have told.

    ``area`` is an area code that they have confirmed; it is sealed wherever it is
    stored.
    """

    kind: LocationKind = LocationKind.NONE
    area: str = ""
