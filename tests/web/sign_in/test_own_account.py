"""What somebody changes of their own account, and what ends with it."""

import re

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.core.model.account import ATTEMPTS
from tests.web.desk_people import (
    PASSWORD,
    Person,
    at_the_door,
    enter,
    secret_of,
    signed_up,
    token_of,
)
from tests.world import World

NEW = "another sentence, also known to anna"


@pytest.fixture
def anna(world: World) -> Person:
    return signed_up(world)


@pytest.fixture
def client(world: World, anna: Person) -> FlaskClient:
    """A browser in which anna has signed in."""
    client = at_the_door(world)
    enter(client, anna.form())
    return client


@pytest.fixture
def elsewhere(world: World, anna: Person) -> FlaskClient:
    """Another browser of hers."""
    client = at_the_door(world)
    enter(client, anna.form())
    return client


def change_password(client: FlaskClient, **instead: str) -> TestResponse:
    token = token_of(client.get("/account"))
    form = {"old": PASSWORD, "password": NEW, "again": NEW, "csrf_token": token}
    return client.post("/account/password", data=form | instead)


def change_device(world: World, client: FlaskClient, **instead: str) -> TestResponse:
    page = client.get("/account/device")
    code = pyotp.TOTP(seed_of(page)).at(world.clock.now())
    form = {"password": PASSWORD, "code": code, "csrf_token": token_of(page)}
    return client.post("/account/device", data=form | instead)


def seed_of(page: TestResponse) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert found, page.text
    return found[1].replace(" ", "")


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_new_password_replaces_old(
    world: World, client: FlaskClient, anna: Person
) -> None:
    answer = change_password(client)

    assert answer.location == "/account?changed=password"
    assert "The password has been changed" in client.get(answer.location).text
    assert enter(at_the_door(world), anna.form()).status_code == 403
    anna.password = NEW
    assert enter(at_the_door(world), anna.form()).status_code == 303


def test_new_password_ends_all_other_sessions(
    client: FlaskClient, elsewhere: FlaskClient
) -> None:
    assert is_in(elsewhere)

    change_password(client)

    assert is_in(client)
    assert not is_in(elsewhere)


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ({"old": "wrong"}, "The current password is wrong"),
        ({"old": ""}, "The current password is wrong"),
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        ({"again": "something else"}, "not the same"),
    ],
)
def test_password_that_will_not_do_changes_nothing(
    world: World,
    client: FlaskClient,
    elsewhere: FlaskClient,
    anna: Person,
    instead: dict[str, str],
    said: str,
) -> None:
    answer = change_password(client, **instead)

    assert answer.status_code == 422
    assert said in answer.text
    assert is_in(elsewhere)
    assert enter(at_the_door(world), anna.form()).status_code == 303


def test_password_unguessable_in_left_browser(
    client: FlaskClient,
) -> None:
    for _ in range(ATTEMPTS):
        change_password(client, old="wrong")

    answer = change_password(client)

    assert answer.status_code == 422
    assert "Too many attempts" in answer.text


def test_new_device_replaces_old(
    world: World, client: FlaskClient, anna: Person
) -> None:
    seed = seed_of(client.get("/account/device"))

    answer = change_device(world, client)

    assert answer.location == "/account?changed=device"
    assert "The new device counts" in client.get(answer.location).text
    assert enter(at_the_door(world), anna.form()).status_code == 403
    anna.seed = seed
    assert enter(at_the_door(world), anna.form()).status_code == 303


def test_new_device_ends_all_other_sessions(
    world: World, client: FlaskClient, elsewhere: FlaskClient
) -> None:
    change_device(world, client)

    assert is_in(client)
    assert not is_in(elsewhere)


@pytest.mark.parametrize("instead", [{"password": "wrong"}, {"code": "000000"}])
def test_device_that_is_not_proven_changes_nothing(
    world: World,
    client: FlaskClient,
    anna: Person,
    elsewhere: FlaskClient,
    instead: dict[str, str],
) -> None:
    seed = seed_of(client.get("/account/device"))

    answer = change_device(world, client, **instead)

    assert answer.status_code == 422
    assert seed_of(answer) == seed
    assert is_in(elsewhere)
    assert enter(at_the_door(world), anna.form()).status_code == 303


def test_page_shows_nothing_that_opens_door(client: FlaskClient, anna: Person) -> None:
    page = client.get("/account").text

    assert anna.seed not in page
    assert secret_of(client) not in page
    assert "$argon2" not in page


def test_nonsense_not_said_to_have_been_changed(client: FlaskClient) -> None:
    assert "account.changed" not in client.get("/account?changed=nonsense").text
