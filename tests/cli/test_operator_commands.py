"""``hotline operators`` as somebody types it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.processes.desk import Desk, Said

Run = Callable[..., Said]

PHONE = "+12025550123"
ENROL = ("add", "anna", "--phone", PHONE, "--languages", "uk")


@pytest.fixture
def operators(clerk: Desk, tmp_path: Path) -> Run:
    """The command, in a house of its own."""
    house = tmp_path / "house"
    house.mkdir(mode=0o700)

    def run(*words: str) -> Said:
        return clerk.run("operators", *words, HOTLINE_DATA=str(house))

    return run


def listed(operators: Run) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(operators("list", "--json").out)
    return rows


def test_link_leads_to_last_house(operators: Run, tmp_path: Path) -> None:
    (tmp_path / "house" / "public-url").write_text("http://127.0.0.1:8410\n")

    added = operators("add", "olha", "--languages", "uk", "--reach", "browser")

    assert "http://127.0.0.1:8410/join/" in added.out


def test_unmakeable_folder_named_with_remedy(clerk: Desk) -> None:
    done = clerk.run("operators", "list", HOTLINE_DATA="/proc/nowhere")

    assert done.code == 1
    assert "HOTLINE_DATA: /proc/nowhere cannot be made" in done.err
    assert "Traceback" not in done.err


def test_pin_shown_once_and_renewable(operators: Run) -> None:
    added = operators(*ENROL, "--reach", "standing")
    anew = operators("pin", "anna")

    pins = re.findall(r"\b\d{6}\b", added.out + anew.out)
    assert len(pins) == 2
    assert PHONE not in added.out + anew.out
    assert [row["reach"] for row in listed(operators)] == ["standing"]
    assert not any(pin in operators("list").out for pin in pins)


def test_unbuilt_reach_refused_with_remedy(operators: Run) -> None:
    done = operators(*ENROL, "--reach", "sip")

    assert done.code != 0
    assert "take phone, browser or standing" in done.err
    assert listed(operators) == []


def test_operator_by_phone_has_no_pin(operators: Run) -> None:
    assert "PIN" not in operators(*ENROL).out

    for words in (("pin", "anna"), ("call-in", "anna")):
        done = operators(*words)
        assert done.code != 0
        assert "--reach standing" in done.err
        assert "Traceback" not in done.err


def test_nobody_available_without_having_come(operators: Run) -> None:
    operators(*ENROL, "--reach", "standing")

    done = operators("status", "anna", "available")

    assert done.code != 0
    assert "call-in" in done.err
    (row,) = listed(operators)
    assert (row["state"], row["on_line"]) == ("offline", False)


# --- accounts at the desk -------------------------------------------------------

LINK = re.compile(r"http://127\.0\.0\.1:8000/join/([\w-]{43})$", re.MULTILINE)


def test_new_operator_gets_sign_up_link(operators: Run) -> None:
    first, second = operators(*ENROL).out.splitlines()

    assert first == "anna answers example in uk; now offline."
    assert LINK.search(second)
    assert "48 hours" in second


def test_link_shown_once_and_remade(operators: Run) -> None:
    (first,) = LINK.findall(operators(*ENROL).out)
    (second,) = LINK.findall(operators("link", "anna", "--role", "ops").out)

    assert first != second
    told = operators("list").out + operators("list", "--json").out
    assert first not in told
    assert second not in told


def test_operator_in_browser_needs_no_telephone(operators: Run) -> None:
    added = operators(
        *("add", "olha", "--languages", "en"), *("--reach", "browser"), "--role", "ops"
    )

    assert added.code == 0
    assert [row["reach"] for row in listed(operators)] == ["browser"]


@pytest.mark.parametrize("reach", ["phone", "standing"])
def test_operator_who_is_rung_needs_telephone(operators: Run, reach: str) -> None:
    done = operators("add", "olha", "--languages", "en", "--reach", reach)

    assert done.code == 1
    assert "--phone" in done.err
    assert "Traceback" not in done.err


def test_wrong_role_refused_and_nobody_enrolled(operators: Run) -> None:
    assert operators(*ENROL, "--role", "queen").code != 0
    assert listed(operators) == []


def test_disabled_operator_can_be_let_in(operators: Run) -> None:
    operators(*ENROL)
    operators("status", "anna", "available")

    done = operators("disable", "anna")

    assert done.code == 0
    assert [row["state"] for row in listed(operators)] == ["offline"]
    assert operators("enable", "anna").out == "anna can sign in again.\n"


def test_nobody_who_is_disabled_is_given_anything(operators: Run) -> None:
    operators(*ENROL, "--reach", "standing")
    operators("disable", "anna")

    for words in (
        *(("status", "anna", state) for state in ("available", "away")),
        *((word, "anna") for word in ("pin", "link", "call-in")),
    ):
        done = operators(*words)
        assert done.code == 1, words
        assert 'hotline operators enable "anna"' in done.err
    assert operators("status", "anna", "offline").code == 0
    assert [(row["state"], row["disabled"]) for row in listed(operators)] == [
        ("offline", True)
    ]
    assert "disabled" in operators("list").out


def test_standing_operator_let_in_with_new_pin(operators: Run) -> None:
    (old,) = re.findall(r"\b\d{6}\b", operators(*ENROL, "--reach", "standing").out)
    operators("disable", "anna")

    done = operators("enable", "anna")

    (new,) = re.findall(r"\b\d{6}\b", done.out)
    assert new != old
    assert [row["disabled"] for row in listed(operators)] == [False]


@pytest.mark.parametrize("command", ["link", "disable", "enable"])
def test_command_for_nobody_refused_with_remedy(operators: Run, command: str) -> None:
    done = operators(command, "nobody")

    assert done.code == 1
    assert "hotline operators list" in done.err


# --- all or nothing ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+12025550101", "the hotline's own"),
        ("+12025550102", "the hotline's own"),
        ("+266696687", "instead of a withheld number"),
        ("+449098790000", "costs more than a call"),
        ("+881612345678", "cannot be rung"),
        ("+3800000000", "cannot be rung"),
        ("+18005550199", "cannot be rung"),
        ("02025550123", "country code"),
    ],
)
@pytest.mark.parametrize("reach", ["phone", "standing", "browser"])
def test_untypable_number_not_enrolled(
    operators: Run, number: str, why: str, reach: str
) -> None:
    done = operators(
        *("add", "anna", "--phone", number, "--languages", "uk", "--reach", reach)
    )

    assert done.code == 1
    assert "--phone: " in done.err
    assert why in done.err
    assert listed(operators) == []


def test_unfit_sign_in_name_not_enrolled(operators: Run) -> None:
    for name in ("anna", "Anna"):
        phone = "+12025550123" if name == "anna" else "+12025550124"
        added = operators("add", name, "--phone", phone, "--languages", "uk")
        assert "/join/" in added.out

    done = operators("add", "ANNA", "--phone", "+12025550125", "--languages", "uk")

    assert done.code == 1
    assert "choose another name" in done.err
    assert [row["name"] for row in listed(operators)] == ["Anna", "anna"]
    assert operators("status", "ANNA", "available").code == 1
