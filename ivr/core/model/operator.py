"""An operator: one state at a time, owned by the server."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey, OperatorId
from ivr.core.model.values import replace


class State(StrEnum):
    """What an operator is doing."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap-up"
    AWAY = "away"


class Reach(StrEnum):
    """How an operator is reached."""

    PHONE = "phone"
    BROWSER = "browser"
    SIP = "sip"
    STANDING = "standing"


ON_DUTY = frozenset({State.AVAILABLE, State.RINGING, State.TALKING, State.WRAP_UP})
MISSED = "missed"
"""Why an operator pauses or is away after an offer that they did not take."""
RELOADS = 5
"""How many reloads in a row during a ring we forgive."""
DISABLED = "disabled"
"""Why an operator is offline: ops staff have disabled them."""

CHOOSABLE = frozenset({State.AVAILABLE, State.AWAY, State.OFFLINE})
"""The states that a person may choose; the others follow from calls."""


_ODD = re.compile(rb"[^A-Za-z0-9]")


def identity_of(key: OperatorId) -> str:
    """The name under which an operator's browser registers with the carrier.

    It may hold letters, digits and underscores alone, so every other byte becomes
    an underscore and two hex digits: no two operators share a name.
    """
    plain = _ODD.sub(lambda odd: b"_%02x" % odd[0][0], f"desk-{key}".encode())
    return plain.decode()


class Profile(Struct, frozen=True):
    """What ops staff have entered about an operator: who it is, and how to reach them.

    ``languages`` are in order of ease, the operator's own first; ``team`` may be "".
    """

    name: str
    languages: tuple[str, ...]
    reach: Reach = Reach.PHONE
    team: str = ""


class Telephone(Struct, frozen=True):
    """The operator's number, and what guards a standing line that is called from it.

    ``name`` is the keyed name of the number, which may be another operator's too.
    ``calling`` is a leg on which we ask for the PIN; ``mistyped`` counts the wrong
    PINs, and until ``locked`` we accept none.
    """

    name: str | None = None
    calling: LegId | None = None
    mistyped: int = 0
    locked: datetime | None = None


class Unanswered(Struct, frozen=True):
    """How much an operator left unanswered in a row: offers, and rings in a browser.

    ``reloads`` counts the pages that were left, or loaded again, while they rang.
    """

    missed: int = 0
    reloads: int = 0


class WrapUp(Struct, frozen=True):
    """The time after a talk, to breathe and write.

    ``last`` is the call of the latest talk. ``owes`` is a call whose record still
    misses something that the line requires: the wrap-up lasts until it is written.
    ``extended`` counts how often this wrap-up was made longer.
    """

    last: ContactId | None = None
    owes: ContactId | None = None
    extended: int = 0


class Operator(Struct, frozen=True):
    """One operator as routing sees them; no number, no secret.

    ``idle_since`` orders by longest idle. ``due`` is when a timed state ends: wrap-up,
    or the cool-down of an operator who is available but missed or refused an offer.
    ``wish`` is a state chosen during a call, for when the call is over. ``why`` says
    why the state is what it is, where that is not plain: missed, declined …

    ``leg`` is the carrier's leg to the telephone or browser while it is up. Nobody
    rings an operator who has one: an operator whose caller is gone may still hold the
    receiver. On a standing line the leg stays up for the shift, and without it nobody
    can be put through.

    An operator who is ``disabled`` is offline, or will be once the present talk is
    over, whatever is chosen or happens, until ops staff let them in again.
    """

    id: OperatorId
    line: LineKey
    profile: Profile
    since: datetime
    idle_since: datetime
    state: State = State.OFFLINE
    due: datetime | None = None
    claim: ClaimId | None = None
    leg: LegId | None = None
    wish: State | None = None
    why: str = ""
    telephone: Telephone = Telephone()
    unanswered: Unanswered = Unanswered()
    wrap_up: WrapUp = WrapUp()
    disabled: bool = False
    rev: int = 0

    def is_free(self, now: datetime) -> bool:
        """Whether a call may be offered at this moment."""
        is_available = self.state is State.AVAILABLE and not self.disabled
        return is_available and self.is_reachable and not self.is_cooling(now)

    @property
    def is_on_duty(self) -> bool:
        """Whether this operator takes calls, now or when the present one is over."""
        return self.state in ON_DUTY and not self.disabled

    @property
    def is_standing(self) -> bool:
        """Whether this operator takes calls on a standing line."""
        return self.profile.reach is Reach.STANDING

    @property
    def is_in_browser(self) -> bool:
        """Whether this operator takes calls in the browser."""
        return self.profile.reach is Reach.BROWSER

    @property
    def is_reachable(self) -> bool:
        """Whether telephone or browser can be rung, or the standing line is up."""
        return (self.leg is not None) is (self.profile.reach is Reach.STANDING)

    @property
    def is_held(self) -> bool:
        """Whether wrap-up lasts until the owed record is written."""
        return self.state is State.WRAP_UP and self.due is None

    @property
    def is_back_soon(self) -> bool:
        """Whether a wrap-up ends by itself, and nobody has asked for more time."""
        in_time = self.due is not None and not self.wrap_up.extended
        return self.state is State.WRAP_UP and in_time

    def is_cooling(self, now: datetime) -> bool:
        """Whether the pause after a missed or refused offer still runs."""
        return self.due is not None and self.due > now


def set_number(operator: Operator, name: str | None) -> Operator:
    """The operator with the keyed name of their number; None for no number."""
    return replace(operator, telephone=replace(operator.telephone, name=name))


def set_calling(operator: Operator, leg: LegId | None) -> Operator:
    """The operator with the leg on which we ask for the PIN; None for no leg."""
    return replace(operator, telephone=replace(operator.telephone, calling=leg))


def set_pin_tries(
    operator: Operator, mistyped: int, locked: datetime | None = None
) -> Operator:
    """The operator with the number of wrong PINs, and until when none is accepted."""
    guard = replace(operator.telephone, mistyped=mistyped, locked=locked)
    return replace(operator, telephone=guard)


def set_owed(operator: Operator, call: ContactId | None) -> Operator:
    """The operator with the call whose record they owe; None for no call."""
    return replace(operator, wrap_up=replace(operator.wrap_up, owes=call))


def chosen(operator: Operator, state: State, now: datetime) -> Operator:
    """The operator after a person chose ``state``.

    The choice ends wrap-up, away and cool-down at once; while a call is offered or
    spoken it is kept for the end of the call. An operator for whom "available" is
    chosen owes no record any more: a person has decided so.
    """
    if operator.state in {State.RINGING, State.TALKING}:
        return replace(operator, wish=_allowed(operator, state))
    turned = _turned(operator, state, now, Unanswered())
    if state is State.AVAILABLE:
        turned = set_owed(turned, None)
    if operator.is_standing:
        return turned
    # A person knows best that the telephone is free, whatever the carrier says.
    return replace(turned, leg=None)


def shut_out(operator: Operator, now: datetime) -> Operator:
    """The operator after ops staff disabled them: offline, at once or after the talk.

    Their telephone stays known while it is up.
    """
    out = chosen(replace(operator, disabled=True), State.OFFLINE, now)
    return replace(out, leg=operator.leg, why="" if out.wish else DISABLED)


def let_in(operator: Operator) -> Operator:
    """The operator who may be available again, and will say so when it is time."""
    return set_pin_tries(replace(operator, disabled=False), 0)


def ringing(operator: Operator, claim: ClaimId, now: datetime) -> Operator:
    """The operator while an offer rings."""
    return replace(
        operator, state=State.RINGING, since=now, claim=claim, due=None, why=""
    )


def talking(operator: Operator, now: datetime) -> Operator:
    """The operator in a talk; the count of missed offers starts at zero."""
    return replace(operator, state=State.TALKING, since=now, unanswered=Unanswered())


def wrapping_up(
    operator: Operator,
    now: datetime,
    length: timedelta,
    call: ContactId | None = None,
    *,
    owes: bool = False,
) -> Operator:
    """The operator after a talk: ``length`` to breathe, or a state chosen before.

    An operator who ``owes`` the record of the call is not available before it is
    written, even without time to breathe, and even if they chose to be during the talk.
    """
    breathes = length if operator.wish is None else timedelta()
    due = now + breathes if breathes else None
    if operator.wish in {State.AWAY, State.OFFLINE} or not (owes or breathes):
        state, due = operator.wish or State.AVAILABLE, None
        after = _turned(operator, state, now, operator.unanswered)
    else:
        heard = replace(operator.unanswered, missed=0)
        after = _turned(operator, State.WRAP_UP, now, heard)
    last, owed = call or operator.wrap_up.last, call if owes else None
    return replace(after, due=due, wrap_up=WrapUp(last=last, owes=owed))


def extended(
    operator: Operator, now: datetime, more: timedelta, limit: int
) -> Operator | None:
    """The operator with a longer wrap-up; None when it cannot be longer."""
    if operator.state is not State.WRAP_UP or operator.due is None:
        return None
    if operator.wrap_up.extended >= limit:
        return None
    longer = replace(operator.wrap_up, extended=operator.wrap_up.extended + 1)
    return replace(operator, due=max(operator.due, now) + more, wrap_up=longer)


def relieved(operator: Operator, call: ContactId, now: datetime) -> Operator:
    """The operator once the record of a call is complete: free, if it was owed.

    A wrap-up whose time still runs goes on to its end.
    """
    if operator.wrap_up.owes != call:
        return operator
    free = set_owed(operator, None)
    if not operator.is_held:
        return free
    return _turned(free, State.AVAILABLE, now, operator.unanswered)


def freed(operator: Operator, now: datetime) -> Operator:
    """The operator after an offer that ended through no fault of theirs.

    They have talked to nobody, so they keep their place in the order of longest idle.
    """
    state = operator.wish or State.AVAILABLE
    turned = _turned(operator, state, now, operator.unanswered)
    why = operator.why if operator.wish else ""
    return replace(turned, idle_since=operator.idle_since, why=why)


def missed(
    operator: Operator, now: datetime, cool_down: timedelta, limit: int
) -> Operator:
    """The operator after an unanswered offer: a pause, then away at ``limit``."""
    count = replace(operator.unanswered, missed=operator.unanswered.missed + 1)
    if operator.wish is None and count.missed >= limit:
        return _turned(operator, State.AWAY, now, count)
    return cooled(replace(operator, unanswered=count), now, cool_down)


def may_reload(operator: Operator) -> bool:
    """Whether we take a browser that turned a ring down for a reloaded page.

    A browser that does nothing else has a fault, and its operator must learn of it.
    """
    return operator.is_in_browser and operator.unanswered.reloads < RELOADS


def reloaded(operator: Operator, now: datetime, pause: timedelta) -> Operator:
    """The operator who reloaded the page while it rang: rung again soon.

    They have missed nothing, and keep their place in the order of longest idle.
    """
    count = replace(operator.unanswered, reloads=operator.unanswered.reloads + 1)
    free = replace(freed(operator, now), unanswered=count)
    return replace(free, due=now + pause) if free.state is State.AVAILABLE else free


def cooled(operator: Operator, now: datetime, cool_down: timedelta) -> Operator:
    """The operator after a refused offer: available, after a pause."""
    free = replace(freed(operator, now), idle_since=now)
    if free.state is not State.AVAILABLE:
        return free
    return replace(free, due=now + cool_down)


def timed_out(operator: Operator, now: datetime) -> Operator:
    """The operator once ``due`` has come: wrap-up or cool-down is over.

    An operator who owes a record stays in wrap-up, without an end of its own.
    """
    if operator.state is State.WRAP_UP and operator.wrap_up.owes is None:
        return _turned(operator, State.AVAILABLE, now, operator.unanswered)
    return replace(operator, due=None)


def hung_up(operator: Operator, now: datetime) -> Operator:
    """The operator once the leg to the telephone is over.

    On a standing line that ends the shift, at the latest when the call that was cut off
    is over.
    """
    gone = replace(operator, leg=None)
    if not operator.is_standing:
        return gone
    if operator.state in {State.RINGING, State.TALKING}:
        return replace(gone, wish=State.OFFLINE)
    return _turned(gone, State.OFFLINE, now, replace(gone.unanswered, missed=0))


def _allowed(operator: Operator, state: State) -> State:
    return State.OFFLINE if operator.disabled else state


def _turned(
    operator: Operator, state: State, now: datetime, unanswered: Unanswered
) -> Operator:
    return replace(
        operator,
        state=_allowed(operator, state),
        since=now,
        idle_since=now,
        due=None,
        claim=None,
        wish=None,
        why="",
        unanswered=unanswered,
        wrap_up=replace(operator.wrap_up, extended=0),
    )
