"""``hotline call``: a caller in the terminal.

The command prints the words with their language, takes keys, and shows the wait. It
talks to the exchange of this folder's service (``hotline up --with-exchange``), or to
the one that is named. With ``--stay`` the caller stays near the telephone and answers
when called back.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click

from ivr.bootstrap.app import known_exchange, open_app, public_url
from ivr.bootstrap.lines import load_lines
from ivr.cli.callers import next_caller, pick_caller
from ivr.cli.opening import AT_THE_DESK, pick_line
from ivr.cli.telephone import ExchangeTelephone
from ivr.core.model.errors import Conflict, Invalid, NotFound
from ivr.settings import Secrets, Settings

KEYS = frozenset("0123456789*#")
HANG_UP = "h"
HELP = (
    "Type keys and Enter; words are spoken; h and Enter hangs up, and so does Ctrl-D,"
    " for good."
)
CALLED_BACK = {"answers": 3, "does": ["stay"]}
"""A caller who stays picks up after three seconds; the rest is typed."""


@click.command("call")
@click.argument("number", required=False)
@click.option(
    "--from",
    "origin",
    help="The number to call from; by default another one each time.",
)
@click.option(
    "--exchange",
    help="Address of the exchange; by default that of this folder's service.",
)
@click.option(
    "--play",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Play the caller of a call file.",
)
@click.option(
    "--stay", is_flag=True, help="Stay near the telephone, and answer when called back."
)
def place_call(
    number: str | None,
    origin: str | None,
    exchange: str | None,
    play: Path | None,
    *,
    stay: bool,
) -> None:
    """Ring the hotline as a caller would: NUMBER, or the first one of the line."""
    settings = Settings.from_process()
    telephone = ExchangeTelephone(exchange) if exchange else connect_telephone(settings)
    if play is not None:
        _follow_call(telephone, play_call_file(play, telephone), click.echo)
        return
    number = number or pick_line(load_lines(settings.lines), None).numbers[0]
    origin = origin or _choose_number(settings, is_ours=exchange is None)
    click.echo(HELP)
    click.echo(f"  ({origin} rings {number})")
    rung = _answer_here(telephone, origin) if stay else 0
    handset = Handset(telephone=telephone, call=telephone.place_call(origin, number))
    _start_typing(handset, sys.stdin)
    _follow_call(telephone, handset.call, click.echo)
    if stay:
        await_callbacks(handset, origin, rung, click.echo)


def connect_telephone(settings: Settings) -> ExchangeTelephone:
    """Connect to the exchange of this folder's service, and to no other."""
    url = known_exchange(settings)
    if url is None:
        raise NotFound(
            f"the service in {settings.data} has no exchange; start it with: hotline up"
            " --with-exchange, or go to its folder, or name another one's with"
            " --exchange"
        )
    telephone = ExchangeTelephone(url)
    if not _is_own_exchange(settings, telephone.get_overview()):
        raise Conflict(
            f"the exchange at {url} is another service's, not that of the service in"
            f" {settings.data}; start this one with: hotline up --with-exchange, or say"
            f" that you mean it: --exchange {url}"
        )
    return telephone


def _is_own_exchange(settings: Settings, overview: dict[str, Any]) -> bool:
    """Whether the exchange with this overview calls this folder's service."""
    account = Secrets.load_secrets(settings).account_sid
    ours = f"{public_url(settings)}/voice/incoming"
    return overview.get("account") == account and ours in overview.get("voice_urls", ())


def _choose_number(settings: Settings, *, is_ours: bool) -> str:
    """Choose a number to call from that no operator or line of ours has."""
    if is_ours:
        return next_caller(settings.data, _numbers_in_use(settings))
    return pick_caller()


def _numbers_in_use(settings: Settings) -> set[str]:
    with open_app(settings, AT_THE_DESK) as context:
        lines = context.ports.content.lines().values()
        own = {each for line in lines for each in (*line.numbers, line.phones.on_call)}
        phones = [
            context.ports.roster.number(each.id) for each in context.ports.roster.all()
        ]
    return own | {phone.reveal() for phone in phones if phone is not None}


def _answer_here(telephone: ExchangeTelephone, number: str) -> int:
    """Answer calls to a number from now on; return how many came before."""
    telephone.staff_number(number, CALLED_BACK)
    return int(telephone.calls_to(number, 0, wait=0)["next"])


def play_call_file(file: Path, telephone: ExchangeTelephone) -> str:
    """Play a call file; the exchange reads it, and says what is wrong there."""
    try:
        return telephone.play_script(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, Invalid) as fault:
        raise Invalid(f"{file}: {fault}") from fault


@dataclass(slots=True, kw_only=True)
class Handset:
    """The handset of a person at the keyboard: the telephone, and the present call."""

    telephone: ExchangeTelephone
    call: str
    gone: bool = False

    def type_line(self, typed: str) -> bool:
        """Do a typed line; return whether it was understood."""
        if typed == HANG_UP:
            self.telephone.hang_up(self.call)
        elif typed and set(typed) <= KEYS:
            self.telephone.press_keys(self.call, typed)
        elif len(typed) > 1:
            self.telephone.speak_text(self.call, typed)
        else:
            return not typed
        return True


def await_callbacks(
    handset: Handset, number: str, rung: int, out: Callable[[str], object]
) -> None:
    """Take every further call to a number, until the person is gone."""
    out("  (near the telephone; Ctrl-D leaves)")
    while not handset.gone:
        news = handset.telephone.calls_to(number, rung)
        for call in news["calls"]:
            handset.call = call
            _follow_call(handset.telephone, call, out)
        rung = news["next"]


def _start_typing(handset: Handset, keyboard: TextIO) -> None:
    # A thread of its own, for reading a line blocks; it dies with the command.
    typing = threading.Thread(target=type_lines, args=(handset, keyboard), daemon=True)
    typing.start()


def type_lines(handset: Handset, keyboard: TextIO) -> None:
    """Do the typed lines one by one, and hang up at the end."""
    for typed in keyboard:
        if not handset.type_line(typed.strip()):
            click.echo(HELP)
    handset.gone = True
    handset.telephone.hang_up(handset.call)


def _follow_call(
    telephone: ExchangeTelephone, key: str, out: Callable[[str], object]
) -> None:
    after, ended = 0, False
    while not ended:
        news = telephone.hear_events(key, after)
        for event in news["events"]:
            for line in transcript_lines(event):
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
"""Events that are always shown in the same words."""


def transcript_lines(event: dict[str, Any]) -> Iterator[str]:
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
