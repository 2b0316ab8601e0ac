"""``hotline call``: a caller in the terminal.

What is said is printed with its language, keys are typed, waiting is seen. It
talks to the exchange of the house of this folder (``hotline up --with-exchange``), or
to the one that is named. With ``--stay`` the caller stays near the telephone and is
there when called back.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click

from ivr.adapters.content import load
from ivr.bootstrap import noted_exchange, opened, public_url
from ivr.cli.callers import any_caller, next_caller
from ivr.cli.opening import AT_THE_DESK, line_of
from ivr.cli.telephone import Telephone
from ivr.core.model.errors import Conflict, Invalid, NotFound
from ivr.settings import Secrets, Settings

KEYS = frozenset("0123456789*#")
HANG_UP = "h"
HELP = (
    "Type keys and Enter; words are spoken; h and Enter hangs up, and so does Ctrl-D,"
    " for good."
)
CALLED_BACK = {"answers": 3, "does": ["stay"]}
"""Whoever stays picks up after three seconds; the rest is typed."""


@click.command()
@click.argument("number", required=False)
@click.option(
    "--from", "origin", help="The number that calls; by default another each time."
)
@click.option(
    "--exchange", help="Where the exchange is; by default that of the house of here."
)
@click.option(
    "--play",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Let the caller of a call file do the talking.",
)
@click.option("--stay", is_flag=True, help="Stay for being called back.")
def call(
    number: str | None,
    origin: str | None,
    exchange: str | None,
    play: Path | None,
    *,
    stay: bool,
) -> None:
    """Ring the hotline, as a caller would: NUMBER, or the first one of the line."""
    settings = Settings.from_process()
    telephone = Telephone(exchange) if exchange else own_telephone(settings)
    if play is not None:
        _listen(telephone, play_file(play, telephone), click.echo)
        return
    number = number or line_of(load(settings.lines), None).numbers[0]
    origin = origin or _number_of_its_own(settings, is_ours=exchange is None)
    click.echo(HELP)
    click.echo(f"  ({origin} rings {number})")
    rung = _come_near(telephone, origin) if stay else 0
    handset = Handset(telephone=telephone, call=telephone.dial(origin, number))
    _start_typing(handset, sys.stdin)
    _listen(telephone, handset.call, click.echo)
    if stay:
        be_called_back(handset, origin, rung, click.echo)


def own_telephone(settings: Settings) -> Telephone:
    """A telephone at the exchange of the house of this folder, and at no other's."""
    url = noted_exchange(settings)
    if url is None:
        raise NotFound(
            f"the house in {settings.data} has no exchange; start it with: hotline up"
            " --with-exchange, or go to its folder, or name another one's with"
            " --exchange"
        )
    telephone = Telephone(url)
    if not _is_of(settings, telephone.overview()):
        raise Conflict(
            f"the exchange at {url} is another house's, and not that of the house in"
            f" {settings.data}; start this one with: hotline up --with-exchange, or say"
            f" that you mean it: --exchange {url}"
        )
    return telephone


def _is_of(settings: Settings, overview: dict[str, Any]) -> bool:
    """Whether an exchange that tells so of itself leads to the house of here."""
    account = Secrets.load(settings).account_sid
    ours = f"{public_url(settings)}/voice/incoming"
    return overview.get("account") == account and ours in overview.get("voice_urls", ())


def _number_of_its_own(settings: Settings, *, is_ours: bool) -> str:
    """A number to ring from that belongs to nobody of the house, if it is ours."""
    if is_ours:
        return next_caller(settings.data, _taken(settings))
    return any_caller()


def _taken(settings: Settings) -> set[str]:
    with opened(settings, AT_THE_DESK) as here:
        lines = here.content.lines().values()
        own = {number for line in lines for number in (*line.numbers, line.on_call)}
        phones = [here.roster.number(each.id) for each in here.roster.all()]
    return own | {phone.reveal() for phone in phones if phone is not None}


def _come_near(telephone: Telephone, number: str) -> int:
    """Be there for calls to a number; how many came before."""
    telephone.staff(number, CALLED_BACK)
    return int(telephone.rung(number, 0, wait=0)["next"])


def play_file(file: Path, telephone: Telephone) -> str:
    """The call of a call file. The exchange reads it, and says what is wrong there."""
    try:
        return telephone.play(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, Invalid) as fault:
        raise Invalid(f"{file}: {fault}") from fault


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
