"""Who calls, and on what."""

from enum import StrEnum

from msgspec import Struct


class Channel(StrEnum):
    """On what somebody has turned to the line."""

    VOICE = "voice"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    TELEGRAM = "telegram"


class Caller(Struct, frozen=True):
    """Who has turned to the line, as far as we keep it.

    ``dialled`` is the number of ours that they called. ``pseudonym`` is the keyed name
    of their own number; None when they withhold it. ``is_reachable`` says that they may
    be called back there, and be sent a link.
    """

    dialled: str
    pseudonym: str | None = None
    is_reachable: bool = False
    channel: Channel = Channel.VOICE
