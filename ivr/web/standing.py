"""The addresses of the standing line: operators who stay for the shift."""

from flask import Blueprint, Response

from ivr.actions.on_line import standing
from ivr.web.guards import require_carrier
from ivr.web.voice import speak_instructions, start_call
from ivr.web.webhook import current_webhook

line = Blueprint("standing", __name__, url_prefix="/voice/standing")
line.before_request(require_carrier)


@line.post("", endpoint="stand")
def keep_alive() -> Response:
    webhook = current_webhook()
    ports, key = webhook.live_ports, webhook.called_line.key
    if "claim" in webhook.values:
        return speak_instructions(
            standing.on_moved(
                ports, key, webhook.signed_token, webhook.leg_id, webhook.claim_id
            )
        )
    return speak_instructions(
        standing.keep_alive(ports, key, webhook.signed_token, webhook.leg_id)
    )


@line.post("/back", endpoint="back")
def come_back() -> Response:
    webhook = current_webhook()
    ports, key = webhook.live_ports, webhook.called_line.key
    is_up = webhook.event.leg_end is None
    return speak_instructions(
        standing.come_out(
            ports,
            key,
            webhook.signed_token,
            webhook.leg_id,
            webhook.claim_id,
            is_up=is_up,
        )
    )


@line.post("/pin", endpoint="pin")
def enter_pin() -> Response:
    webhook = current_webhook()
    ports, key = webhook.live_ports, webhook.called_line.key
    tries, caller = webhook.get_count("n", -1), webhook.event.caller
    given = standing.answer_pin(
        ports, key, webhook.leg_id, caller, webhook.pressed_keys, tries
    )
    return speak_instructions(given or start_call())


@line.post("/called", endpoint="called")
def answer_call_in() -> Response:
    webhook = current_webhook()
    return speak_instructions(
        standing.ask_who_is_called(
            webhook.live_ports, webhook.called_line.key, webhook.signed_token
        )
    )


@line.post("/called/answer")
def called_answer() -> Response:
    webhook = current_webhook()
    ports, key = webhook.live_ports, webhook.called_line.key
    return speak_instructions(
        standing.answer_called(
            ports, key, webhook.signed_token, webhook.leg_id, webhook.pressed_keys
        )
    )


@line.post("/room", endpoint="room")
def enter_room() -> Response:
    webhook = current_webhook()
    ports, key = webhook.live_ports, webhook.called_line.key
    return speak_instructions(
        standing.caller_to_room(ports, key, webhook.contact_id, webhook.claim_id)
    )
