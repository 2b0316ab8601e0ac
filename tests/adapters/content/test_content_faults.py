"""Whatever is wrong with a line's folder is told at once, with the remedy."""

import codecs
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ivr.adapters.content import check_lines, find_notices, load_lines
from ivr.core.model.errors import Faults
from ivr.core.model.identifiers import LineKey

Edit = Callable[[str, str, str], None]
Record = Callable[..., None]
EXAMPLE = LineKey("example")


def test_unknown_key_named_with_nearest_right_one(lines: Path, edit: Edit) -> None:
    edit("line.toml", 'topic = "how"\nto = "how"', 'topic = "how"\ntoo = "how"')

    found = check_lines(lines)

    place = "example/line.toml: node.topic.choices.3"
    assert f'{place}.too: unknown key; did you mean "to"?' in found
    assert f"{place}.to: missing; add it" in found


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            'title = "Example line"',
            "title = 7",
            'title: is not a text; write title = "',
        ),
        ('zone = "Europe/Kyiv"', 'zone = "Kyiv"', 'zone: "Kyiv" is no time zone'),
        ('"+12025550102"', '"202-5550102"', 'numbers: "202-5550102" is no telephone'),
        ('"+12025550102"', '"+120255501"', 'numbers: "+120255501" is no telephone'),
        ('"+12025550102"', '"+9991234567"', 'numbers: "+9991234567" is no telephone'),
        (
            '# on_call = "+12025550199"',
            'on_call = "+881612345678"',
            'on_call: "+881612345678": this number cannot be rung',
        ),
        (
            '# on_call = "+12025550199"',
            'on_call = "+12025550102"',
            'on_call: "+12025550102" is a number of this line',
        ),
        ('zone = "', "zone = 3 # ", "zone: is not a text"),
        ('zone = "', 'country = "UKR"\nzone = "', 'country: "UKR" is no country'),
        ("[undecided]", "hours = 3\n[undecided]", "hours: is not a list of tables"),
        ("[topics.myself]\n", "[topics]\nmyself = 1\n[x]\n", "myself: is not a table"),
        ("[topics.myself]", "[topic.myself]", 'topic: unknown key; did you mean "topi'),
        ('"+12025550102"', '"+12025550101"', 'already a number of "example"'),
        ('["+12025550101", "+12025550102"]', "[]", "numbers: none is given"),
        (
            "_seconds = 6",
            "_seconds = 600",
            "menu.answer_within_seconds: is not a whole",
        ),
        ("_minutes = 240", "_minutes = true", "operators.talk_limit_minutes: is not a"),
        (
            'kind = "parts"',
            'kind = "part"',
            'node.how.kind: "part" is unknown; did you',
        ),
        ('kind = "queue"', 'kind = "goodbye"', 'node: 0 of kind "queue"; a line needs'),
        (
            'locale = "uk-UA"',
            'locale = "uk"',
            "languages.uk.locale: is not of the form",
        ),
        ('"how.1",', '"", "how.1",', "node.how.parts: is not a list of texts"),
        (
            'class = "family"',
            'class = "famly"',
            'class: has no "famly", the class of topics.relative',
        ),
        ("Google.uk-UA-Wavenet-A", "woman", 'languages.uk.voice: "woman" is not bound'),
        (
            "[topics.myself]",
            "[topics.My_Self]",
            "topics.My_Self: not a name; use small",
        ),
        ("[menu]", "[menus]", 'menus: unknown key; did you mean "menu"?'),
        (
            "required = []",
            'required = ["dispositon"]',
            'desk.required: "dispositon" is unknown; did you mean "disposition"?',
        ),
        (
            "required = []",
            'required = "note"',
            "desk.required: is not a list of texts; write required = [",
        ),
        (
            'earlier_notes = "own"',
            'earlier_notes = "all"',
            'desk.earlier_notes: "all" is unknown; ',
        ),
        (
            'ru = "Помогли во время разговора"\n',
            "",
            "desk.dispositions.helped.ru: missing; add it",
        ),
        (
            "[desk.dispositions.helped]",
            "[desk.dispositions.Helped_]",
            "desk.dispositions.Helped_: not a name; use small letters",
        ),
        ("[undecided]", "[undecided", "example/line.toml: not TOML: "),
        ("[undecided]", f"a = {'[' * 5000}", "example/line.toml: not TOML: "),
        ("[undecided]", f"a = {'9' * 5000}", "example/line.toml: not TOML: "),
    ],
)
def test_spoilt_line_file_told_with_remedy(
    lines: Path, edit: Edit, old: str, new: str, fault: str
) -> None:
    edit("line.toml", old, new)

    assert any(fault in each for each in check_lines(lines))


@pytest.mark.parametrize(
    ("hours", "fault"),
    [
        ('days = ["fry"]\nfrom = "20:00"\nto = "21:00"', 'days: no day "fry"; did you'),
        ('from = "8:00"\nto = "21:00"', 'from: "8:00" is not a time; write it as'),
        ('from = "08:00"\nto = "24:01"', 'to: "24:01" is not a time; write it as'),
        ('from = "24:00"\nto = "08:00"', 'from: "24:00" is not a time; write it as'),
        ('from = "08:00"', "to: missing; add it"),
    ],
)
def test_spoilt_hours_told_by_number(
    lines: Path, edit: Edit, hours: str, fault: str
) -> None:
    edit("line.toml", "[undecided]", f"[[hours]]\n{hours}\n\n[undecided]")

    assert any(
        each.startswith(f"example/line.toml: hours[1].{fault}")
        for each in check_lines(lines)
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"Hotline call."', '""', "operator.offer: missing translation"),
        ('msgid "flow.back"', '#, fuzzy\nmsgid "flow.back"', "flow.back: missing"),
        ('msgid "flow.back"', 'msgid "flow.bakc"', 'did you mean "flow.back"?'),
        ('msgid "flow.back"', 'msgid "flow.repeat"', "flow.repeat: is there more than"),
        ("press {key}.", "press 1.", "language.choose: does not say {key}"),
        ("Language: en", "Language: ru", "Language: the header says ru; write "),
        ("nplurals=2", "nplurals=4", "Plural-Forms: the header says 4 forms, en has 2"),
        ("plural=(n != 1)", "plural=(n ? )", "not a gettext catalogue"),
        ('msgid_plural "operator.waited-plural"\n', "", "counts, and has one form"),
        ('msgstr[1] "Time waited: {minutes} minutes."', "", "operator.waited: missing"),
    ],
)
def test_spoilt_catalogue_told_with_prompt(
    lines: Path, edit: Edit, old: str, new: str, fault: str
) -> None:
    edit("prompts/en.po", old, new)

    found = [
        each for each in check_lines(lines) if each.startswith("example/prompts/en.po:")
    ]

    assert any(fault in each for each in found)


def test_uncounted_entry_needs_no_plural(lines: Path, edit: Edit) -> None:
    entry = 'msgid "flow.back"\nmsgstr "To go back, press {key}."'
    form = '"To go back, press {key}."'
    plural = f'msgid_plural "flow.backs"\nmsgstr[0] {form}\nmsgstr[1] {form}'
    edit("prompts/en.po", entry, f'msgid "flow.back"\n{plural}')

    assert check_lines(lines) == [
        "example/prompts/en.po: flow.back: does not count; write one msgstr"
    ]


def test_skipped_time_told_and_house_opens(lines: Path, edit: Edit) -> None:
    edit("rules.toml", 'from = "18:00"', 'from = "03:30"')

    (fault,) = check_lines(lines, date(2026, 6, 1))

    assert "hours[1].from: there is no 03:30 on 2027-03-28" in fault
    assert fault.startswith("example/rules.toml:")
    assert check_lines(lines) == []
    assert load_lines(lines).lines()


def test_rules_that_contradict_themselves_are_told(lines: Path, edit: Edit) -> None:
    edit(
        "rules.toml",
        "[wait]",
        '[[hours]]\nfrom = "22:00"\nto = "24:00"\nweight = { urgent = 9 }\n[wait]',
    )

    (fault,) = check_lines(lines)

    assert 'shares 22:00 to 23:00 on every day with hours[1] "evening" (line' in fault


def test_line_file_that_says_nothing_is_told(lines: Path) -> None:
    (lines / "example" / "line.toml").write_text("\n", "utf-8")

    assert "example/line.toml: is empty; " in check_lines(lines)[0]


def test_line_file_without_sections_told(lines: Path) -> None:
    (lines / "example" / "line.toml").write_text("numbers = []\n", "utf-8")

    found = [fault.removeprefix("example/line.toml: ") for fault in check_lines(lines)]

    for section in ("languages", "topics", "node"):
        assert f"{section}: there is none; add [{section}.NAME]" in found
    for key in ("title", "zone", "start", "undecided.language", "undecided.topic"):
        assert f"{key}: missing; add it" in found


def test_missing_catalogue_or_rule_set_found(lines: Path) -> None:
    (lines / "example" / "prompts" / "ru.po").unlink()
    (lines / "example" / "rules.toml").unlink()

    found = check_lines(lines)

    assert [fault.split(": ")[0] for fault in found] == [
        "example/rules.toml",
        "example/prompts/ru.po",
    ]


def test_catalogue_of_unspoken_language_found(
    lines: Path,
) -> None:
    shutil.copy(lines / "example/prompts/uk.po", lines / "example/prompts/ua.po")

    (fault,) = check_lines(lines)

    assert fault.startswith('example/prompts: the line has no language "ua"; ')


def test_files_in_another_encoding_told(lines: Path) -> None:
    for file in ("line.toml", "prompts/uk.po", "rules.toml"):
        path = lines / "example" / file
        path.write_bytes(path.read_bytes() + "# не UTF-8".encode("cp1251"))

    found = check_lines(lines)

    assert [fault.split(": ")[0] for fault in found] == [
        "example/line.toml",
        "example/rules.toml",
    ]


def test_two_lines_cannot_answer_one_number(lines: Path) -> None:
    shutil.copytree(lines / "example", lines / "harbour")

    found = check_lines(lines)

    assert [fault.split(";")[0] for fault in found] == [
        f'harbour/line.toml: numbers: "{number}" is already a number of "example"'
        for number in ("+12025550101", "+12025550102")
    ]


def test_folder_without_lines_is_fault(tmp_path: Path) -> None:
    assert "no line in it" in check_lines(tmp_path)[0]
    assert "no line in it" in check_lines(tmp_path / "nowhere")[0]


def test_unfit_folder_name_is_fault(lines: Path) -> None:
    (lines / "example").rename(lines / "Exam ple")

    assert any(fault.startswith("Exam ple: not a name") for fault in check_lines(lines))


def test_loading_refuses_with_all_faults_at_once(lines: Path, edit: Edit) -> None:
    edit("line.toml", 'title = "Example line"', "")
    edit("line.toml", 'voice = "Polly.Amy-Neural"', 'voice = "man"')
    edit("prompts/uk.po", 'msgid "wait.stay"', 'msgid "wait.sty"')
    edit("rules.toml", "weight = 1.5", "weight = -1")

    with pytest.raises(Faults) as refusal:
        load_lines(lines)

    assert set(refusal.value.faults) == set(check_lines(lines))
    assert [fault.split(": ")[1] for fault in refusal.value.faults] == [
        "title",
        "class.family.weight",
        "languages.en.voice",
        "wait.stay",
        "wait.sty",
    ]


def test_recordings_that_cannot_be_right_are_found(lines: Path, record: Record) -> None:
    record("uk/how.1.wav", "uk/how.1.mp3", "uk/how.2.ogg", "ur/how.1.wav", "uk/.keep")

    found = check_lines(lines)

    assert 'example/audio: the line has no language "ur"; there is: en, ru, uk' in found
    assert "example/audio/uk/how.1.wav: recorded twice; keep one file" in found
    assert "example/audio/uk/how.2.ogg: not a .wav or .mp3; remove it" in found
    assert any("example/audio/ru: missing audio" in fault for fault in found)


@pytest.mark.parametrize("name", ["audio", "audio/uk"])
@pytest.mark.parametrize("kind", ["a file", "a link to nothing"])
def test_recordings_that_are_no_folder_are_told(
    lines: Path, name: str, kind: str
) -> None:
    path = lines / "example" / name
    path.parent.mkdir(exist_ok=True)
    if kind == "a file":
        path.write_bytes(b"")
    else:
        path.symlink_to("nothing")

    assert any(fault.startswith(f"example/{name}: ") for fault in check_lines(lines))


def test_missing_required_disposition_told(lines: Path) -> None:
    path = lines / "example" / "line.toml"
    text = path.read_text("utf-8")
    start, end = text.index("[desk.dispositions"), text.index("# --- languages")
    text = (text[:start] + text[end:]).replace(
        "required = []", 'required = ["disposition"]'
    )
    path.write_text(text, "utf-8")

    (fault,) = check_lines(lines)

    assert fault.startswith("example/line.toml: desk.required: no disposition")
    assert "[desk.dispositions." in fault


# --- encodings, and zones ----------------------------------------------------------

FILES = ("line.toml", "rules.toml", "prompts/uk.po")


@pytest.mark.parametrize("file", FILES)
def test_byte_order_mark_is_no_fault(lines: Path, file: str) -> None:
    path = lines / "example" / file
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())

    assert check_lines(lines) == []
    content = load_lines(lines)
    assert "\ufeff" not in content.rules_text(EXAMPLE)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1251"])
def test_other_encoding_told_with_right_remedy(
    lines: Path, file: str, encoding: str
) -> None:
    path = lines / "example" / file
    text = path.read_text("utf-8").encode(encoding, "replace")
    path.write_bytes(text if encoding != "cp1251" else text + "Їжак".encode("cp1251"))

    (fault,) = [each for each in check_lines(lines) if "UTF-8" in each]

    assert fault.startswith(f"example/{file}: not UTF-8: ")
    assert fault.endswith('save it as "UTF-8" in the editor')


def test_zone_of_rules_unlike_lines_noticed(lines: Path, edit: Edit) -> None:
    assert find_notices(lines) == []
    edit("rules.toml", 'zone = "Europe/Kyiv"', 'zone = "Europe/London"')

    (notice,) = find_notices(lines)

    assert re.match(r"example/rules\.toml:\d+: zone: .*Europe/London", notice)
    assert 'write zone = "Europe/Kyiv" unless' in notice
    assert check_lines(lines) == []
