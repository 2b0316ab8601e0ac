"""Twilio as a carrier: a class for each subject, all over one client."""

from twilio.http import HttpClient

from ivr.adapters.twilio_voice import TwilioSettings
from ivr.adapters.twilio_voice.rest.addresses import OwnAddresses
from ivr.adapters.twilio_voice.rest.client import make_client
from ivr.adapters.twilio_voice.rest.dialling import TwilioDialling
from ivr.adapters.twilio_voice.rest.legs import TwilioLegs
from ivr.adapters.twilio_voice.rest.media import MediaClient
from ivr.adapters.twilio_voice.rest.recordings import Fetch, TwilioRecordings
from ivr.adapters.twilio_voice.rest.rooms import TwilioRooms
from ivr.adapters.twilio_voice.rest.texts import TwilioTexts
from ivr.adapters.twilio_voice.rest.transfers import TwilioTransfers
from ivr.ports import Carrier


def make_carrier(
    settings: TwilioSettings,
    http: HttpClient | None = None,
    fetch: Fetch | None = None,
) -> Carrier:
    """All that is asked of Twilio; ``http`` and ``fetch`` stand in for the network."""
    client, addresses = make_client(settings, http), OwnAddresses(settings.public_url)
    media = MediaClient(settings.api_url, settings.timeout)
    login = (settings.account_sid, settings.auth_token)
    return Carrier(
        dialling=TwilioDialling(client, addresses, settings),
        transfers=TwilioTransfers(client, addresses),
        legs=TwilioLegs(client),
        rooms=TwilioRooms(client, addresses),
        recordings=TwilioRecordings(client, login, fetch or media.fetch),
        texts=TwilioTexts(client),
    )
