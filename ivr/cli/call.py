"""``hotline call``: a caller in the terminal.

What is said is printed with its language, keys are typed, waiting is seen. It
talks to the exchange of ``hotline up --with-exchange`` or ``make demo``. With
``--stay`` the caller stays near the telephone and is there when called back.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click

from ivr.cli.telephone import Telephone
from ivr.cli.up import EXCHANGE_PORT
from ivr.core.errors import Invalid
from ivr.exchange import script

CALLER = "+447700900123"
HOTLINE = "+12025550101"
KEYS = frozenset("0123456789*#")
HANG_UP = "h"
HELP = (
    "Type keys and Enter; words are spoken; h and Enter hangs up, and so does Ctrl-D,"
    " for good."
)
CALLED_BACK = {"answers": 3, "does": ["stay"]}
"""Whoever stays picks up after three seconds; the rest is typed."""


@click.command()
@click.argument("number", default=HOTLINE)
@click.option("--from", "origin", default=CALLER, help="The number that calls.")
@click.option(
    "--exchange",
    default=f"http://127.0.0.1:{EXCHANGE_PORT}",
    show_default=True,
    help="Where the exchange is.",
)
@click.option(
    "--play",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Let the caller of a call file do the talking.",
)
@click.option("--stay", is_flag=True, help="Stay for being called back.")
def call(
    number: str, origin: str, exchange: str, play: Path | None, *, stay: bool
) -> None:
    """Ring the hotline, as a caller would."""
    telephone = Telephone(exchange)
    if play is not None:
        number, origin, steps = _script(play, telephone)
        _listen(telephone, telephone.dial(origin, number, steps), click.echo)
        return
    click.echo(HELP)
    rung = _come_near(telephone, origin) if stay else 0
    handset = Handset(telephone=telephone, call=telephone.dial(origin, number))
    _start_typing(handset, sys.stdin)
    _listen(telephone, handset.call, click.echo)
    if stay:
        be_called_back(handset, origin, rung, click.echo)


def _come_near(telephone: Telephone, number: str) -> int:
    """Be there for calls to a number; how many came before."""
    telephone.staff(number, CALLED_BACK)
    return int(telephone.rung(number, 0, wait=0)["next"])


def _script(file: Path, telephone: Telephone) -> tuple[str, str, list[Any]]:
    import yaml  # noqa: PLC0415 - only a played call needs it

    try:
        script.load(file)
    except script.BadScript as fault:
        raise Invalid(f"{file}: {fault}") from fault
    told = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    called = told.get("operators", {}) | told.get("called back", {})
    for somebody, attempts in called.items():
        telephone.staff(somebody, attempts)
    return told["to"], told["from"], told.get("caller", ["stay"])


@dataclass(slots=True, kw_only=True)
class Handset:
    """What a person at the keyboard holds: the telephone, and the present call."""

    telephone: Telephone
    call: str
    gone: bool = False

    def type(self, typed: str) -> bool:
        """Do what a line asks for; whether it was understood."""
        if typed == HANG_UP:
            self.telephone.hang_up(self.call)
        elif typed and set(typed) <= KEYS:
            self.telephone.press(self.call, typed)
        elif len(typed) > 1:
            self.telephone.speak(self.call, typed)
        else:
            return not typed
        return True


def be_called_back(
    handset: Handset, number: str, rung: int, out: Callable[[str], object]
) -> None:
    """Take every call to a number after so many, until the person is gone."""
    out("  (near the telephone; Ctrl-D leaves)")
    while not handset.gone:
        news = handset.telephone.rung(number, rung)
        for call in news["calls"]:
            handset.call = call
            _listen(handset.telephone, call, out)
        rung = news["next"]


def _start_typing(handset: Handset, keyboard: TextIO) -> None:
    # A thread of its own, for reading a line blocks; it dies with the command.
    typing = threading.Thread(target=type_all, args=(handset, keyboard), daemon=True)
    typing.start()


def type_all(handset: Handset, keyboard: TextIO) -> None:
    """Do what is typed, line by line, and hang up at the end."""
    for typed in keyboard:
        if not handset.type(typed.strip()):
            click.echo(HELP)
    handset.gone = True
    handset.telephone.hang_up(handset.call)


def _listen(telephone: Telephone, key: str, out: Callable[[str], object]) -> None:
    after, ended = 0, False
    while not ended:
        news = telephone.hear(key, after)
        for event in news["events"]:
            for line in told(event):
                out(line)
        after, ended = news["next"], news["ended"]


SHOWN = {
    "ringing": "  (ringing)",
    "play": "~ music ~",
    "music": "~ music ~",
    "gather": "  (keys?)",
    "record": "  (words? the hash key ends them)",
    "queue": "  (waiting in the queue)",
    "connected": "  (connected: you are talking)",
    "ended": "  (the call is over)",
}
"""What is always told in the same words."""


def told(event: dict[str, Any]) -> Iterator[str]:
    """A transcript's event as lines for a person; some are of no interest."""
    match event["kind"]:
        case "say":
            yield f"[{event['language']}] {event['text']}"
        case "pressed" | "spoke":
            yield f"  > {event['text']}"
        case kind if kind in SHOWN:
            yield SHOWN[kind]
        case _:
            return
