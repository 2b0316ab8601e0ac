"""The promises of the queue, each held against a history.

Every promise is a function that names each breach it finds in a sentence. They
are written from what the house promises, not from how it keeps it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations, pairwise

from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import CallerQueued, Fact, to_dict
from ivr.core.model.identifiers import ContactId, LegId
from ivr.core.model.operator import ON_DUTY, Operator, State
from tests.promises.checker.fairness import FairnessWatch
from tests.promises.checker.history import History, Moment, Stay

GIVEN_BACK_WITHIN = timedelta(seconds=2)
"""How long after its deadline an expired claim may still bind anybody."""

SERVED_WITHIN = timedelta(seconds=5)
"""How long somebody able may stand free beside somebody who waits: a late
request for routing is served after a second, and legs are created one by one."""

LED_OUT_WITHIN = timedelta(seconds=8)
"""How long after the longest wait somebody may still be on hold: a caller may ask by
themselves for a few seconds, and then the ticker fetches them."""

LET_GO_WITHIN = timedelta(seconds=20)
"""How long somebody whom we have called may be on the telephone after that was over:
the carrier asks its fallback, which ends the leg, after fifteen seconds."""

BESIDE_FOR = timedelta(seconds=40)
"""How long a caller may wait beside a call that is over: until a document of the wait
is asked for (every 15 s), also when the first of these requests is never answered."""

LAGS = timedelta(seconds=2)
"""By how much the carrier's list of live legs may lag behind."""

RECONCILIATIONS = 2
"""After so many that could see it, nobody is believed to be live who is not. One that
began while the list still lagged sees nothing, nor does one that was refused a word
about that very leg."""

ALONE = timedelta(seconds=90)
"""How long a caller may sit in a room with nobody before that is suspicious: the
lease of a taken claim, or the minute within which the next request is expected."""

STORY: Mapping[str, Mapping[str, str]] = {
    "": {"call-started": "menu"},
    "menu": {"caller-queued": "waiting", "call-ended": "gone"},
    "waiting": {
        "caller-queued": "waiting",
        "offer-made": "claimed",
        "callback-promised": "told so",
        "call-ended": "gone",
    },
    "claimed": {"offer-ended": "waiting", "caller-connected": "connected"},
    "connected": {"talk-ended": "after"},
    "after": {"caller-queued": "waiting", "call-ended": "gone"},
    "told so": {"call-ended": "promised", "callback-ended": "gone"},
    "gone": {"callback-promised": "promised"},
    "promised": {
        "offer-made": "called",
        "caller-queued": "waiting",
        "callback-promised": "promised",
        "callback-ended": "over",
        "person-left": "over",
    },
    "called": {"offer-ended": "promised", "caller-connected": "talking"},
    "talking": {"callback-ended": "talking", "talk-ended": "asked"},
    "asked": {"caller-queued": "promised", "person-left": "over"},
    "over": {},
}
"""Where each fact of a call may lead: a caller is always in exactly one of these.
Somebody who was promised a call back is in it again, after the end of the call."""

MOVES = frozenset(fact for moves in STORY.values() for fact in moves)
BINDS = frozenset({Stage.CLAIMED, Stage.CONNECTED})
ONCE_A_CLAIM = (
    *("offer-made", "offer-rung", "offer-taken", "caller-connected"),
    *("operator-invited", "operator-joined"),
)
RETURNS = 2
"""After so many talks that broke off, a caller queues in a new place."""

USED = ("talk-ended", "operator-parted", "caller-returned")
"""What may change an arrival: a talk uses it up, or another call's place is taken."""
ENDS = ("offer-ended", "talk-ended", "operator-parted")

Breaches = Iterator[str]
Place = tuple[str, str, datetime]


def nobody_is_lost(history: History) -> Breaches:
    """Every caller has one beginning, one way and one end, and is somewhere."""
    for call, facts in _by_call(history).items():
        yield from _odd_ways(call, facts)
    for call in sorted(history.callers):
        names = Counter(fact.name for fact in _by_call(history).get(call, ()))
        for name in ("call-started", "call-ended"):
            if names[name] != 1:
                yield f"{call} has {names[name]} facts {name}"
    for moment in history.moments:
        yield from _misplaced(moment)
        yield from _stranded(history, moment)
    yield from _unknown_on_line(history)
    yield from _beside_nobody(history)


def nobody_is_in_two_talks(history: History) -> Breaches:
    """No operator has two callers, no caller two operators: facts and rooms."""
    bound: dict[str, str] = {}
    for _, fact in history.facts:
        yield from _bound_twice(bound, fact)
    expected = _expected_in_rooms(history)
    people, rooms = defaultdict(list), defaultdict(set)
    for stay in history.stays:
        people[stay.person].append(stay)
        rooms[stay.room, stay.is_caller].add(stay.person)
    for person, stays in people.items():
        if any(_overlap(*pair) for pair in combinations(stays, 2)):
            yield f"{person} was in two rooms at once"
    for (room, is_caller), inside in rooms.items():
        if len(inside) > (1 if is_caller else expected[room]):
            yield f"room {room} held {', '.join(sorted(inside))}"


def a_token_counts_once(history: History) -> Breaches:
    """A claim is made, rung, taken, begun and ended once, and ends in time."""
    claims: dict[str, Counter[str]] = defaultdict(Counter)
    for _, fact in history.facts:
        if claim := getattr(fact, "claim", None):
            claims[claim][fact.name] += 1
    for claim, names in claims.items():
        yield from _miscounted(claim, names)
    for moment in history.moments:
        for each in moment.claims:
            if each.deadline and moment.at - each.deadline > GIVEN_BACK_WITHIN:
                yield f"{moment.at}: {each.state} claim {each.id} outlived its lease"


def no_wake_up_is_lost(history: History) -> Breaches:
    """Nobody with a place waits beside somebody who is free and may take them.

    By the rules that are in force, so that publishing others touches at once
    those who wait already.
    """
    since: dict[tuple[object, ...], datetime] = {}
    for moment in history.moments:
        pairs = set(_servable(moment))
        since = {pair: since.get(pair, moment.at) for pair in pairs}
        for pair, began in since.items():
            if moment.at - began > SERVED_WITHIN:
                yield f"{moment.at}: {pair[0]} waits beside {pair[2]}, since {began}"


def publishing_resets_nothing(history: History) -> Breaches:
    """Whoever waits keeps the arrival; whoever is missed keeps the count."""
    yield from _new_arrivals(history)
    first = Counter(
        fact.call
        for _, fact in history.facts
        if fact.name == "caller-queued" and not getattr(fact, "again", False)
    )
    # Whoever waits beside another call of the same number may take its place.
    places = Counter(f.call for _, f in history.facts if f.name == "caller-returned")
    yield from (
        f"{call} was queued anew {n} times"
        for call, n in first.items()
        if n > 1 + places[call]
    )
    for before, after in pairwise(history.moments):
        if before.rules != after.rules:
            yield from _forgotten(before, after)


def _new_arrivals(history: History) -> Breaches:
    """Arrivals that have changed, though nothing had used them up."""
    changes = {(fact.call, fact.at) for _, fact in history.facts if fact.name in USED}
    arrivals: dict[ContactId, datetime] = {}
    for moment in history.moments:
        for call in moment.calls:
            if call.arrival.at is None:
                continue
            before = arrivals.setdefault(call.id, call.arrival.at)
            used = any(
                who == call.id and before < at <= moment.at for who, at in changes
            )
            renews = call.arrival.at < before and call.arrival.at in arrivals.values()
            if renews and call.callback.request is not None:
                continue  # an earlier promise to the same number has lent its own
            if before != call.arrival.at and not used:
                yield f"{moment.at}: {call.id} has a new arrival"
            arrivals[call.id] = call.arrival.at


def every_fact_is_kept_once(history: History) -> Breaches:
    """What was confirmed is in the call log, and nothing is there twice."""
    entries = Counter(entry for entry, _ in history.facts)
    yield from (
        f"entry {entry} is kept {n} times" for entry, n in entries.items() if n > 1
    )
    if history.added != len(entries):
        yield f"of {history.added} facts in the journal {len(entries)} are in the log"
    kept = Counter(_text(fact) for _, fact in history.facts)
    lost = Counter(_text(fact) for fact in history.told) - kept
    yield from (f"confirmed and not kept: {text}" for text in lost)


def everybody_leaves_in_the_end(history: History) -> Breaches:
    """After the last caller has hung up nobody is held by anything."""
    last = history.moments[-1]
    for call in last.calls:
        # A promise may be for another day, or is to be kept in writing.
        if call.stage is not Stage.PROMISED or not call.callback.request or call.leg:
            yield f"{call.id} is {call.stage} for ever"
    yield from (f"claim {claim.id} is {claim.state} for ever" for claim in last.claims)
    for operator in last.operators:
        if operator.claim or operator.leg or operator.state in _BUSY:
            yield f"{operator.id} is {operator.state} for ever"


def nobody_waits_for_ever(history: History) -> Breaches:
    """Whoever has waited as long as anybody may is led to a way out, asked or not."""
    since: dict[ContactId, datetime] = {}
    for moment in history.moments:
        late = {call.id for call in moment.calls if _waits_too_long(call, moment)}
        since = {call: since.get(call, moment.at) for call in late}
        for call, began in since.items():
            if moment.at - began > LED_OUT_WITHIN:
                yield f"{moment.at}: {call} waits on, and should not since {began}"


def _waits_too_long(call: Contact, moment: Moment) -> bool:
    since = call.wait.since or call.arrival.at or call.started
    on_hold = call.stage is Stage.WAITING and call.leg and not call.exit_menu.is_open
    return bool(on_hold) and moment.at - since > moment.rules.wait.longest_wait


def no_message_is_lost(history: History) -> Breaches:
    """Whatever somebody has said after the tone is known, and once."""
    known = Counter(
        getattr(fact, "recording", "")
        for _, fact in history.facts
        if fact.name == "message-left"
    )
    for recording in history.recorded:
        if known[recording] != 1:
            yield f"message {recording} is known {known[recording]} times"


def nobody_is_starved(history: History) -> Breaches:
    """Whoever comes back again and again does not keep others waiting."""
    yield from FairnessWatch().breaches(fact for _, fact in history.facts)


PROMISES: Mapping[str, Callable[[History], Breaches]] = {
    promise.__name__: promise
    for promise in (
        nobody_is_lost,
        nobody_is_in_two_talks,
        a_token_counts_once,
        no_wake_up_is_lost,
        publishing_resets_nothing,
        every_fact_is_kept_once,
        everybody_leaves_in_the_end,
        nobody_waits_for_ever,
        no_message_is_lost,
        nobody_is_starved,
    )
}


def breaches(history: History) -> dict[str, list[str]]:
    """Every breach by the promise that is broken; nothing when all are kept."""
    found = {name: list(promise(history)) for name, promise in PROMISES.items()}
    return {name: told for name, told in found.items() if told}


def first_come_first_claimed(history: History) -> Breaches:
    """Of one language and class whoever came first is claimed first.

    Only in a history in which nobody acts at the same time as another: between
    a look and a claim an earlier caller may come back to the queue.
    """
    places: dict[ContactId, Place] = {}
    talks: Counter[ContactId] = Counter()
    waiting: set[ContactId] = set()
    invited = _invited(fact for _, fact in history.facts)
    for _, fact in history.facts:
        if fact.call is None or getattr(fact, "claim", "") in invited:
            continue
        talks[fact.call] += fact.name == "talk-ended"
        if isinstance(fact, CallerQueued):
            # A place is given back after a first talk that broke off, and then spent.
            if talks[fact.call] >= RETURNS:
                places.pop(fact.call, None)
            places.setdefault(fact.call, (fact.language, fact.urgency, fact.at))
        if fact.name in {"caller-queued", "offer-ended"}:
            waiting.add(fact.call)
        if fact.name == "offer-made":
            yield from _passed_over(fact.call, waiting, places)
        if fact.name in {"offer-made", "call-ended"}:
            waiting.discard(fact.call)


def _passed_over(
    served: ContactId, waiting: Iterable[ContactId], places: Mapping[ContactId, Place]
) -> Breaches:
    *queue, arrived = places[served]
    for call in waiting:
        *where, when = places[call]
        if where == queue and when < arrived:
            yield f"{served} was claimed before {call}, who came earlier"


# --- callers --------------------------------------------------------------


def _by_call(history: History) -> dict[ContactId, list[Fact]]:
    found: dict[ContactId, list[Fact]] = defaultdict(list)
    for _, fact in history.facts:
        if fact.call is not None:
            found[fact.call].append(fact)
    return found


def _odd_ways(call: ContactId, facts: Sequence[Fact]) -> Breaches:
    # That a talk began may be learned when it is over: the log alone is told.
    over = {getattr(fact, "claim", "") for fact in facts if fact.name == "offer-ended"}
    place, invited = "", _invited(facts)
    for fact in facts:
        if fact.name == "offer-ended" and getattr(fact, "claim", "") in invited:
            continue  # of a colleague who was to come into the talk: it went on
        late = fact.name == "caller-connected" and getattr(fact, "claim", "") in over
        if fact.name not in MOVES or late:
            continue
        if fact.name not in STORY[place]:
            yield f"{call}: {fact.name} while {place or 'unknown'}"
            return
        place = STORY[place][fact.name]


def _invited(facts: Iterable[Fact]) -> set[str]:
    """The claims by which somebody was asked into the talk of another one."""
    return {
        getattr(fact, "claim", "") for fact in facts if fact.name == "operator-invited"
    }


def _misplaced(moment: Moment) -> Breaches:
    queues = Counter(moment.queued)
    claims = Counter(claim.call for claim in moment.claims if not claim.is_invitation)
    for call in moment.calls:
        due = (_has_place(call), call.stage in BINDS)
        if (queues.pop(call.id, 0), claims.pop(call.id, 0)) != due:
            yield f"{moment.at}: {call.id} is {call.stage}, and not where that is"
    yield from (f"{moment.at}: {call} is queued and gone" for call in queues)
    yield from (f"{moment.at}: {call} is claimed and gone" for call in claims)
    ids = {claim.id for claim in moment.claims}
    for claim in moment.claims:
        host = claim.companions.host
        if host is not None and host not in ids:
            yield f"{moment.at}: {claim.id} joins a talk that is over"
    bound = {claim.id: claim.operator for claim in moment.claims}
    held = {each.claim: each.id for each in moment.operators if each.claim}
    if bound != held:
        yield f"{moment.at}: operators and claims do not agree"


def _has_place(call: Contact) -> bool:
    """Whether a call waits in a place of its own: of one number only one does."""
    return call.stage is Stage.WAITING and not call.wait.beside


def _beside_nobody(history: History) -> Breaches:
    """Somebody waits beside another call of their number, and there is none."""
    since: dict[ContactId, datetime] = {}
    for moment in history.moments:
        left = {
            call.id
            for call in _left_beside(moment)
            if not _is_off(history, call, moment.at)
        }
        since = {call: since.get(call, moment.at) for call in left}
        for call, began in since.items():
            if moment.at - began > BESIDE_FOR:
                yield f"{moment.at}: {call} waits beside nobody since {began}"


def _left_beside(moment: Moment) -> list[Contact]:
    held = {call.caller.pseudonym for call in moment.calls if _holds_place(call)}
    beside = (call for call in moment.calls if call.wait.beside)
    return [call for call in beside if call.caller.pseudonym not in held]


def _is_off(history: History, call: Contact, at: datetime) -> bool:
    over = history.hung_up.get(leg_of_contact(call.id))
    return over is not None and over <= at


def _holds_place(call: Contact) -> bool:
    """Whether a call waits in its place, or is offered out of it."""
    return _has_place(call) or call.stage is Stage.CLAIMED


def _unknown_on_line(history: History) -> Breaches:
    """Somebody is on the telephone of whom no state tells.

    Whom we have called may be let go while they are asked. If the process dies then, or
    the carrier refuses to end the leg, they hang up, or are told at their next request.
    """
    since: dict[LegId, datetime] = {}
    for moment in history.moments:
        unknown = moment.on_line - {_leg_of(each) for each in moment.calls}
        since = {leg: since.get(leg, moment.at) for leg in unknown}
        for leg, began in since.items():
            if leg not in history.dialled or moment.at - began > LET_GO_WITHIN:
                yield f"{moment.at}: {leg} is on the telephone and in no state of ours"


def _leg_of(call: Contact) -> LegId:
    """The leg that a caller is on, or rang on."""
    return call.leg or leg_of_contact(call.id)


def _stranded(history: History, moment: Moment) -> Breaches:
    for call in moment.calls:
        ended = history.hung_up.get(call.leg) if call.leg else None
        if ended and _should_be_known(history, _leg_of(call), ended, moment.at):
            yield f"{moment.at}: {call.id} hung up at {ended} and is {call.stage}"
    for caller, since in moment.alone.items():
        if _should_be_known(history, caller, since + ALONE, moment.at):
            yield f"{moment.at}: {caller} is in a room with nobody since {since}"


def _should_be_known(
    history: History, leg: LegId, since: datetime, at: datetime
) -> bool:
    """Whether the state was held against the carrier's often enough since then."""
    until = at - GIVEN_BACK_WITHIN
    refused = [when for when, of in history.refused if of == leg]
    through = [
        (begun, done)
        for begun, done in history.reconciled
        if begun > since + LAGS and done < until
    ]
    seeing = [
        (begun, done)
        for begun, done in through
        if not any(begun <= when <= done for when in refused)
    ]
    return len(seeing) >= RECONCILIATIONS


# --- talks ----------------------------------------------------------------


def _expected_in_rooms(history: History) -> Counter[str]:
    """How many operators may ever have been in a room: its own, and those invited."""
    invited = Counter(
        fact.call for _, fact in history.facts if fact.name == "operator-invited"
    )
    rooms: Counter[str] = Counter()
    for _, fact in history.facts:
        if fact.name == "offer-made":
            rooms[getattr(fact, "claim", "")] = 1 + invited[fact.call]
    return rooms


def _bound_twice(bound: dict[str, str], fact: Fact) -> Breaches:
    operator, claim = getattr(fact, "operator", ""), getattr(fact, "claim", "")
    sides = {
        "offer-made": (operator, str(fact.call)),
        "operator-invited": (operator,),
    }.get(fact.name, ())
    for side in sides:
        if side in bound:
            yield f"{side} is promised by {claim} and by {bound[side]}"
        bound[side] = claim
    if fact.name == "call-transferred" and getattr(fact, "kind", "") == "warm":
        bound[str(fact.call)] = bound.get(getattr(fact, "to", ""), "nobody")
    if fact.name in ENDS:
        # The caller of an operator who parts is with the one who was invited.
        stays = fact.name == "operator-parted"
        for side in (operator,) if stays else (operator, str(fact.call)):
            if bound.get(side) == claim:
                del bound[side]


def _overlap(one: Stay, other: Stay) -> bool:
    begins_before_end = other.until is None or one.since < other.until
    ends_after_begin = one.until is None or other.since < one.until
    return begins_before_end and ends_after_begin


def _miscounted(claim: str, names: Counter[str]) -> Breaches:
    for name in ONCE_A_CLAIM:
        if names[name] > 1:
            yield f"claim {claim} has {names[name]} facts {name}"
    if (ends := sum(names[name] for name in ENDS)) != 1:
        yield f"claim {claim} has {ends} ends"


# --- those who wait, and those who are free --------------------------------

_BUSY = frozenset({State.RINGING, State.TALKING})


def _servable(moment: Moment) -> Iterator[tuple[object, ...]]:
    free = [each for each in moment.operators if _is_free(each, moment.at)]
    for call in moment.calls:
        if _has_place(call) and not _is_kept_from(call, free, moment):
            for each in free:
                if _may_take(each, call, moment):
                    yield call.id, call.rev, each.id, each.rev


def _is_free(operator: Operator, at: datetime) -> bool:
    cooling = operator.due is not None and operator.due > at
    is_up = operator.is_reachable
    return operator.state is State.AVAILABLE and is_up and not cooling


def _may_take(operator: Operator, call: Contact, moment: Moment) -> bool:
    if call.need.language == operator.profile.languages[0]:
        return True
    at_home = {
        each.profile.languages[0] for each in moment.operators if each.state in ON_DUTY
    }
    delay = moment.rules.relax.second_language_after
    waited = moment.at - (call.arrival.at or call.started)
    is_open = call.need.language not in at_home or waited >= delay
    return is_open and call.need.language in operator.profile.languages


def _is_kept_from(call: Contact, free: Sequence[Operator], moment: Moment) -> bool:
    hours = moment.rules.hours_at(moment.rules.local(moment.at))
    reserve = hours.reserve if hours else {}
    kept = sum(count for name, count in reserve.items() if name != call.need.urgency)
    return len(free) <= kept


def _forgotten(before: Moment, after: Moment) -> Breaches:
    missed = {each.id: each for each in before.operators}
    for each in after.operators:
        known = missed.get(each.id)
        if known is None or (known.rev == each.rev and known != each):
            yield f"{after.at}: {each.id} was changed by other rules"


def _text(fact: Fact) -> str:
    """A fact as it can be compared; a sealed text is another each time."""
    told = {key: str(value) for key, value in to_dict(fact).items() if key != "area"}
    return str(sorted(told.items()))
