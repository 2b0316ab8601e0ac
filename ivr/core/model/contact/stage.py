"""The stage of a contact, from the first ring to the end."""

from enum import StrEnum


class Stage(StrEnum):
    """The place of a caller: always exactly one of these."""

    MENU = "menu"
    WAITING = "waiting"
    CLAIMED = "claimed"
    CONNECTED = "connected"
    AFTER = "after"
    """The operator has left and the caller is still on the line."""
    PROMISED = "promised"
    """A call back is promised, and its time has not come yet."""
    GOODBYE = "goodbye"
    """The caller hears the last words; the carrier will tell us of the end."""
    ENDED = "ended"
