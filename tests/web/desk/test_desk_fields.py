"""Every field of every form is measured before anything is computed from it."""

import re
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import url_for
from flask.testing import FlaskClient

import ivr.web
from ivr.actions.accounts.accounts import make_link
from ivr.adapters.argon2_keys import Argon2Keys
from ivr.core.model.account import LONGEST_CODE, LONGEST_NAME, MOST
from ivr.core.model.values import replace
from ivr.web.desk.security.fields import FORMS, OTHER, PARTS, TOKEN
from tests.web.audience import AUDIENCE, BOT, CARRIER
from tests.web.desk_people import (
    at_the_door,
    enrolled,
    enter,
    hidden_of,
    signed_in,
    signed_up,
    token_of,
)
from tests.world import World

WEB = Path(ivr.web.__file__).parent
MARKS = "\u0315\u0300"
"""Marks on one letter, in the wrong order: composed in a time that grows squared."""

FIELDS = [(where, name) for where, form in FORMS.items() for name in form.fields]
REFUSED = {403, 413, 422}


class Watched(Argon2Keys):
    """Keys that note how much they are given."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(1, 8, 1))
        self.given: list[int] = []

    def check_password(self, kept: str, password: str) -> bool:
        self.given.append(len(password))
        return super().check_password(kept, password)

    def hash_password(self, password: str) -> str:
        self.given.append(len(password))
        return super().hash_password(password)


def marked(most: int) -> str:
    """A letter with marks, one character longer than ``most``."""
    return "a" + (MARKS * most)[:most]


def watched(world: World) -> Watched:
    keys, inside = Watched(), world.app.extensions["hotline"]
    ports = replace(inside.ports, keys=keys)
    world.app.extensions["hotline"] = replace(inside, ports=ports)
    return keys


def address_of(world: World, endpoint: str) -> str:
    """Where the form is sent; to sign up, with a link that is open."""
    rule = next(world.app.url_map.iter_rules(endpoint))
    values: dict[str, Any] = dict.fromkeys(rule.arguments, "none")
    if endpoint == "joining.sign_up":
        values["secret"] = make_link(world.ports, enrolled(world, "boris"))
    with world.app.test_request_context(base_url="https://hotline.example"):
        return url_for(endpoint, **values)


def somebody(world: World, endpoint: str) -> tuple[FlaskClient, str]:
    """A browser that may send the form, and its token."""
    if endpoint == "sign_in.enter":
        client = at_the_door(world)
        return client, hidden_of(client.get("/"))[TOKEN]
    client = signed_in(world)
    return client, token_of(client.get("/account"))


def test_every_form_of_desk_is_in_table(world: World) -> None:
    carriers = {path for (_, path), who in AUDIENCE.items() if who in {CARRIER, BOT}}
    forms = {
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.rule not in carriers
    }

    assert forms == set(FORMS)


def test_every_field_of_template_is_in_table() -> None:
    pages = [path.read_text() for path in (WEB / "templates").rglob("*.html")]
    tags = re.findall(r"<(?:input|textarea|select|button)\b[^>]*", " ".join(pages))
    named = {
        found[1] for tag in tags if (found := re.search(r'\bname="([\w-]+)"', tag))
    }

    assert named - {TOKEN} <= {name for _, name in FIELDS}
    assert {"note", "password", "claim"} <= named


READS_BODY = r"request\.(form|values|files|get_json|json|get_data|data|stream)\b"


def test_views_read_only_measured_fields() -> None:
    readers = {
        str(path.relative_to(WEB))
        for path in WEB.rglob("*.py")
        if re.search(READS_BODY, path.read_text())
    }

    assert readers == {"guards.py", "desk/security/fields.py"}


@pytest.mark.parametrize(("endpoint", "name"), FIELDS)
def test_long_field_refused_unseen(world: World, endpoint: str, name: str) -> None:
    client, token = somebody(world, endpoint)
    where, keys = address_of(world, endpoint), watched(world)
    form = {TOKEN: token, name: marked(FORMS[endpoint].fields[name])}

    given = client.post(where, data=form)

    assert given.status_code in REFUSED
    assert keys.given == []


@pytest.mark.parametrize("endpoint", FORMS)
def test_unknown_field_and_large_body_refused_too(world: World, endpoint: str) -> None:
    client, token = somebody(world, endpoint)
    where, keys = address_of(world, endpoint), watched(world)
    large = marked(FORMS[endpoint].most)

    answers = [
        client.post(where, data={TOKEN: token, "x": marked(OTHER)}),
        client.post(where, data={TOKEN: token, "x": large}),
        client.post(
            where, data={TOKEN: token, "x": large}, content_type="multipart/form-data"
        ),
        client.post(where, data={TOKEN: token, "x": ["1"] * 2 * PARTS}),
    ]

    unknown = 403 if endpoint.startswith("sign_in.") else 422
    assert [each.status_code for each in answers] == [unknown, 413, 413, 400]
    assert keys.given == []


def test_longest_password_and_name_still_open_door(world: World) -> None:
    anna, letters = signed_up(world), "ї" * MOST
    keys = world.ports.keys
    kept = world.ports.accounts.of(anna.account.operator)
    assert kept is not None
    world.ports.accounts.save(replace(kept, password=keys.hash_password(letters)))
    anna.password = letters
    padded = " " * (LONGEST_NAME - len("anna")) + "anna"

    answer = enter(at_the_door(world), anna.form() | {"name": padded})

    assert answer.status_code == 303


def test_message_for_code_is_wrong_code(world: World) -> None:
    anna, client = signed_up(world), at_the_door(world)
    message = f"Your code is {anna.form()['code']}, keep it to yourself"
    assert len(message) > LONGEST_CODE

    wrong = enter(client, anna.form() | {"code": "1"})
    given = enter(client, anna.form() | {"code": message})

    assert given.status_code == wrong.status_code == 403
    assert given.text.count("alert") == wrong.text.count("alert")


@pytest.mark.parametrize(
    "path", ["/join/a%00b", "/operator/record?call=%00", "/?%00=x", "/?next=%00"]
)
def test_address_with_nul_names_nothing(world: World, path: str) -> None:
    assert at_the_door(world).get(path).status_code == 404


def test_nul_in_name_ignored_at_door(world: World) -> None:
    person = signed_up(world)
    form = person.form() | {"name": "\0an\0na"}

    assert enter(at_the_door(world), form).status_code == 303
