"""Twilio's voice protocol: the one place where the carrier's words are known.

``webhook_codec`` and ``softphone`` are what reaches us, ``rest`` is what we ask.
"""

from ivr.adapters.twilio_voice.rest.client import TwilioSettings
from ivr.adapters.twilio_voice.webhook_codec import TwilioWebhookCodec

__all__ = ["TwilioSettings", "TwilioWebhookCodec"]
