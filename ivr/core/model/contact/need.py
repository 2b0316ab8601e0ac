"""What a caller needs of whoever takes the contact."""

from msgspec import Struct


class Need(Struct, frozen=True):
    """In which language, about what, and how urgently; each None until it is chosen.

    ``urgency`` is the class of the topic.
    """

    language: str | None = None
    topic: str | None = None
    urgency: str | None = None
