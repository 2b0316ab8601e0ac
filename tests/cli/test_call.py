"""A caller in the terminal: what typing does, and what is printed of what is heard."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ivr.cli.commands.call import (
    Handset,
    await_callbacks,
    play_call_file,
    transcript_lines,
    type_lines,
)
from ivr.cli.telephone import ExchangeTelephone
from ivr.core.model.errors import Invalid


class Toy(ExchangeTelephone):
    """A telephone that is plugged in nowhere, and rings as often as it is told."""

    def __init__(self, rings: Mapping[int, list[str]] | None = None) -> None:
        self.done: list[tuple[str, ...]] = []
        self.rings = dict(rings or {})
        self.on_ring = list[Handset]()

    def press_keys(self, call: str, keys: str) -> None:
        self.done.append(("press", call, keys))

    def speak_text(self, call: str, text: str) -> None:
        self.done.append(("speak", call, text))

    def hang_up(self, call: str) -> None:
        self.done.append(("hang up", call))

    def hear_events(self, call: str, after: int, wait: float = 0) -> dict[str, Any]:
        del wait
        self.done.append(("hear", call))
        said = {"kind": "say", "language": "en-GB", "text": f"This is {call}."}
        return {"events": [said][after:], "next": 1, "ended": True}

    def calls_to(self, number: str, after: int, wait: float = 0) -> dict[str, Any]:
        del number, wait
        calls = self.rings.pop(after, [])
        if not self.rings:
            for handset in self.on_ring:
                handset.gone = True
        return {"calls": calls, "next": after + len(calls)}


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        ({"kind": "say", "language": "uk-UA", "text": "Так."}, ["[uk-UA] Так."]),
        ({"kind": "play"}, ["~ music ~"]),
        ({"kind": "gather"}, ["  (keys?)"]),
        ({"kind": "pressed", "text": "12#"}, ["  > 12#"]),
        ({"kind": "spoke", "text": "Hello"}, ["  > Hello"]),
        ({"kind": "record"}, ["  (words? the hash key ends them)"]),
        ({"kind": "ringing"}, ["  (ringing)"]),
        ({"kind": "queue"}, ["  (waiting in the queue)"]),
        ({"kind": "connected"}, ["  (connected: you are talking)"]),
        ({"kind": "ended"}, ["  (the call is over)"]),
        ({"kind": "gather-end"}, []),
    ],
)
def test_each_event_told_in_line(event: dict[str, str], lines: list[str]) -> None:
    assert list(transcript_lines(event)) == lines


@pytest.mark.parametrize(
    ("typed", "done"),
    [
        ("12#", [("press", "c1", "12#")]),
        ("h", [("hang up", "c1")]),
        ("I need help", [("speak", "c1", "I need help")]),
        ("Так", [("speak", "c1", "Так")]),
        ("", []),
    ],
)
def test_line_is_keys_words_or_hangup(typed: str, done: list[tuple[str, ...]]) -> None:
    telephone = Toy()

    assert Handset(telephone=telephone, call="c1").type_line(typed)
    assert telephone.done == done


def test_single_letter_is_not_understood() -> None:
    telephone = Toy()

    assert not Handset(telephone=telephone, call="c1").type_line("x")
    assert telephone.done == []


def test_end_of_input_hangs_up() -> None:
    telephone = Toy()
    handset = Handset(telephone=telephone, call="c1")

    type_lines(handset, io.StringIO("1\nh\n2\n"))

    assert telephone.done[-1] == ("hang up", "c1")
    assert handset.gone


def test_whoever_stays_hears_only_later_calls() -> None:
    telephone = Toy({2: ["c3"], 3: ["c4", "c5"]})
    handset = Handset(telephone=telephone, call="c1")
    telephone.on_ring.append(handset)
    lines: list[str] = []

    await_callbacks(handset, "+447700900123", 2, lines.append)

    assert telephone.done == [("hear", "c3"), ("hear", "c4"), ("hear", "c5")]
    assert lines[1:] == [f"[en-GB] This is c{n}." for n in (3, 4, 5)]
    assert handset.call == "c5"


class Player(ExchangeTelephone):
    """A telephone whose exchange refuses a caller who does not stay."""

    def __init__(self) -> None:
        """It is plugged in nowhere."""

    def play_script(self, script: str) -> str:
        if "stay" not in script:
            raise Invalid("the exchange refuses: an empty call")
        return "c1"


def test_call_file_read_by_exchange(tmp_path: Path) -> None:
    file = tmp_path / "call.yaml"
    file.write_text("\ufeffcaller: [stay]", encoding="utf-8")

    assert play_call_file(file, Player()) == "c1"


@pytest.mark.parametrize("content", [b"caller: []", b"caller: \xff"])
def test_fault_of_call_file_names_it(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "call.yaml"
    file.write_bytes(content)

    with pytest.raises(Invalid, match=r"call\.yaml: "):
        play_call_file(file, Player())
