from datetime import UTC, datetime, time, timedelta

import pytest
from pydantic import ValidationError

from ivr.core.model.errors import Faults
from ivr.core.rules.rule_set import (
    RuleSet,
    head_start_of,
    parse_rules,
    reserve_of,
    weight_of,
)
from ivr.core.text.wall_clock import DAYS

HOUSE = """
zone = "Europe/Kyiv"

[class.urgent]
head_start = 0
weight = 2.0
[class.family]
weight = 1.5
[class.information]
weight = 1.0

[[hours]]
name = "evening"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "18:00"
to = "23:00"
weight = { urgent = 4.0, family = 2.0, information = 1.0 }
reserve = { urgent = 1 }

[wait]
overdue_after = 900
longest_wait = 2700
announce_every = 45
grace = 300

[offer]
ring_seconds = 20
cool_down = 15
missed_to_away = 3

[wrap_up]
seconds = 30

[relax]
second_language_after = 60
"""

SHORT = """
[class.urgent]
weight = 2
"""


def hours(body: str) -> RuleSet:
    return parse_rules(f"{SHORT}[class.family]\nweight = 1.5\n[[hours]]\n{body}")


def faults_of(text: str) -> tuple[str, ...]:
    with pytest.raises(Faults) as caught:
        parse_rules(text)
    return caught.value.faults


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of local time in June 2026; the 1st is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


def test_house_rules_read_as_written() -> None:
    rules = parse_rules(HOUSE)

    assert rules.zone == "Europe/Kyiv"
    assert rules.classes["family"].weight == 1.5
    assert rules.hours[0].name == "evening"
    assert rules.hours[0].start == time(18)
    assert rules.wait.overdue_after == timedelta(minutes=15)
    assert rules.offer.ring == timedelta(seconds=20)
    assert rules.wrap_up.length == timedelta(seconds=30)
    assert rules.relax.second_language_after == timedelta(minutes=1)


def test_other_rules_default_for_one_class() -> None:
    short, house = parse_rules(SHORT), parse_rules(HOUSE)

    assert (short.zone, short.wait, short.offer) == (
        house.zone,
        house.wait,
        house.offer,
    )
    assert short.wrap_up == house.wrap_up
    assert short.hours == ()
    assert short.relax.second_language_after == timedelta()
    assert short.relax.neighbouring_team_after == timedelta(minutes=2)
    assert short.estimate.talk == timedelta(minutes=10)
    assert short.estimate.patience == timedelta(minutes=15)


def test_no_wrap_up_or_reserve_is_valid() -> None:
    rules = parse_rules(
        f'{SHORT}[[hours]]\nfrom = "01:00"\nto = "02:00"\n'
        "[wrap_up]\nseconds = 0\n[offer]\ncool_down = 1\nring_seconds = 1"
    )

    assert rules.wrap_up.length == timedelta()
    assert rules.hours[0].days == DAYS
    assert reserve_of(rules, wall(1, 1, 30)) == {}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/St_Johns"])
def test_any_zone_of_world_is_valid(zone: str) -> None:
    assert parse_rules(f'zone = "{zone}"\n{SHORT}').zone == zone


def test_rule_set_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        parse_rules(SHORT).zone = "UTC"


def test_hours_include_first_minute_not_last() -> None:
    rules = parse_rules(HOUSE)

    shown = [weight_of(rules, "urgent", wall(1, *at)) for at in ((17, 59), (18, 0))]
    last = [weight_of(rules, "urgent", wall(1, *at)) for at in ((22, 59), (23, 0))]

    assert (shown, last) == ([2.0, 4.0], [4.0, 2.0])


def test_midnight_hours_belong_to_first_day() -> None:
    rules = hours('days = ["fri"]\nfrom = "22:00"\nto = "04:00"\nweight = {urgent=9}')

    friday, saturday = 5, 6
    inside = [wall(friday, 22), wall(friday, 23, 59), wall(saturday, 3, 59)]
    outside = [wall(friday, 3), wall(friday, 21, 59), wall(saturday, 4)]
    outside.append(wall(saturday, 22))

    assert {weight_of(rules, "urgent", at) for at in inside} == {9.0}
    assert {weight_of(rules, "urgent", at) for at in outside} == {2.0}


def test_hours_to_24_00_last_all_day() -> None:
    rules = hours('days = ["sun"]\nfrom = "00:00"\nto = "24:00"\nweight = {urgent=9}')

    sunday = [weight_of(rules, "urgent", wall(7, hour)) for hour in range(24)]

    assert set(sunday) == {9.0}
    assert weight_of(rules, "urgent", wall(6, 23, 59)) == 2.0
    assert weight_of(rules, "urgent", wall(8, 0)) == 2.0


def test_whole_day_may_end_at_midnight() -> None:
    rules = hours('days = ["sun"]\nfrom = "00:00"\nto = "00:00"\nweight = {urgent=9}')

    assert {weight_of(rules, "urgent", wall(7, hour)) for hour in range(24)} == {9.0}
    assert weight_of(rules, "urgent", wall(8, 0)) == 2.0


def test_language_may_have_own_delay() -> None:
    relax = parse_rules(f"{HOUSE}[relax.languages]\nru = 20\n").relax

    assert relax.opens_after("ru") == timedelta(seconds=20)
    assert relax.opens_after("uk") == timedelta(seconds=60)


def test_first_of_overlapping_hours_counts() -> None:
    rules = hours(
        'from = "08:00"\nto = "12:00"\nweight = { urgent = 3 }\n'
        '[[hours]]\nfrom = "10:00"\nto = "14:00"\nweight = { urgent = 5, family = 6 }'
    )

    assert weight_of(rules, "urgent", wall(1, 11)) == 3.0
    assert weight_of(rules, "urgent", wall(1, 13)) == 5.0


def test_class_left_out_keeps_own_weight() -> None:
    rules = hours('from = "08:00"\nto = "12:00"\nweight = { urgent = 3 }')

    assert weight_of(rules, "family", wall(1, 11)) == 1.5


def test_class_that_was_dropped_still_counts() -> None:
    rules = parse_rules(SHORT)

    assert weight_of(rules, "dropped", wall(1, 11)) == 1.0
    assert head_start_of(rules, "dropped") == 0.0


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("", 1, "class: is missing; define at least one [class.name]"),
        ("[class]", 1, "class: is empty; define at least one [class.name]"),
        (
            '[[hours]]\nfrom = "01:00"\nto = "02:00"\nreserve = { a = 1 }',
            1,
            "class: is missing; define at least one [class.name]",
        ),
        ("class = 3", 1, "class: is not a table"),
        ("[class.a]\nweight = 0", 2, "class.a.weight: 0 does not fit; write a number"),
        ("[class.a]\nweight = -1", 2, "class.a.weight: -1 does not fit"),
        ("[class.a]\nweight = nan", 2, "class.a.weight: nan does not fit"),
        ("[class.a]\nweight = inf", 2, "class.a.weight: inf does not fit"),
        ("[class.a]\nweight = true", 2, "class.a.weight: true does not fit"),
        ('[class.a]\nweight = "2"', 2, 'class.a.weight: "2" does not fit'),
        ("[class.a]", 1, "class.a.weight: is missing; add it"),
        ("class.a = 1", 1, "class.a: is not a table; write its keys below a [header]"),
        ('[class."a b"]\nweight = 1', 1, 'class."a b": is no name of a class'),
        (
            "[class.a]\nweight=1\nhead_start=-1",
            3,
            "class.a.head_start: -1 does not fit",
        ),
        (f'zone = "Europe/Kiyv"\n{SHORT}', 1, 'did you mean "Europe/Kyiv"?'),
        (f'zone = "Nowhere"\n{SHORT}', 1, 'for example "Europe/Kyiv"'),
        (f'zone = ""\n{SHORT}', 1, 'zone: "" is not a time zone'),
        (f"zone = 2\n{SHORT}", 1, "zone: is not text; write it in quotes"),
        (f"{SHORT}[offer]\nring_seconds = 0", 5, "write a number of seconds from 1 to"),
        (f"{SHORT}[offer]\nring_seconds = 601", 5, "offer.ring_seconds: 601 does not"),
        (f"{SHORT}[offer]\nmissed_to_away = 0", 5, "offer.missed_to_away: 0 does not"),
        (f"{SHORT}[offer]\nmissed_to_away = 1.5", 5, "write a whole number from 1 to"),
        (f"{SHORT}[wrap_up]\nseconds = -1", 5, "wrap_up.seconds: -1 does not fit"),
        (f"{SHORT}[estimate]\ntalk_seconds = 0", 5, "estimate.talk_seconds: 0 does"),
        (
            f"{SHORT}[offer]\ncooldown = 1",
            5,
            "offer.cooldown: is no key of the rules; did",
        ),
        (f"{SHORT}[offer]\ncooldown = 1", 5, 'did you mean "cool_down"?'),
        (
            f"{SHORT}[wait]\nxyz = 1",
            5,
            "there is: announce_every, grace, longest_wait, o",
        ),
        (
            f"{SHORT}[wrapup]\nseconds = 1",
            4,
            "wrapup: is no key of the rules; did you me",
        ),
        (f"{SHORT}[relax]\nlanguages = 2", 5, "languages: is not a table; write it as"),
        (
            f"{SHORT}[relax.languages]\nru = -1",
            5,
            "relax.languages.ru: -1 does not fit",
        ),
        (f"{SHORT}[hours]\nfrom = 1", 4, "hours: is not a list; write [[hours]]"),
    ],
)
def test_fault_names_line_key_and_remedy(text: str, line: int, fault: str) -> None:
    (told,) = faults_of(text)

    assert told.startswith(f"rules.toml:{line}: ")
    assert fault in told


@pytest.mark.parametrize(
    ("body", "line", "fault"),
    [
        ('from = "25:00"\nto = "04:00"', 7, 'hours[1].from: "25:00" is no time of day'),
        ('from = "18:60"\nto = "04:00"', 7, 'hours[1].from: "18:60" is no time of day'),
        ('from = 18:00:00\nto = "04:00"', 7, "hours[1].from: 18:00:00 is no time of"),
        ('from = "24:00"\nto = "04:00"', 7, 'hours[1].from: "24:00" is no time of day'),
        ('from = "18:00"\nto = "18:00"', 8, "hours[1].to: must differ from `from`"),
        ('from = "18:00"', 6, "hours[1].to: is missing; add it"),
        ('days = ["mo"]\nfrom="01:00"\nto="02:00"', 7, "hours[1].days[1]: is no day"),
        ('days = []\nfrom="01:00"\nto="02:00"', 7, "hours[1].days: is empty"),
        ('days = "mon"\nfrom="01:00"\nto="02:00"', 7, "hours[1].days: is not a list"),
        ('from="01:00"\nto="02:00"\nweight = 3', 9, "hours[1].weight: is not a table"),
        (
            'from="01:00"\nto="02:00"\nweight = { urgnt = 3 }',
            9,
            'hours[1].weight.urgnt: is not a class of these rules; did you mean "urge',
        ),
        (
            'from="01:00"\nto="02:00"\nreserve = { xyz = 1 }',
            9,
            "hours[1].reserve.xyz: is not a class of these rules; there is: family, ur",
        ),
        (
            'from="01:00"\nto="02:00"\nreserve = { urgent = 1.5 }',
            9,
            "hours[1].reserve.urgent: 1.5 does not fit; write a whole number",
        ),
    ],
)
def test_fault_in_hours_counts_them_from_one(body: str, line: int, fault: str) -> None:
    with pytest.raises(Faults) as caught:
        hours(body)

    (told,) = caught.value.faults
    assert told.startswith(f"rules.toml:{line}: {fault}")


def test_every_fault_told_at_once() -> None:
    told = faults_of(
        'zone = "Nowhere"\nbogus = 1\n[class.urgent]\nweight = 0\n'
        '[[hours]]\nfrom = "18:00"\nto = "18:00"\nweight = { ugent = 1 }\n'
        '[[hours]]\nfrom = "7:00"\nto = "08:00"\n[wait]\ngrace = "5 min"'
    )

    keys = {line.split(": ")[1] for line in told}
    assert keys == {
        "zone",
        "bogus",
        "class.urgent.weight",
        "hours[1].to",
        "hours[1].weight.ugent",
        "hours[2].from",
        "wait.grace",
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [("\n\nweight = \n", 3), ("[class.a]\n[class.a]\n", 2), ('x = """\n\n', 2)],
)
def test_non_toml_text_told_with_line(text: str, line: int) -> None:
    (told,) = faults_of(text)

    assert told.startswith(f"rules.toml:{line}: this is not TOML (")


def test_faults_name_file_they_came_from() -> None:
    with pytest.raises(Faults, match=r"^draft 7:1: class: is missing"):
        parse_rules("", origin="draft 7")
