"""The desk over HTTP: what it shows, what it does, and what it refuses."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

import ivr
from exchange.state.people import NOBODY, Callee, Press, Stay
from ivr.actions.operators.roster import choose_state
from ivr.actions.saving import save_and_enqueue
from ivr.app import create_app
from ivr.core.desk.desk_view import AWAY_REASONS
from ivr.core.desk.presence import CONNECTION, GRACE
from ivr.core.model.account import LANGUAGES
from ivr.core.model.claim import ClaimState
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import Reach, State, set_owed
from ivr.core.model.values import replace
from ivr.core.queue.handover import HINDRANCES
from ivr.ports import Change
from ivr.web.desk.render.shown import ELSE, OVER, SHOWN_REASONS
from ivr.web.desk.render.words import translate_to
from tests.dsl.doing import call_in, claim_now, until_rung, until_state
from tests.dsl.faults.wire import Wire
from tests.web.desk_people import at_the_door, signed_in, token_of
from tests.world import API_SECRET, LINE, World, build_world

ANNA = OperatorId("anna")
HTMX = {"HX-Request": "true"}
LISTENS = Callee(after=2.0, deeds=(Stay(),))


def post(
    client: FlaskClient, path: str, headers: Mapping[str, str] = HTMX, **form: str
) -> TestResponse:
    token = token_of(client.get("/account"))
    return client.post(path, data={"csrf_token": token, **form}, headers=headers)


@pytest.fixture
def anna(world: World) -> FlaskClient:
    """Anna in her browser, who is reached there and available."""
    world.operator("anna", LISTENS, reach=Reach.BROWSER, languages=("en", "uk"))
    return signed_in(world)


def offered(world: World) -> str:
    """A caller is offered to anna; the claim."""
    call_in(world)
    until_rung(world)
    return claim_now(world).id


def test_unsaved_deed_refused_plainly(world: World, anna: FlaskClient) -> None:
    token = token_of(anna.get("/account"))
    deed = {"csrf_token": token, "state": "away", "reason": "meal"}
    world.redis.config_set("maxmemory", "1")
    try:
        answer = anna.post("/operator/state", data=deed, headers=HTMX)
    finally:
        world.redis.config_set("maxmemory", "0")

    assert answer.status_code == 503
    assert translate_to("en", "account.unavailable", {}) in answer.get_data(
        as_text=True
    )
    world.exchange.run_for(2)
    assert world.operator_now().state is State.AVAILABLE


def test_page_tells_telephone_edge(world: World) -> None:
    inside = world.app.extensions["hotline"]
    phone = replace(world.ports.softphone, edge="dublin")  # type: ignore[type-var]
    ports = replace(world.ports, softphone=phone)
    world.app = create_app(replace(inside, ports=ports))

    page = signed_in(world).get("/operator").get_data(as_text=True)

    assert 'data-edge="dublin"' in page
    script = Path(ivr.__file__).parent / "web" / "static" / "softphone.js"
    assert "const { edge } = document.body.dataset" in script.read_text()


def test_page_needs_somebody_who_is_signed_in(world: World) -> None:
    for path in ("/operator", "/operator/now", "/operator/token", "/operator/events"):
        assert at_the_door(world).get(path).status_code in {303, 401}


def test_state_shown_in_words(anna: FlaskClient) -> None:
    page = anna.get("/operator").text

    assert 'data-state="available"' in page
    assert "<strong>Available</strong>" in page


@pytest.mark.parametrize("state", ["available", "away", "offline"])
def test_state_changed_by_one_click(
    world: World, anna: FlaskClient, state: str
) -> None:
    answer = post(anna, "/operator/state", state=state, reason="meal")

    assert answer.status_code == 200
    assert f'data-state="{state}"' in answer.text
    assert world.operator_now().state == state


def test_reason_of_being_away_kept_and_shown(world: World, anna: FlaskClient) -> None:
    answer = post(anna, "/operator/state", state="away", reason="moment")

    assert world.operator_now().why == "moment"
    assert "a moment to breathe" in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {"state": "talking", "reason": "meal"},
        {"state": "", "reason": "meal"},
        {"state": "away", "reason": "my own words"},
    ],
)
def test_impossible_choice_says_so(
    world: World, anna: FlaskClient, form: dict[str, str]
) -> None:
    answer = post(anna, "/operator/state", HTMX, **form)

    assert answer.status_code == 409
    assert "Nothing was changed" in answer.text
    assert world.operator_now().state is State.AVAILABLE


def test_operator_owing_record_refused_available(
    world: World, anna: FlaskClient
) -> None:
    wraps_up = replace(world.operator_now(), state=State.WRAP_UP)
    owing = set_owed(wraps_up, ContactId("CA" + "1" * 32))
    save_and_enqueue(world.ports, LINE, Change(save=(owing,)))

    answer = post(anna, "/operator/state", state="available")

    assert answer.status_code == 409
    assert "has to be completed first" in answer.text
    assert world.operator_now().state is State.WRAP_UP


@pytest.mark.parametrize("seconds", [None, 30])
def test_owing_operator_sees_no_clock(
    world: World, anna: FlaskClient, seconds: int | None
) -> None:
    now = world.operator_now()
    due = seconds and world.clock.now() + timedelta(seconds=seconds)
    wraps_up = replace(now, state=State.WRAP_UP, due=due or None)
    owing = set_owed(wraps_up, ContactId("CA" + "1" * 32))
    save_and_enqueue(world.ports, LINE, Change(save=(owing,)))

    shown = anna.get("/operator/now").text

    assert "until the required notes are written" in shown
    assert 'id="be-available"' not in shown
    assert 'class="countdown"' not in shown
    assert ('id="more-time"' in shown) is (seconds is not None)


def test_plain_form_leads_back_to_page(world: World, anna: FlaskClient) -> None:
    answer = post(anna, "/operator/state", headers={}, state="offline")

    assert (answer.status_code, answer.location) == (303, "/operator")
    assert world.operator_now().state is State.OFFLINE


def test_change_without_forms_token_refused(world: World, anna: FlaskClient) -> None:
    answer = anna.post("/operator/state", data={"state": "offline"}, headers=HTMX)

    assert answer.status_code == 400
    assert world.operator_now().state is State.AVAILABLE


def test_offer_tells_language_topic_and_place(world: World, anna: FlaskClient) -> None:
    claim = offered(world)

    page = anna.get("/operator/now").text

    assert f'data-offer="{claim}"' in page
    for word in ("Ukrainian", "not given", "Accept", "Decline"):
        assert word in page
    assert "+44" not in page


def test_accepted_offer_lets_browser_pick_up(world: World, anna: FlaskClient) -> None:
    claim = offered(world)

    answer = post(anna, f"/operator/offers/{claim}/accept")

    assert claim_now(world).offer.agreed
    assert f'data-answer="{claim_now(world).leg}"' in answer.text


def test_declined_offer_says_so_and_pauses(world: World, anna: FlaskClient) -> None:
    claim = offered(world)

    answer = post(anna, f"/operator/offers/{claim}/decline?last={claim}")

    assert "You declined" in answer.text
    assert world.operator_now().is_cooling(world.clock.now())


def test_stale_accept_told_and_harmless(world: World, anna: FlaskClient) -> None:
    claim = offered(world)
    post(anna, f"/operator/offers/{claim}/decline")
    before = world.operator_now()

    answer = post(anna, f"/operator/offers/{claim}/accept")

    assert answer.status_code == 409
    assert "this offer is over" in answer.text
    assert world.operator_now() == before


def test_nobody_accepts_what_was_offered_to_another(
    world: World, anna: FlaskClient
) -> None:
    claim = offered(world)
    olha = signed_in(world, "olha")

    for deed in ("accept", "decline"):
        answer = post(olha, f"/operator/offers/{claim}/{deed}")

        assert answer.status_code == 409
        assert "not your call" in answer.text
    assert claim_now(world).operator == "anna"
    assert not claim_now(world).offer.agreed
    assert anna.get("/operator/now").text.count("Accept") == 1


def test_missed_offer_told_once_it_is_over(world: World, anna: FlaskClient) -> None:
    claim = offered(world)
    caller = next(iter(world.exchange.state.legs.values()))
    world.exchange.hang_up(caller)
    world.exchange.run_for(1)

    page = anna.get(f"/operator/now?last={claim}").text

    assert "The caller has hung up" in page


def test_telephone_accepted_once_picked_up(world: World) -> None:
    world.operator("anna", LISTENS, languages=("en", "uk"))
    client = signed_in(world)
    claim = offered(world)
    early = post(client, f"/operator/offers/{claim}/accept")

    until_answered(world)
    page = client.get("/operator/now").text
    answer = post(client, f"/operator/offers/{claim}/accept")

    assert early.status_code == 409
    assert 'id="accept"' in page
    assert answer.status_code == 200
    until_state(world, State.TALKING)


def until_answered(world: World) -> None:
    world.exchange.run_until(lambda: claim_now(world).state == "answered")


def test_talk_shown_from_key_on_telephone(world: World) -> None:
    world.operator("anna", Callee(after=2.0, deeds=(Press(digits="1"), Stay())))
    client = signed_in(world)
    call_in(world)
    until_state(world, State.TALKING)

    page = client.get("/operator/now").text

    assert "You are talking" in page
    assert 'id="hold"' in page


def counts_down_to(page: str) -> float | None:
    """The moment to which an offer counts, as the page's scripts are told it."""
    title = page.partition('id="offer-title"')[2].partition("</h2>")[0]
    found = re.search(r'data-until="([\d.]+)"', title)
    return float(found[1]) if found else None


@pytest.mark.parametrize("reach", [Reach.BROWSER, Reach.PHONE])
def test_offer_counts_down_to_end_of_ringing(world: World, reach: Reach) -> None:
    world.operator("anna", NOBODY, reach=reach, languages=("en", "uk"))
    client = signed_in(world)
    call_in(world)
    until_state(world, State.RINGING)
    rings_as_yet = claim_now(world).state is ClaimState.RINGING
    before = counts_down_to(client.get("/operator/now").text)
    until_rung(world)

    until = counts_down_to(client.get("/operator/now").text)

    assert rings_as_yet or before is None
    assert until is not None
    world.exchange.run_until(lambda: world.operator_now().state is not State.RINGING)
    assert abs(world.clock.now().timestamp() - until) < 1


def test_wrap_up_counts_down(world: World) -> None:
    world.operator("anna")
    client = signed_in(world)
    caller = call_in(world)
    until_state(world, State.TALKING)
    world.exchange.hang_up(caller)
    until_state(world, State.WRAP_UP)

    page = client.get("/operator/now").text

    assert "Wrap-up" in page
    assert re.search(r'role="timer"\s+data-until="[\d.]+">0:30</span>', page)


def test_chosen_during_call_counts_afterwards(world: World) -> None:
    world.operator("anna")
    client = signed_in(world)
    call_in(world)
    until_state(world, State.TALKING)

    answer = post(client, "/operator/state", state="away", reason="meal")

    assert 'data-state="talking"' in answer.text
    assert "away after this call" in answer.text


def test_token_rings_own_browser_only(
    anna: FlaskClient,
) -> None:
    token = json.loads(anna.get("/operator/token").text)["token"]

    grants = jwt.decode(token, API_SECRET, algorithms=["HS256"])["grants"]

    assert grants["identity"] == "desk_2danna"
    assert grants["voice"] == {"incoming": {"allow": True}}


def test_stream_without_live_process_gives_one_beat(
    world: World, anna: FlaskClient
) -> None:
    answer = anna.get("/operator/events")

    assert answer.mimetype == "text/event-stream"
    assert answer.text == "retry: 1000\n\nevent: changed\ndata: \n\n"
    assert world.ports.heartbeats.desk_until(LINE, ANNA) == world.clock.now() + GRACE


def test_stream_brings_back_disconnected(world: World, anna: FlaskClient) -> None:
    choose_state(world.ports, LINE, ANNA, State.AWAY, CONNECTION)

    anna.get("/operator/events")

    assert world.operator_now().state is State.AVAILABLE


def test_page_lets_scripts_reach_telephone(
    anna: FlaskClient,
) -> None:
    policy = anna.get("/operator").headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_self_test_page_and_deeds(world: World, anna: FlaskClient) -> None:
    assert "Ring me once" in anna.get("/operator/self-test").text
    before = world.operator_now().rev

    assert post(anna, "/operator/self-test/echo").status_code == 204
    assert world.operator_now().rev == before + 1
    answer = post(anna, "/operator/self-test/ring")
    again = post(anna, "/operator/self-test/ring")

    assert "picks up by itself" in answer.text
    assert f'data-answer="{world.operator_now().leg}"' in answer.text
    assert (again.status_code, "not possible" in again.text) == (409, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_put_together_has_words(language: str) -> None:
    keys = [
        *(f"desk.state.{each}" for each in State),
        *(f"desk.why.{each}" for each in {*SHOWN_REASONS, *AWAY_REASONS}),
        *(f"desk.over.{each}" for each in {*OVER, ELSE}),
        *(f"desk.wish.{each}" for each in ("available", "away", "offline")),
        *(f"desk.language.{each}" for each in ("uk", "ru", "en")),
        *(f"desk.guest.{each}" for each in ("rings", "inside")),
        *(f"desk.withdraw.{each}" for each in ("rings", "inside")),
        *(f"desk.hindrance.{each}" for each in HINDRANCES),
        *(f"desk.caller.{each}" for each in ("new", "returning", "resumed")),
        "desk.free-soon",
        *(f"refusal.{each}" for each in REFUSALS),
    ]

    assert [
        key for key in keys if translate_to(language, key, {"name": ""}) == key
    ] == []


REFUSALS = (
    *("call-over", "offer-over", "taken", "not-now", "not-yours", "busy", "owes"),
    *("other-language", "team-away", "carrier", "invalid", ELSE),
)


def test_lost_state_said_and_page_still_stands(
    redis: Redis, valkey_url: str, tmp_path: Path
) -> None:
    wire = Wire(valkey_url)
    with build_world(wire.client, tmp_path) as world:
        anna = signed_in(world)
        wire.cut()

        fragment = anna.get("/operator/now")
        page = anna.get("/operator/self-test")

    assert redis.ping()
    assert fragment.status_code == 503
    assert page.status_code == 200
    assert "Your state is not known" in page.text
