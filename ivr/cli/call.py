"""``hotline call``: a caller in the terminal.

What is said is printed with its language, keys are typed, waiting is seen. It
talks to the exchange of ``hotline up --with-exchange`` or ``make demo``.
"""

import sys
import threading
from collections.abc import Callable, Iterator
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
HELP = "Type keys and Enter; h and Enter (or Ctrl-D) hangs up."


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
def call(number: str, origin: str, exchange: str, play: Path | None) -> None:
    """Ring the hotline, as a caller would."""
    telephone = Telephone(exchange)
    if play is not None:
        number, origin, steps = _script(play, telephone)
        key = telephone.dial(origin, number, steps)
    else:
        click.echo(HELP)
        key = telephone.dial(origin, number)
        _start_typing(telephone, key, sys.stdin)
    _listen(telephone, key, click.echo)


def _script(file: Path, telephone: Telephone) -> tuple[str, str, list[Any]]:
    import yaml  # noqa: PLC0415 - only a played call needs it

    try:
        script.load(file)
    except script.BadScript as fault:
        raise Invalid(f"{file}: {fault}") from fault
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    for operator, attempts in told.get("operators", {}).items():
        telephone.staff(operator, attempts)
    return told["to"], told["from"], told.get("caller", ["stay"])


def _start_typing(telephone: Telephone, key: str, keyboard: TextIO) -> None:
    # A thread of its own, for reading a line blocks; it dies with the command.
    typing = threading.Thread(
        target=_type, args=(telephone, key, keyboard), daemon=True
    )
    typing.start()


def _type(telephone: Telephone, key: str, keyboard: TextIO) -> None:
    for typed in keyboard:
        keys = typed.strip()
        if keys == HANG_UP:
            break
        if keys and set(keys) <= KEYS:
            telephone.press(key, keys)
        elif keys:
            click.echo(HELP)
    telephone.hang_up(key)


def _listen(telephone: Telephone, key: str, out: Callable[[str], object]) -> None:
    after, ended = 0, False
    while not ended:
        news = telephone.hear(key, after)
        for event in news["events"]:
            for line in told(event):
                out(line)
        after, ended = news["next"], news["ended"]


def told(event: dict[str, Any]) -> Iterator[str]:
    """A transcript's event as lines for a person; some are of no interest."""
    match event["kind"]:
        case "say":
            yield f"[{event['language']}] {event['text']}"
        case "play" | "music":
            yield "~ music ~"
        case "gather":
            yield "  (keys?)"
        case "pressed":
            yield f"  > {event['text']}"
        case "queue":
            yield "  (waiting in the queue)"
        case "connected":
            yield "  (connected: you are talking)"
        case "ended":
            yield "  (the call is over)"
        case _:
            return
