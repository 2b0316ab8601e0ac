"""Twilio's voice protocol: the one place where the carrier's words are known."""

from ivr.adapters.twilio_voice.face import TwilioFace
from ivr.adapters.twilio_voice.rest import TwilioCarrier, TwilioSettings

__all__ = ["TwilioCarrier", "TwilioFace", "TwilioSettings"]
