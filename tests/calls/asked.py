"""The addresses of the carrier that the call files ask."""

ASKED = frozenset(
    {
        "/voice/after",
        "/voice/back",
        "/voice/back/answer",
        "/voice/back/status",
        "/voice/incoming",
        "/voice/left",
        "/voice/message",
        "/voice/offer",
        "/voice/offer/answer",
        "/voice/offer/over",
        "/voice/resume",
        "/voice/room",
        "/voice/room-events",
        "/voice/status",
        "/voice/step",
        "/voice/wait",
        "/voice/wait/key",
    }
)
"""The addresses that these calls ask, taken together."""
