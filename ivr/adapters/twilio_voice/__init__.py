"""Twilio's voice protocol: the one place where the carrier's words are known."""

from ivr.adapters.twilio_voice.rest import TwilioCarrier, TwilioSettings
from ivr.adapters.twilio_voice.webhook_codec import TwilioWebhookCodec

__all__ = ["TwilioCarrier", "TwilioSettings", "TwilioWebhookCodec"]
