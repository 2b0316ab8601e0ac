"""What is typed at the door is written down nowhere, however much is logged."""

import io
import logging
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from ivr.actions.accounts.accounts import disable_operator, make_link
from ivr.core.model.account import ATTEMPTS, Role
from tests.dsl.faults.wire import broken_database
from tests.web.canaries import of_files
from tests.web.contents import of_redis
from tests.web.desk_people import (
    Person,
    at_the_door,
    enrolled,
    enter,
    hidden_of,
    secret_of,
    seed_of,
    signed_up,
    token_of,
)
from tests.world import World

NAME = "Zinaida-the-canary"
PASSWORD = "zinaida-knows-this-sentence"  # noqa: S105 - a canary
GUESS = "zinaida-guesses-this-one"
UNKNOWN = "Yaroslava-the-canary"


def join(world: World) -> tuple[Person, str]:
    """Sign up by the form; the link too is a canary."""
    link = f"/join/{make_link(world.ports, enrolled(world, NAME, 'o-1'), Role.OPS)}"
    client = at_the_door(world)
    page = client.get(link)
    seed = seed_of(page)
    client.post(link, data={"csrf_token": token_of(page), "password": GUESS})
    code = pyotp.TOTP(seed).at(world.clock.now())
    form = {"password": PASSWORD, "again": PASSWORD, "code": code}
    assert client.post(link, data=hidden_of(page) | form).status_code == 303
    known = world.ports.accounts.named(NAME.casefold())
    assert known is not None
    return Person(world, known.account, seed, PASSWORD), link


def come_and_go(world: World, person: Person) -> dict[str, str]:
    """Everything that can be done at the door; what must not be found of it."""
    client = at_the_door(world)
    wrong = person.form() | {"password": GUESS}
    for form in (wrong, wrong | {"name": UNKNOWN}):
        for _ in range(ATTEMPTS + 1):
            enter(client, form)
    world.clock.pass_by(timedelta(minutes=2))
    right = person.form()
    enter(client, right)
    enter(at_the_door(world), right)
    session, token = secret_of(client), token_of(client.get("/account"))
    client.post(
        "/account/password",
        data={"old": PASSWORD, "password": GUESS, "again": GUESS, "csrf_token": token},
    )
    client.post("/account/password", data={"old": GUESS})
    client.get(f"/account/device?name={NAME}")
    disable_operator(world.ports, person.account.operator)
    client.get("/account")
    return {
        "code": right["code"],
        "session": session,
        "form": token,
        "seed": person.seed,
    }


def sung(haystack: dict[str, bytes], canaries: dict[str, str]) -> list[str]:
    return sorted(
        f"{place}: {which}"
        for place, content in haystack.items()
        for which, canary in canaries.items()
        if canary.encode() in content
    )


def test_doors_actions_leave_no_line(
    watched: World, lines: io.StringIO, tmp_path: Path
) -> None:
    person, link = join(watched)
    canaries = come_and_go(watched, person)
    canaries |= {"link": link, "password": PASSWORD, "guess": GUESS}
    names = {"name": NAME, "unknown": UNKNOWN, "login": NAME.casefold()}

    stored = dict(of_files(tmp_path)) | of_redis(watched.redis)
    stored = {place: found.lower() for place, found in stored.items()}
    del canaries["form"]  # of the session: not kept, made from it
    hidden = canaries | {"unknown": UNKNOWN.lower()}
    hidden.pop("code")  # six digits: found in any moment by chance
    assert sung(stored, {k: v.lower() for k, v in hidden.items()}) == []

    logged = {"log": lines.getvalue().encode()}
    assert "signed up" in lines.getvalue()
    assert "refused at the desk's door" in lines.getvalue()
    assert sung(logged, canaries | names) == []


def test_failure_midway_tells_nothing_that_was_typed(
    watched: World, lines: io.StringIO, tmp_path: Path
) -> None:
    enrolled(watched, NAME, "o-1")
    person = signed_up(watched, NAME)
    client, form = at_the_door(watched), person.form()
    hidden = hidden_of(client.get("/"))
    with broken_database(tmp_path):
        assert client.post("/", data=hidden | form).status_code == 503
        assert client.get("/join/a-token-of-somebody").status_code == 503

    assert "refused at the desk" in lines.getvalue()
    assert sung({"log": lines.getvalue().encode()}, form | {"link": "a-token"}) == []


@pytest.mark.parametrize("which", [NAME, PASSWORD, GUESS])
def test_search_finds_what_is_planted(lines: io.StringIO, which: str) -> None:
    logging.getLogger("anybody").debug("%s", which)

    assert sung({"log": lines.getvalue().encode()}, {"x": which}) == ["log: x"]
