"""What a caller hears at each point, and on which keys."""

import pytest

from ivr.core.dialogue.asking import Placement
from ivr.core.dialogue.flow import Pressed, advance
from ivr.core.dialogue.instructions import (
    Enqueue,
    EnterRoom,
    Gather,
    HangUp,
    Instruction,
    RecordMessage,
)
from ivr.core.dialogue.spoken import (
    BETWEEN_PARTS,
    carries_place,
    offers_link,
    present_stage,
)
from ivr.core.line.menu import Line
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.exit_menu import ExitMenu, Page
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import LinkSent
from ivr.core.model.values import replace
from tests.core.walking import (
    LINE,
    LINKED,
    NOW,
    PARTS,
    PLACE,
    QUEUED,
    QUIET,
    READ_BACK,
    TOPIC,
    TYPING,
    after,
    begun,
    gather,
    prompts,
    says,
    who,
)

# --- what is spoken -------------------------------------------------------


def test_every_language_offers_itself_in_itself() -> None:
    spoken = [(say.prompt, say.language, dict(say.values)) for say in says(begun())]

    assert spoken == [
        ("greeting", "uk", {}),
        ("choose", "uk", {"key": "1"}),
        ("greeting", "ru", {}),
        ("choose", "ru", {"key": "2"}),
        ("greeting", "en", {}),
        ("choose", "en", {"key": "3"}),
    ]


@pytest.mark.parametrize(
    ("keys", "heard"),
    [
        (
            TOPIC,
            (
                "topic.ask topic.myself topic.relative topic.how topic.bye "
                "flow.repeat flow.back"
            ),
        ),
        (PARTS, "how.1 how.keys"),
        ([*PARTS, QUIET], "how.2 how.keys"),
        (
            PLACE,
            "location.ask location.code location.tell location.decline flow.repeat",
        ),
        (TYPING, "location.type"),
        (READ_BACK, "location.confirm location.right location.retype flow.back"),
        ([*TYPING, "5"], "location.odd location.type"),
        ([*PLACE, "0"], "location.thanks-decline wait.start"),
        ([*PLACE, "3"], "location.thanks-tell wait.start"),
        ([*READ_BACK, "1"], "location.thanks-area wait.start"),
        ([*TOPIC, QUIET, QUIET], "flow.to-operator wait.start"),
        ([*TOPIC, "4"], "bye"),
    ],
)
def test_each_point_of_menu_has_words(keys: list[str], heard: str) -> None:
    assert prompts(after(keys)) == heard.split()
    assert {say.language for say in says(after(keys))} == {"en"}


def test_typed_place_read_back_digit_by_digit() -> None:
    assert says(after(READ_BACK))[0].values == {"digits": "0, 5, 7"}


@pytest.mark.parametrize(
    ("keys", "digits"), [([], 1), (TOPIC, 1), (PARTS, 1), (TYPING, 6), (READ_BACK, 1)]
)
def test_only_area_code_has_many_digits(keys: list[str], digits: int) -> None:
    assert gather(after(keys)).digits == digits


def test_between_parts_pause_is_short() -> None:
    assert gather(after(PARTS)).within == BETWEEN_PARTS
    assert gather(after(TOPIC)).within == LINE.limits.answer_within


@pytest.mark.parametrize("notice", ["flow.no-answer", "flow.wrong-key"])
def test_early_notices_are_in_all_languages(notice: str) -> None:
    missed = after([QUIET if notice == "flow.no-answer" else "7"])

    spoken = [(say.prompt, say.language) for say in says(missed)]

    assert spoken[:3] == [(notice, code) for code in ("uk", "ru", "en")]
    assert "greeting" not in prompts(missed)


@pytest.mark.parametrize(
    ("stage", "last"),
    [
        (Stage.WAITING, Enqueue()),
        (Stage.CLAIMED, Enqueue()),
        (
            Stage.CONNECTED,
            EnterRoom(claim="", role="caller", limit=LINE.limits.talk),
        ),
        (Stage.GOODBYE, HangUp()),
        (Stage.ENDED, HangUp()),
    ],
)
def test_past_menu_hears_where_call_stands(stage: Stage, last: Instruction) -> None:
    assert present_stage(LINE, replace(after(QUEUED), stage=stage))[-1] == last


PLACED = Placement(token="signed", room="r-1", tone=True)  # noqa: S106 - no secret


@pytest.mark.parametrize(
    ("stage", "page"),
    [
        (Stage.WAITING, Page.NONE),
        (Stage.CLAIMED, Page.NONE),
        (Stage.WAITING, Page.OFFER),
        (Stage.WAITING, Page.MESSAGE),
        (Stage.AFTER, Page.NONE),
    ],
)
def test_who_has_place_is_answered_with_it(stage: Stage, page: Page) -> None:
    call = replace(after(QUEUED), stage=stage, exit_menu=ExitMenu(page))

    last = present_stage(LINE, call, PLACED)[-1]

    assert carries_place(LINE, call)
    assert isinstance(last, Enqueue | Gather | RecordMessage)
    assert last.token == PLACED.token


def test_who_chooses_in_menu_has_no_place() -> None:
    call = after(TOPIC)

    assert not carries_place(LINE, call)
    assert gather(call).token == ""


def test_room_of_claim_entered_with_tone() -> None:
    call = replace(after(QUEUED), stage=Stage.CONNECTED)

    (room,) = present_stage(LINE, call, PLACED)

    assert not carries_place(LINE, call)
    assert isinstance(room, EnterRoom)
    assert (room.room, room.tone) == ("r-1", True)


def test_one_language_spoken_from_first_word() -> None:
    single = replace(
        LINE, languages={"uk": LINE.languages["uk"]}, start="topic", nodes=LINE.nodes
    )

    assert {say.language for say in says(begun(single), single)} == {"uk"}


# --- the keys of the location step ----------------------------------------


def offered_keys(call: Contact, line: Line) -> dict[str, object]:
    return {say.prompt: say.values.get("key") for say in says(call, line)}


def test_keys_never_shift_when_link_not_offered() -> None:
    with_link = offered_keys(after(PLACE, LINKED), LINKED)
    without = offered_keys(after(PLACE), LINE)

    assert with_link.pop("location.link") == "1"
    assert with_link == without


@pytest.mark.parametrize(
    ("line", "reachable", "offered"),
    [
        (LINKED, True, True),
        (LINKED, False, False),
        (LINE, True, False),
        (replace(LINKED, location_page=False), True, False),
    ],
    ids=["both", "number withheld", "no messages", "no page"],
)
def test_link_offered_only_where_reachable(
    line: Line, *, reachable: bool, offered: bool
) -> None:
    call = after(PLACE, line, begun(line, who(reachable=reachable)))

    assert offers_link(line, call) == offered
    assert ("location.link" in prompts(call, line)) == offered
    taken = advance(line, call, Pressed("1"), NOW)
    assert (taken.call.stage is Stage.WAITING) == offered
    assert any(isinstance(fact, LinkSent) for fact in taken.facts) == offered
