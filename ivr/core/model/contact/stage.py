"""Where a caller is, from the first ring to the end."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a caller is: always in exactly one of these."""

    MENU = "menu"
    WAITING = "waiting"
    CLAIMED = "claimed"
    CONNECTED = "connected"
    AFTER = "after"
    """The operator has left and the caller is still on the line."""
    PROMISED = "promised"
    """A call back is promised, and it is not its time yet."""
    GOODBYE = "goodbye"
    """The last words are being said; the end itself is the carrier's to tell."""
    ENDED = "ended"
