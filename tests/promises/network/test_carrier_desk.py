"""The network of an evening answers what the house may ask of the carrier."""

from ivr.ports import Dialling, Legs, Recordings, Rooms, Texts, Transfers
from tests.promises.network.carrier_desk import CarrierDesk

PORTS = (Dialling, Transfers, Legs, Rooms, Recordings, Texts)

UNASKED = {
    *("call_in", "try_ring", "connect_operator"),  # of the desk, and of checks
    *("number_of", "own_number_of"),
    *("mute", "unmute", "is_muted"),
    *("recording", "forget_recording", "text"),
}
"""Verbs that nobody needs in an evening."""


def test_network_answers_every_verb() -> None:
    asked = {verb for port in PORTS for verb in vars(port) if not verb.startswith("_")}
    answered = {verb for verb in dir(CarrierDesk) if verb.startswith("rest_")}

    assert answered == {f"rest_{verb}" for verb in asked - UNASKED}
    assert asked >= UNASKED
