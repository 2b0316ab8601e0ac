"""What a desk does that shows something old, is left, or has gone silent."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from exchange.state.leg import Leg
from exchange.state.people import Callee, Stay
from ivr.app import create_live
from ivr.core.desk.presence import BACK_WITHIN, GRACE
from ivr.core.model.account import WHOLE
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Reach, State
from ivr.web.context import NAME
from ivr.web.desk.live.hub import Hub
from ivr.web.desk.security.session import COOKIE
from tests.dsl.doing import (
    call_in,
    claim_now,
    facts_named,
    stage_of,
    until_stage,
    until_state,
)
from tests.dsl.doing import state_of as state_now
from tests.dsl.talking import PICKS_UP
from tests.web.desk_people import secret_of, signed_in, token_of
from tests.world import BASE, LINE, World, later

ANNA = OperatorId("anna")


@pytest.fixture
def anna(world: World) -> FlaskClient:
    """Anna in her browser, who is reached there and available."""
    world.operator("anna", PICKS_UP, reach=Reach.BROWSER, clicks=True)
    return signed_in(world)


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    given = {"csrf_token": token_of(client.get("/account")), **form}
    return client.post(path, data=given, headers={"HX-Request": "true"})


def talks(world: World) -> tuple[Leg, str]:
    """A caller who talks to anna, and the claim of the talk."""
    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)
    return caller, claim_now(world).id


# --- an old page ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "form"),
    [
        ("end", {}),
        ("hold", {"on": "1"}),
        ("mute", {"on": "1"}),
        ("transfer", {"to": "queue"}),
        ("leave", {}),
        ("withdraw", {}),
        ("invite", {"who": "bela"}),
    ],
)
@pytest.mark.parametrize("claim", [{"claim": "an earlier talk"}, {}])
def test_earlier_talks_deed_spares_present(
    world: World,
    anna: FlaskClient,
    deed: str,
    form: dict[str, str],
    claim: dict[str, str],
) -> None:
    caller, _ = talks(world)
    before = claim_now(world)

    answer = post(anna, f"/operator/talk/{deed}", **form, **claim)
    world.exchange.run_for(2)

    assert answer.status_code == 409
    assert "the call is over" in answer.text
    assert stage_of(world, caller) is Stage.CONNECTED
    assert claim_now(world) == before


def test_forms_carry_claim_of_shown_talk(world: World, anna: FlaskClient) -> None:
    caller, claim = talks(world)
    shown = f'name="claim" value="{claim}"'

    assert shown in anna.get("/operator").text
    assert shown in anna.get(f"/operator/talk/choices?claim={claim}").text
    assert post(anna, "/operator/talk/end", claim=claim).status_code == 200
    until_stage(world, caller, Stage.AFTER)


# --- leaving --------------------------------------------------------------------


def test_last_ringing_sign_out_off_duty(world: World, anna: FlaskClient) -> None:
    answer = post(anna, "/sign-out")

    assert answer.status_code == 303
    assert state_now(world) is State.OFFLINE


def test_whoever_signs_out_while_it_rings_declines(world: World) -> None:
    world.operator("anna", Callee(after=15), reach=Reach.BROWSER)
    anna = signed_in(world)
    caller = call_in(world, Stay())
    until_state(world, State.RINGING)

    assert post(anna, "/sign-out").status_code == 303
    world.exchange.run_for(1)

    assert state_now(world) is State.OFFLINE
    assert stage_of(world, caller) is Stage.WAITING
    (ended,) = facts_named(world, "offer-ended")
    assert ended.reason == "declined"  # type: ignore[attr-defined]


def test_nobody_signs_out_of_talk_in_browser(world: World, anna: FlaskClient) -> None:
    caller, _ = talks(world)

    answer = post(anna, "/sign-out")

    assert answer.status_code == 409
    assert "a call is going on in this browser" in answer.text
    assert anna.get("/operator").status_code == 200
    assert stage_of(world, caller) is Stage.CONNECTED


def test_telephone_operator_on_duty_without_desk(
    world: World,
) -> None:
    world.operator("anna")
    client = signed_in(world)

    post(client, "/sign-out")

    assert state_now(world) is State.AVAILABLE


def test_old_session_ends_after_talk(world: World, anna: FlaskClient) -> None:
    caller, claim = talks(world)
    world.clock.pass_by(WHOLE)

    assert anna.get("/operator").status_code == 200
    post(anna, "/operator/talk/end", claim=claim)
    until_stage(world, caller, Stage.AFTER)

    assert anna.get("/operator").status_code == 303


# --- silence --------------------------------------------------------------------


@pytest.fixture
def live(world: World, anna: FlaskClient) -> Iterator[tuple[Hub, FlaskClient]]:
    """The live process, and anna's browser at it."""
    hub = Hub()
    client = create_live(world.app.extensions[NAME], hub).test_client()
    client.set_cookie(COOKIE, secret_of(anna), domain=BASE.removeprefix("https://"))
    yield hub, client
    hub.end_streams()


def test_written_stream_proves_no_desk(
    world: World, live: tuple[Hub, FlaskClient]
) -> None:
    hub, client = live
    begun = world.clock.now()
    stream = client.get("/operator/events", base_url=BASE).response
    beats = iter(stream)
    next(beats)

    world.clock.pass_by(later(10))
    hub.wake_desks((LINE, ANNA))
    next(beats)

    assert world.ports.heartbeats.desk_until(LINE, ANNA) == begun + GRACE


def test_page_claiming_presence_is_seen(
    world: World, live: tuple[Hub, FlaskClient]
) -> None:
    _, client = live

    answer = client.get("/operator/events/here", base_url=BASE)

    assert answer.status_code == 204
    assert world.ports.heartbeats.desk_until(LINE, ANNA) == world.clock.now() + GRACE


def test_next_days_desk_makes_nobody_available(world: World, anna: FlaskClient) -> None:
    anna.get("/operator/events")
    world.exchange.run_for(GRACE.total_seconds() + 2)
    assert state_now(world) is State.AWAY
    world.clock.pass_by(BACK_WITHIN)

    anna.get("/operator/events")

    assert state_now(world) is State.AWAY
