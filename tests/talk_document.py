"""``docs/talk.md``, made from the code: ``python -m tests.talk_document`` writes it.

The tables are those that ``decide`` looks up, with the first line of each step. What
leads from phase to phase is what walks by chance, of fixed seeds, really do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

from ivr.core.talk import deciding
from ivr.core.talk.answers import Answer
from ivr.core.talk.connections import calling_back, putting_through
from ivr.core.talk.decision import Decision
from ivr.core.talk.events import (
    CallbackRevoked,
    CallerCameOut,
    CallerHungUp,
    PersonAgreed,
    StandingLegEnded,
)
from ivr.core.talk.requests import Request
from ivr.core.talk.table import ALL, TABLE
from ivr.core.talk.talk import Phase
from tests.core.talk.walks.walk import Seen, wander

PATH = Path(__file__).parent.parent / "docs" / "talk.md"
WALKS = range(1, 1_001)
STEPS_OF_OTHERS: Mapping[type, Callable[..., Decision]] = {
    CallerHungUp: deciding._hang_up,
    CallerCameOut: deciding._come_out,
    CallbackRevoked: deciding._revoke_callback,
    PersonAgreed: calling_back.reach_person,
    StandingLegEnded: putting_through.cut_off,
}
NAMED = 4
"""So many events are named at an arrow, those that are seen most."""

INTRODUCTION = """\
# A talk, from the claim to the last leg's end

This page is made from the code. `python -m tests.talk_document` writes it; do not
edit it.

**A claim** is the promise of one caller and one operator to each other. Routing makes
it. While it is open it binds both: nobody else is offered that caller or that operator.
Every open claim has a deadline, its *lease*; only a talk in its room has none. When
the lease is over, the claim goes on or gives both sides back, even if the process that
made it has died. An **invitation** is a claim of its own that joins the claim of
another operator's talk: the *host* has the caller, the invited colleague is the
*guest*.

Everything that happens is an **event**: the carrier, a desk or the clock tells it.
One pure function decides: `decide` in `ivr/core/talk/deciding.py`. It gets the talk
as it was loaded. It says what to save, which **requests** to do afterwards, and what to
**answer** the leg that asks. The result of a request is the next event. Events may come
late, twice, or in another order; each names its claim and leg, so that late ones can be
told from new ones.

## How a room ends, and what "interrupted" means

A room of two ends for both when one leg leaves it. The carrier does that by itself
(`endConferenceOnExit`), and brings the other leg to a document of ours. While a guest
is inside, the operators' legs do not end the room; the caller's leg always does.
`goes_on` of a claim says that its room may outlive its operator.

A telephone that leaves has hung up: the talk is over. **A browser that leaves may
have been cut off, so the talk is interrupted.** Nobody hangs up for the operator: the
claim stays open for a while in one of three phases, and has a lease again.

- `dropped`: the browser is gone. The caller is in no room, and hears a sentence, then a
  tone, for 20 seconds at the most.
- `reconnecting`: the page is back, and a new leg to it is on its way, within the
  same 20 seconds.
- `rejoining`: both are on their way back into the room, within 10 seconds.

With both inside again it is `talking`. If the lease ends first, the carrier is asked
who is inside; when they are not together the talk is over, and the caller is asked
what is next.

**With a guest inside no talk is interrupted by the host**: the guest keeps the
caller. The guest's claim becomes that of the talk, joins no other any more, and stays
in the same room. The host's claim ends with the reason `transferred`, and the host's
time to breathe begins. A guest whose browser drops has left, like one who hangs up: the
guest breathes, and host and caller talk on.

### The operator's browser drops while a guest is in, and the caller hangs up

1. `LegEnded`, or `LeftRoom`, says that the host's leg is gone. The guest is inside, so
   the caller is the guest's: the host's claim is `over`, the guest's is `talking`. The
   carrier is asked to let the room end with the guest's leg from now on
   (`EndRoomWithOperator`), and to take the caller off hold if need be. The caller and
   the guest talk on and hear no difference; the host's page, when it is back, finds the
   call handed over. Written down: `operator-parted` (`transferred`), `call-transferred`
   (`warm`), and `caller-unheld` once it is so. (Where the room has ended all the same,
   the guest's claim is `rejoining`, and both are sent in again.)
2. `LeftRoom` of the caller's leg, or `CallerHungUp`, ends the talk (while it is
   `rejoining`, only `CallerHungUp` does: both have left the room): the guest's claim
   is `over`, the guest's time to breathe begins, and routing is asked. `CallerHungUp`
   ends the call. The room ends with the caller's leg, and the guest's leg asks
   (`OperatorCameOut`): it hears that the talk is over, and is hung up; on a standing
   line it stays. The room keeps the name of the host's claim, so later notices name a
   claim that is over; they are taken for the guest's. Written down: `talk-ended` (by
   the caller) of the guest's claim, and `call-ended` (`answered`) with
   `CallerHungUp`. The row in the call log keeps the host, who answered first.
3. If the caller hangs up **first**, the talk is over for both: both claims end, and
   both operators breathe: `talk-ended` is written of the host's claim,
   `operator-parted` (`caller`) of the guest's. What the carrier tells about the host's
   browser afterwards only says that the operator can be rung again.
4. If the guest was **invited but not inside** when the browser dropped, the talk is
   interrupted, and the guest may still come in and keep the caller. If the caller
   hangs up meanwhile, the invitation is over as well (`offer-ended`, `caller-left`):
   a telephone that rings stops, a guest who has picked up is told, and has missed
   nothing. The host's claim is over too: `talk-ended` (by the caller), and the host
   breathes. If the 20 seconds pass first, the invitation ends as `withdrawn`.

An operator who breathes is free after `wrap_up.seconds`, and not before an owed record
is written. One who chose during the talk to be away or offline is so at once, and one
who chose to be available too unless a record is owed. A host whose page does not come
back is away after that. A browser is rung again only once we know
that its leg is over (`LegEnded`).
"""

PHASES = {
    Phase.UNKNOWN: "The claim is unknown: it ended long ago, or the store was lost.",
    Phase.MADE: "Both are promised to each other; nobody has been rung yet.",
    Phase.DIALLING: "One process is creating the operator's leg.",
    Phase.RINGING: "The carrier has the leg.",
    Phase.ANSWERED: "The operator has picked up and is asked for a key.",
    Phase.TAKEN: "The operator has agreed, or stands on the line; both go to the room.",
    Phase.TALKING: "Both are in the room.",
    Phase.DROPPED: "The operator's browser has dropped out of the talk.",
    Phase.RECONNECTING: "A new leg to that browser is on its way.",
    Phase.REJOINING: "The room has ended, and both are on their way back into it.",
    Phase.OVER: "The claim binds nobody any more.",
}


def write_document() -> str:
    """The whole page."""
    seen = _seen()
    parts = (
        [INTRODUCTION],
        ["## Phases\n", *_rows(("phase", "meaning"), _phases()), ""],
        ["## What leads from phase to phase\n", *_diagram(seen)],
        ["## Events\n", *_events()],
        ["## Events of callers and standing legs\n", *_others()],
        ["## Requests\n", *_requests(seen), ""],
        ["## Answers\n", *_rows(("answer", "what"), _first_lines(get_args(Answer)))],
    )
    return "\n".join(line for part in parts for line in part) + "\n"


@cache
def _seen() -> Seen:
    """What walks of fixed seeds do, without events that come from nowhere."""
    seen = Seen()
    for seed in WALKS:
        wander(seed, seen, is_wild=False)
    return seen


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(head)
    yield _row(("---",) * len(head))
    for each in rows:
        yield _row(each)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _phases() -> Iterator[tuple[str, str]]:
    for phase, meaning in PHASES.items():
        yield f"`{phase}`", meaning


def _diagram(seen: Seen) -> Iterator[str]:
    yield "Each arrow names its most frequent events. Events of the host, the guest or"
    yield "the caller may also end every phase.\n"
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield "    [*] --> made: routing, or InviteAsked"
    for (before, after), kinds in sorted(_edges(seen).items()):
        yield f"    {before} --> {after}: {', '.join(kinds)}"
    yield "    over --> [*]"
    yield "```\n"


def _edges(seen: Seen) -> dict[tuple[str, str], list[str]]:
    """The events that lead from phase to phase, those first that are seen most."""
    found = defaultdict[tuple[str, str], list[tuple[int, str]]](list)
    for (before, after, kind), count in seen.edges.items():
        if before is not Phase.UNKNOWN:
            found[before.value, after.value].append((-count, kind.__name__))
    return {
        edge: [name for _, name in sorted(kinds)[:NAMED]]
        for edge, kinds in found.items()
    }


def _events() -> Iterator[str]:
    for kind, found in TABLE.items():
        yield f"### {kind.__name__}\n"
        yield f"{_first_line(kind)}\n"
        yield from _rows(("phase", "what happens"), _steps(kind))
        silent = [each for each in ALL if each not in found.steps]
        if silent:
            names = ", ".join(f"`{each}`" for each in silent)
            yield f"| {names} | nothing changes: {found.otherwise} |"
        yield ""


def _steps(kind: Any) -> Iterator[tuple[str, str]]:
    """Each step, with the phases in which it is taken."""
    steps: dict[Callable[..., Any], list[str]] = {}
    for phase, step in TABLE[kind].steps.items():
        steps.setdefault(step, []).append(f"`{phase}`")
    for step, phases in steps.items():
        yield ", ".join(phases), _first_line(step)


def _others() -> Iterator[str]:
    yield "They concern a call or an operator, in every phase of a claim.\n"
    yield from _rows(("event", "what it tells", "what happens"), _others_rows())
    yield ""


def _others_rows() -> Iterator[tuple[str, str, str]]:
    for event, step in STEPS_OF_OTHERS.items():
        yield f"`{event.__name__}`", _first_line(event), _first_line(step)


def _requests(seen: Seen) -> Iterator[str]:
    yield "Each is done once the decision is saved. One that fails breaks nothing.\n"
    yield from _rows(("request", "what", "possible results"), _replies(seen))


def _replies(seen: Seen) -> Iterator[tuple[str, str, str]]:
    for request in get_args(Request):
        kinds = {kind.__name__ for asked, kind in seen.replies if asked is request}
        replies = ", ".join(f"`{each}`" for each in sorted(kinds))
        yield f"`{request.__name__}`", _first_line(request), replies


def _first_lines(kinds: Iterable[type]) -> Iterator[tuple[str, str]]:
    for each in kinds:
        yield f"`{each.__name__}`", _first_line(each)


def _first_line(of: Any) -> str:
    return (of.__doc__ or "").splitlines()[0]


if __name__ == "__main__":
    PATH.write_text(write_document(), encoding="utf-8")
