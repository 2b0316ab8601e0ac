"""What callers and operators usually do, and the content they do it with."""

import itertools
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.processes.carrier import Carrier
from tests.processes.hotline import ROOT, eventually
from tests.processes.legs import Leg

# The keys of the example line.
KEYS = {"uk": "1", "ru": "2", "en": "3"}
TOPICS = {"urgent": "1", "family": "2", "information": "3"}
PHONES = [f"+120255501{n}" for n in range(20, 50)]

# No pauses that a test would have to sit through.
BRISK = {
    "ring_seconds = 20": "ring_seconds = 5",
    "cool_down = 15": "cool_down = 1",
    "seconds = 30": "seconds = 0",
    "reserve = { urgent = 1 }\n": "",
}
_numbers = itertools.cycle(range(10, 100))


def lines(folder: Path, edits: Mapping[str, str] = BRISK) -> str:
    """A copy of the example line with some of its rules changed."""
    target = folder / "lines" / "example"
    shutil.copytree(ROOT / "ivr" / "lines" / "example", target)
    rules = target / "rules.toml"
    text = rules.read_text()
    for old, new in edits.items():
        assert old in text, old
        text = text.replace(old, new)
    rules.write_text(text)
    return str(target.parent)


def queue_up(carrier: Carrier, language: str = "en", topic: str = "urgent") -> Leg:
    """Ring, choose, and wait in the queue."""
    leg = carrier.dial(caller=f"+4477009000{next(_numbers)}")
    carrier.press(leg, KEYS[language] + TOPICS[topic])
    if topic == "information":
        carrier.press(leg, "1")
    carrier.press(leg, "0")
    assert leg.waiting, (leg.heard, carrier.odd)
    return leg


def take(carrier: Carrier, phone: str) -> Leg:
    """The operator at this telephone takes the next caller."""
    assert eventually(lambda: carrier.rung(phone)), f"{phone} never rings"
    leg = carrier.rung(phone)[0]
    carrier.answer(leg)
    carrier.press(leg, "1")
    return leg


def talk(carrier: Carrier, phone: str) -> tuple[Leg, Leg]:
    """The operator takes the next caller; both, once they are in one room."""
    operator = take(carrier, phone)
    met = eventually(lambda: carrier.partners(operator))
    assert met, (operator.heard, carrier.faults)
    return operator, met[0]


def everyone_leaves(carrier: Carrier) -> None:
    """All calls end."""
    for leg in list(carrier.legs.values()):
        carrier.hang_up(leg)
