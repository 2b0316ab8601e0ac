"""Signing up by a link that opens once."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.actions.accounts.accounts import disable_operator, make_link
from ivr.core.model.account import LEAST, LINK_VALID, Role
from tests.web.desk_people import (
    PASSWORD,
    at_the_door,
    enrolled,
    enter,
    seed_of,
    signed_in,
    signed_up,
    token_of,
)
from tests.world import World

SECOND = timedelta(seconds=1)


@pytest.fixture
def client(world: World) -> FlaskClient:
    return at_the_door(world)


@pytest.fixture
def link(world: World) -> str:
    """The path of a fresh sign-up link for anna."""
    return f"/join/{make_link(world.ports, enrolled(world, 'anna'))}"


def fill(world: World, client: FlaskClient, link: str, **instead: str) -> TestResponse:
    """Fill the page of a link in, as it asks for, but for what is said instead."""
    page = client.get(link)
    code = pyotp.TOTP(seed_of(page)).at(world.clock.now())
    form = {"password": PASSWORD, "again": PASSWORD, "code": code}
    return client.post(link, data=form | {"csrf_token": token_of(page)} | instead)


def is_no_link(answer: TestResponse) -> bool:
    return answer.status_code == 404 and "This link opens nothing" in answer.text


def test_whoever_signs_up_is_signed_in(
    world: World, client: FlaskClient, link: str
) -> None:
    answer = fill(world, client, link)

    assert (answer.status_code, answer.location) == (303, "/operator")
    assert client.get("/account").status_code == 200


def test_page_shows_name_secret_and_picture(client: FlaskClient, link: str) -> None:
    page = client.get(link)

    assert 'value="anna"' in page.text
    assert len(seed_of(page)) == 32
    assert "<svg" in page.text
    assert "style=" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_secret_is_same_when_page_loaded_again(client: FlaskClient, link: str) -> None:
    assert seed_of(client.get(link)) == seed_of(client.get(link))


def test_what_was_chosen_opens_door_later(
    world: World, client: FlaskClient, link: str
) -> None:
    seed = seed_of(client.get(link))
    fill(world, client, link)
    world.clock.pass_by(timedelta(minutes=1))

    code = pyotp.TOTP(seed).at(world.clock.now())
    form = {"name": "anna", "password": PASSWORD, "code": code}

    assert enter(at_the_door(world), form).status_code == 303


def test_code_used_at_sign_up_not_reusable(
    world: World, client: FlaskClient, link: str
) -> None:
    seed = seed_of(client.get(link))
    fill(world, client, link)

    code = pyotp.TOTP(seed).at(world.clock.now())
    form = {"name": "anna", "password": PASSWORD, "code": code}

    assert enter(at_the_door(world), form).status_code == 403


def test_dead_links_answered_alike(world: World, client: FlaskClient) -> None:
    anna, olha = enrolled(world, "anna"), enrolled(world, "olha")
    used = f"/join/{make_link(world.ports, anna)}"
    fill(world, client, used)
    replaced = f"/join/{make_link(world.ports, olha)}"
    old = f"/join/{make_link(world.ports, olha)}"
    before = client.get(old)
    world.clock.pass_by(LINK_VALID)
    browser = at_the_door(world)

    answers = [browser.get(link) for link in (used, replaced, old, "/join/none")]

    assert before.status_code == 200
    assert all(is_no_link(answer) for answer in answers)
    assert len({re.sub(r'value="[^"]*"', "", each.text) for each in answers}) == 1


def test_link_open_for_two_days(world: World, client: FlaskClient, link: str) -> None:
    world.clock.pass_by(LINK_VALID - SECOND)

    assert fill(world, client, link).status_code == 303


def test_meanwhile_used_links_form_harmless(
    world: World, client: FlaskClient, link: str
) -> None:
    slow = at_the_door(world)
    token = token_of(slow.get(link))
    fill(world, client, link)

    given = slow.post(link, data={"csrf_token": token, "password": "x" * LEAST})

    assert is_no_link(given)
    assert client.get("/account").status_code == 200


def test_link_of_disabled_account_opens_nothing(
    world: World, client: FlaskClient, link: str
) -> None:
    disable_operator(world.ports, enrolled(world, "anna").id)

    assert is_no_link(client.get(link))


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        ({"again": "something else"}, "not the same"),
        ({"code": "000000"}, "The code is wrong"),
        ({"code": ""}, "The code is wrong"),
    ],
)
def test_unfit_sign_up_told_link_open(
    world: World,
    client: FlaskClient,
    link: str,
    instead: dict[str, str],
    said: str,
) -> None:
    answer = fill(world, client, link, **instead)

    assert answer.status_code == 422
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert client.get("/account").status_code == 303
    assert fill(world, client, link).status_code == 303


def test_name_is_no_password(world: World, client: FlaskClient) -> None:
    enrolled(world, "Oleksandra B.")
    secret = make_link(world.ports, enrolled(world, "Oleksandra B."))
    name = "oleksandra b."

    answer = fill(world, client, f"/join/{secret}", password=name, again=name)

    assert "must not be your name" in answer.text


def test_lost_phone_signs_up_anew(
    world: World,
) -> None:
    before, anna = signed_in(world), enrolled(world, "anna")
    link = f"/join/{make_link(world.ports, anna)}"
    assert before.get("/account").status_code == 200
    after = at_the_door(world)

    fill(world, after, link)

    assert before.get("/account").status_code == 303
    assert after.get("/account").status_code == 200


def test_old_device_counts_until_link_used(
    world: World,
) -> None:
    person = signed_up(world)
    make_link(world.ports, enrolled(world, "anna"))

    assert enter(at_the_door(world), person.form()).status_code == 303


def test_new_link_keeps_role_unless_another_given(world: World) -> None:
    person = signed_up(world, role=Role.SUPERVISOR)
    anna = enrolled(world, "anna")
    roles = []
    for role in (None, Role.OPS, None):
        make_link(world.ports, anna, role)
        known = world.ports.accounts.of(person.account.operator)
        assert known is not None
        roles.append(known.account.role)

    assert roles == [Role.SUPERVISOR, Role.OPS, Role.OPS]


def test_language_of_signing_up_becomes_accounts(
    world: World, client: FlaskClient, link: str
) -> None:
    form = {"csrf_token": token_of(client.get(link)), "language": "uk", "back": link}
    back = client.post("/language", data=form)
    assert back.location == link
    fill(world, client, link)

    page = client.get("/account", headers={"Accept-Language": "en"})

    assert '<html lang="uk">' in page.text


def test_signing_up_signs_other_out(world: World, link: str) -> None:
    client = signed_in(world, "olha")

    fill(world, client, link)

    assert 'value="anna"' in client.get("/account").text


def test_overlong_code_for_dead_link_calm(client: FlaskClient, link: str) -> None:
    form = {"code": "1" * 99, "csrf_token": token_of(client.get(link))}

    assert is_no_link(client.post("/join/nothing", data=form))
    assert client.post(link, data=form).status_code == 422
