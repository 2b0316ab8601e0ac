"""The need of a caller: what an operator must know to take the contact."""

from msgspec import Struct


class Need(Struct, frozen=True):
    """Language, topic and urgency; each is None until the caller has chosen it.

    ``urgency`` is the class of the topic.
    """

    language: str | None = None
    topic: str | None = None
    urgency: str | None = None
