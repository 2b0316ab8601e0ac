"""A line's folder is read whole: its menu, words, recordings and rules."""

from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest

from ivr.adapters.content import check_lines, find_notices, load_lines
from ivr.adapters.content.line_file import read_line
from ivr.core.line.desk_rules import DeskRules, EarlierRecords, Required
from ivr.core.line.menu import LanguageMenu, LocationStep, Menu, OpenHours, Parts, Queue
from ivr.core.model.errors import NotFound
from ivr.core.model.identifiers import LineKey

SHIPPED = Path(__file__).parents[3] / "ivr" / "lines"
Edit = Callable[[str, str, str], None]
Record = Callable[..., None]
EXAMPLE = LineKey("example")


# --- what a folder says ---------------------------------------------------


def test_line_found_by_each_of_numbers() -> None:
    content = load_lines(SHIPPED)

    answering = [content.line_of(f"+1202555010{last}") for last in "123"]

    assert [line and line.key for line in answering] == ["example", "example", None]
    assert content.lines().keys() == {"example"}


def test_menu_read_as_file_says_it() -> None:
    line = load_lines(SHIPPED).lines()[EXAMPLE]

    kinds = {key: type(node) for key, node in line.nodes.items()}
    assert kinds == {
        "language": LanguageMenu,
        "topic": Menu,
        "how": Parts,
        "location": LocationStep,
        "waiting": Queue,
    }
    assert (line.start, line.queue) == ("language", "waiting")
    assert line.limits.answer_within == timedelta(seconds=6)
    assert line.limits.talk == timedelta(hours=4)


def test_hours_and_on_call_number_read(lines: Path, edit: Edit) -> None:
    weekend = '[[hours]]\ndays = ["sat", "sun"]\nfrom = "20:00"\nto = "04:30"\n'
    edit("line.toml", "[undecided]", f"{weekend}\n[undecided]")
    edit("line.toml", '# on_call = "+12025550199"', 'on_call = "+12025550199"')

    line = load_lines(lines).lines()[EXAMPLE]

    assert line.hours == (
        OpenHours(days=("sat", "sun"), start=time(20), end=time(4, 30)),
    )
    assert line.phones.on_call == "+12025550199"


@pytest.mark.parametrize(
    ("written", "links", "reminders"),
    [
        ("", "", ""),
        ('links_from = "+12025550101"', "+12025550101", "+12025550101"),
        ('reminders_from = "+12025550102"', "", "+12025550102"),
        ('links_from = "+12025550101"\nreminders_from = ""', "+12025550101", ""),
    ],
    ids=["neither", "as before", "reminders alone", "links alone"],
)
def test_numbers_that_write_are_each_their_own(
    lines: Path, edit: Edit, written: str, links: str, reminders: str
) -> None:
    edit("line.toml", "# [messages]\n", f"[messages]\n{written}\n")

    line = load_lines(lines).lines()[EXAMPLE]

    assert (line.phones.links_from, line.phones.reminders_from) == (links, reminders)
    assert not line.location_page


def test_link_that_leads_nowhere_is_noticed(lines: Path, edit: Edit) -> None:
    assert find_notices(lines) == []
    edit("line.toml", "# [messages]\n", '[messages]\nlinks_from = "+12025550101"\n')

    (notice,) = find_notices(lines)

    assert notice.startswith("example/line.toml: messages.links_from: ")
    assert 'reminders_from = "+12025550101"' in notice
    assert check_lines(lines) == []


def test_desk_of_shipped_line_requires_nothing() -> None:
    """Operators without a desk could write nothing, and would be held for ever."""
    desk = load_lines(SHIPPED).lines()[EXAMPLE].desk

    assert desk.required == ()
    assert desk.earlier_notes is EarlierRecords.OWN
    assert next(iter(desk.dispositions)) == "helped"
    assert desk.title("helped", "en") == "Helped during the call"
    assert desk.title("helped", "uk") != desk.title("helped", "ru")


def test_line_without_desk_section_has_plain_desk(lines: Path) -> None:
    path = lines / "example" / "line.toml"
    text = path.read_text("utf-8")
    start, end = text.index("[desk]"), text.index("# --- languages")
    path.write_text(text[:start] + text[end:], "utf-8")

    assert load_lines(lines).lines()[EXAMPLE].desk == DeskRules()


def test_what_is_required_is_read(lines: Path, edit: Edit) -> None:
    edit("line.toml", "required = []", 'required = ["note", "disposition"]')
    edit("line.toml", 'earlier_notes = "own"', 'earlier_notes = "line"')

    desk = load_lines(lines).lines()[EXAMPLE].desk

    assert desk.required == (Required.NOTE, Required.DISPOSITION)
    assert desk.earlier_notes is EarlierRecords.LINE


def test_shipped_rules_handed_on_as_they_are() -> None:
    text = (SHIPPED / "example" / "rules.toml").read_text("utf-8")

    assert load_lines(SHIPPED).rules_text(EXAMPLE) == text


# --- what is spoken -------------------------------------------------------


def test_key_filled_into_text() -> None:
    content = load_lines(SHIPPED)

    assert content.text(EXAMPLE, "en", "flow.back", {"key": "0"}) == (
        "To go back, press 0."
    )


@pytest.mark.parametrize(
    ("language", "minutes", "expected"),
    [
        ("uk", 1, "1 хвилина"),
        ("uk", 2, "2 хвилини"),
        ("uk", 5, "5 хвилин"),
        ("uk", 11, "11 хвилин"),
        ("uk", 21, "21 хвилина"),
        ("uk", 112, "112 хвилин"),
        ("ru", 0, "0 минут"),
        ("ru", 1, "1 минута"),
        ("ru", 14, "14 минут"),
        ("ru", 34, "34 минуты"),
        ("en", 1, "1 minute."),
        ("en", 2, "2 minutes"),
    ],
)
def test_count_spoken_in_right_form(language: str, minutes: int, expected: str) -> None:
    spoken = load_lines(SHIPPED).text(
        EXAMPLE, language, "operator.waited", {"minutes": minutes}
    )

    assert expected in spoken


def test_nested_prompt_spoken_in_same_language() -> None:
    spoken = load_lines(SHIPPED).text(
        EXAMPLE, "uk", "operator.language", {"language": "language-name.ru"}
    )

    assert spoken == "Мова: російська."


@pytest.mark.parametrize("language", ["", "pl"])
def test_unspoken_language_gives_own(language: str) -> None:
    spoken = load_lines(SHIPPED).text(EXAMPLE, language, "operator.one-moment", {})

    assert spoken == "Хвилинку, будь ласка."


def test_missing_prompt_or_line_not_found() -> None:
    content = load_lines(SHIPPED)

    with pytest.raises(NotFound):
        content.text(EXAMPLE, "uk", "location.aks", {})
    with pytest.raises(NotFound):
        content.rules_text(LineKey("nowhere"))


# --- recordings -----------------------------------------------------------


def test_nothing_recorded_in_shipped_line() -> None:
    assert load_lines(SHIPPED).audio(EXAMPLE, "uk", "greeting") is None


def test_recording_used_where_there_is_one(lines: Path, record: Record) -> None:
    record("uk/how.1.wav", "ru/how.1.mp3", "en/how.1.wav")

    content = load_lines(lines)

    assert content.audio(EXAMPLE, "ru", "how.1") == "ru/how.1.mp3"
    assert content.audio(EXAMPLE, "ru", "how.2") is None
    assert content.audio_file(EXAMPLE, "ru", "how.1.mp3") == (
        lines / "example" / "audio" / "ru" / "how.1.mp3"
    )


@pytest.mark.parametrize(
    ("line", "language", "name"),
    [
        ("example", "uk", "../../line.toml"),
        ("example", "uk", "/etc/hostname"),
        ("example", "uk", "..\\ru\\how.1.wav"),
        ("example", "uk", "how.1.mp3"),
        ("example", "../prompts", "uk.po"),
        ("../example", "uk", "how.1.wav"),
        ("example", "", ""),
    ],
)
def test_no_path_leads_to_another_file(
    lines: Path, record: Record, line: str, language: str, name: str
) -> None:
    record("uk/how.1.wav", "ru/how.1.wav", "en/how.1.wav")

    assert load_lines(lines).audio_file(LineKey(line), language, name) is None


@pytest.mark.parametrize(
    ("zone", "more", "country"),
    [
        ("Europe/Kyiv", "", "UA"),
        ("Europe/Kiev", "", "UA"),
        ("America/New_York", "", "US"),
        ("UTC", "", ""),
        ("Europe/Kyiv", 'country = "PL"\n', "PL"),
    ],
)
def test_country_is_one_of_zone_unless_named(
    zone: str, more: str, country: str
) -> None:
    text = (SHIPPED / "example" / "line.toml").read_text()
    text = text.replace('zone = "Europe/Kyiv"', f'{more}zone = "{zone}"')
    faults: list[str] = []

    line = read_line(LineKey("example"), text, faults)

    assert faults == []
    assert line is not None
    assert line.phones.country == country
