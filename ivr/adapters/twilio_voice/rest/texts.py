"""Text messages by Twilio."""

from twilio.rest import Client

from ivr.adapters.twilio_voice.rest.reaching import reach_carrier
from ivr.core.model.address import PhoneNumber


class TwilioTexts:
    """``ports.Texts`` for Twilio."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def text(self, to: PhoneNumber, sender: str, body: str) -> None:
        """Send a text message."""
        with reach_carrier():
            self._client.messages.create(to=to.reveal(), from_=sender, body=body)
