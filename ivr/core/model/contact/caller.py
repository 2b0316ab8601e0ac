"""The caller of a contact, and the channel."""

from enum import StrEnum

from msgspec import Struct


class Channel(StrEnum):
    """The channel on which somebody has turned to the line."""

    VOICE = "voice"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    TELEGRAM = "telegram"


class Caller(Struct, frozen=True):
    """Somebody who has turned to the line, as far as we keep it.

    ``dialled`` is the number of ours that they called. ``pseudonym`` is the keyed name
    of their own number; None when they withhold it. ``is_reachable`` says that we may
    call them back there, and send a link.
    """

    dialled: str
    pseudonym: str | None = None
    is_reachable: bool = False
    channel: Channel = Channel.VOICE
