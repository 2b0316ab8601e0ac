"""No sequence of returns, hand-overs, promises, calls and topics starves who waits.

What is shown: an arrival is good for ``MOST_TALKS`` talks at the most. Whoever waits is
passed by later arrivals only within the bound that the weights allow, and by none once
overdue. So whoever came first of all is served after a number of talks that does not
depend on what the others do.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ivr.core.callback import promised_call, scheduled_callback
from ivr.core.dialogue import one_number
from ivr.core.dialogue.flow import Pressed, advance, queue_up
from ivr.core.dialogue.returning import (
    in_old_place,
    keeps_arrival,
    left_behind,
    may_return,
    return_to_place,
)
from ivr.core.history.report import queue_entry_of
from ivr.core.model.claim import Claim, ClaimState, ExitKind, PendingExit
from ivr.core.model.contact.callback import CallbackPreferences, CallbackRequest
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.operator import Reach
from ivr.core.model.values import replace
from ivr.core.queue.arrival import (
    MOST_TALKS,
    after_talk,
    handed_on,
    is_cut_off,
    reclassify,
)
from ivr.core.queue.priority import in_order, is_overdue
from ivr.core.rules.rule_set import parse_rules
from tests.core.walking import FRESH, LINE, NOW

HEAVY, LIGHT = 4.0, 1.0
RULES = parse_rules(
    f"[class.urgent]\nweight = {HEAVY}\n[class.family]\nweight = 2.0\n"
    f"[class.information]\nweight = {LIGHT}\n[wait]\noverdue_after = 900\n"
)
TICK = timedelta(microseconds=1)
TOPICS = {"myself": "urgent", "relative": "family", "how": "information"}
PATIENT = "patient"


@dataclass(slots=True)
class House:
    """The rules, with one operator who is never idle, and all who ring."""

    now: datetime = NOW
    calls: dict[ContactId, Contact] = field(default_factory=dict)
    last: dict[str, ContactId] = field(default_factory=dict)
    talks: Counter[datetime] = field(default_factory=Counter)
    arrivals: set[datetime] = field(default_factory=set)
    talking: ContactId | None = None

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds) + TICK

    def put(self, *calls: Contact) -> None:
        for call in calls:
            self.calls[call.id] = call
            stands = (
                call.callback.preferences is not None
                and call.callback.preferences.at is not None
            )
            left = call.stage in {Stage.PROMISED, Stage.ENDED} and not stands
            if left and call.caller.pseudonym and call.arrival.at:
                self.last[call.caller.pseudonym] = call.id
            if call.stage is Stage.WAITING and not call.wait.beside and call.arrival.at:
                self.arrivals.add(call.arrival.at)

    def waiting(self) -> list[Contact]:
        live = (each for each in self.calls.values() if not each.wait.beside)
        return [each for each in live if each.stage is Stage.WAITING]

    def legs(self, caller: str) -> list[Contact]:
        return [
            each
            for each in self.calls.values()
            if each.caller.pseudonym == caller and each.is_live and each.is_on_first_leg
        ]

    def share(self, caller: str) -> None:
        """As ``actions.one_number`` does, after whatever has changed."""
        while True:
            lapsed = self.calls.get(self.last.get(caller, ContactId("")))
            found = one_number.assign_places(self.legs(caller), lapsed, RULES, self.now)
            if found is None:
                return
            self.put(*found.calls)

    # --- what callers do --------------------------------------------------

    def rings(self, caller: str, topic: str, *, star: bool) -> None:
        fresh = replace(
            FRESH,
            id=ContactId(f"c{len(self.calls)}"),
            caller=replace(FRESH.caller, pseudonym=caller),
            started=self.now,
        )
        before = self.calls.get(self.last.get(caller, ContactId("")))
        holds = any(map(one_number.holds_place, self.legs(caller)))
        kept = before and may_return(before, RULES.wait.grace, self.now) and not holds
        if before and kept and star:
            call = return_to_place(LINE, fresh, before, self.now).call
        else:
            chosen = replace(fresh, need=Need(topic=topic, urgency=TOPICS[topic]))
            call = queue_up(LINE, chosen, self.now).call
            if before and kept and keeps_arrival(before):
                call = in_old_place(call, before, RULES, self.now).call
            else:
                kept = False
        if before and kept:
            self.put(left_behind(before, self.now))
        self.put(one_number.put_beside(call) if holds else call)
        self.share(caller)

    def hangs_up(self, call: Contact) -> None:
        over = replace(
            call,
            stage=Stage.ENDED,
            ending=replace(call.ending, at=self.now, stage=call.stage),
            talk=call.talk.release_claim(),
        )
        if call.callback.request is not None and not call.callback.request.fulfilled:
            over = promised_call.begin_callback(call, RULES, self.now)
        self.put(over)
        self.share(call.caller.pseudonym or "")

    def promised(self, call: Contact) -> None:
        """By the way out of the queue; then the caller hangs up."""
        if call.wait.beside or call.leg is None:
            return
        wish = CallbackPreferences(number="sealed", at_any_hour=True)
        promise = CallbackRequest(made=self.now)
        held = replace(
            call,
            stage=Stage.PROMISED,
            callback=replace(call.callback, preferences=wish, request=promise),
        )
        self.put(promised_call.begin_callback(held, RULES, self.now))
        self.share(call.caller.pseudonym or "")

    # --- what the operator does -------------------------------------------

    def takes_next(self) -> Contact | None:
        heads = {each.id: each for each in self.waiting()}
        order = in_order(RULES, map(queue_entry_of, heads.values()), self.now)
        if not order:
            return None
        call = heads[order[0].call]
        assert call.arrival.at is not None
        self.talks[call.arrival.at] += 1
        self.talking = call.id
        promise = call.callback.request and replace(
            call.callback.request, fulfilled=True, leg=LegId("leg")
        )
        self.put(
            replace(
                call,
                stage=Stage.CONNECTED,
                talk=replace(call.talk, answered=True, since=self.now),
                callback=replace(call.callback, request=promise),
            )
        )
        self.share(call.caller.pseudonym or "")
        return call

    def ends(self, how: str, topic: str) -> None:
        """The talk ends: by the caller, a drop, the desk, or a hand-over."""
        call = self.calls[self.talking or ContactId("")]
        if how == "hands on":
            self._hands_on(call, topic)
            return
        if how == "promises again":
            self._promises(call)
        going = PendingExit(way=ExitKind.END) if how == "ends" else None
        by = "caller" if how == "hangs up" else "operator"
        short = RULES.wait.short_talk
        cut_off = is_cut_off(call, _talk(call, going), by, Reach.PHONE, short, self.now)
        after = after_talk(call, cut_off=cut_off)
        after = replace(after, talk=after.talk.release_claim())
        if how == "hangs up":
            self.hangs_up(after)
            return
        self.put(replace(after, stage=Stage.AFTER))
        self.share(call.caller.pseudonym or "")

    def _hands_on(self, call: Contact, topic: str) -> None:
        need = replace(call.need, topic=topic, urgency=TOPICS[topic])
        moved = replace(handed_on(call), need=need)
        moved = reclassify(moved, call.need.urgency, RULES, self.now)
        self.put(queue_up(LINE, moved, self.now).call)
        self.share(call.caller.pseudonym or "")

    def _promises(self, call: Contact) -> None:
        wish = CallbackPreferences(
            number="sealed", at=self.now + TICK, at_any_hour=True
        )
        key = scheduled_callback.callback_id(call.id)
        before = self.calls.get(key)
        if before is None or before.stage in {Stage.PROMISED, Stage.ENDED}:
            self.put(
                scheduled_callback.arrange_call(call, before, wish, RULES, self.now)
            )

    def presses_one(self, call: Contact) -> None:
        self.put(advance(LINE, call, Pressed("1"), self.now).call)
        self.share(call.caller.pseudonym or "")

    def due(self) -> None:
        for call in list(self.calls.values()):
            due = call.callback.request.due if call.callback.request else None
            if call.stage is Stage.PROMISED and due and due <= self.now:
                self.put(promised_call.wait_for_another(call, RULES, self.now))


def _talk(call: Contact, going: PendingExit | None) -> Claim:
    return Claim(
        id=ClaimId("k"),
        line=call.line,
        call=call.id,
        operator=OperatorId("anna"),
        state=ClaimState.CONNECTED,
        made=call.started,
        going=going,
    )


# --- and what they may do with it ---------------------------------------------------

ENDS = ("hangs up", "drops", "ends", "hands on", "promises again")
RETURNS = ("presses one", "star", "menu", "star twice", "call back", "stays away")
turns = st.lists(
    st.tuples(
        st.sampled_from(ENDS), st.sampled_from(RETURNS), st.sampled_from(list(TOPICS))
    ),
    min_size=1,
    max_size=3,
)
"""How the talks of somebody end, and how they come back; over and over."""


@settings(max_examples=400, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(list(TOPICS)), st.integers(1, 3), turns),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(list(TOPICS)),
    st.sampled_from([1, 20, 200, 400]),
)
def test_nobody_passed_more_often_than_arrivals_allow(
    others: Sequence[tuple[str, int, Sequence[tuple[str, str, str]]]],
    topic: str,
    seconds: int,
) -> None:
    house = House()
    for number, (chosen, legs, _) in enumerate(others):
        for _ in range(legs):
            house.passes(5)
            house.rings(f"other {number}", chosen, star=False)
    house.passes(5)
    house.rings(PATIENT, topic, star=False)
    (patient,) = house.legs(PATIENT)
    habits = {f"other {n}": cycle(turns) for n, (_, _, turns) in enumerate(others)}

    passed = 0
    while (
        served := house.takes_next()
    ) is not None and served.caller.pseudonym != PATIENT:
        assert served.arrival.at is not None
        assert _may_pass(served.arrival.at, patient, house.now)
        passed += 1
        assert passed <= MOST_PASSED
        house.passes(seconds)
        _turns(house, served, *next(habits[served.caller.pseudonym or ""]))
        house.due()

    assert served is not None, "who waits is served in the end"
    assert max(house.talks.values()) <= MOST_TALKS
    assert patient.arrival.at is not None
    last = patient.arrival.at + _bound(patient, RULES.wait.overdue_after)
    allowed = {each for each in house.arrivals if each <= last}
    assert passed <= MOST_TALKS * len(allowed)
    event(f"passed {passed // 4 * 4} times or a little more")


MOST_PASSED = 2000
"""Until the patient one is overdue by far, however short the talks."""


def _turns(house: House, served: Contact, how: str, back: str, topic: str) -> None:
    """A talk ends, and its caller tries to have another one."""
    caller = served.caller.pseudonym or ""
    house.ends(how, topic)
    house.passes(1)
    call = house.calls[served.id]
    if call.stage is Stage.AFTER and back in {"presses one", "star twice", "call back"}:
        house.presses_one(call)
    elif call.stage is Stage.AFTER:
        house.hangs_up(call)
    house.passes(1)
    if back in {"star", "menu"}:
        house.rings(caller, topic, star=back == "star")
    if back == "star twice":
        _drops_and_rings(house, caller, topic)
    if back == "call back" and (mine := _first_waiting(house, caller)):
        house.promised(mine)


def _drops_and_rings(house: House, caller: str, topic: str) -> None:
    """The line breaks off while they wait, and so does the next one."""
    for star in (True, False):
        mine = _first_waiting(house, caller)
        if mine is not None:
            house.hangs_up(mine)
        house.passes(1)
        house.rings(caller, topic, star=star)


def _first_waiting(house: House, caller: str) -> Contact | None:
    mine = (
        each for each in house.waiting() if each.caller.pseudonym == caller and each.leg
    )
    return next(mine, None)


def _may_pass(arrived: datetime, patient: Contact, now: datetime) -> bool:
    """Whether the arrival may go first: an earlier one, or within the bound.

    ``T (1 - w_i / w_j)``, with the greatest weight there is for the one who came later.
    """
    assert patient.arrival.at is not None
    if is_overdue(RULES, patient.arrival.at, now):
        return arrived <= patient.arrival.at
    return arrived - patient.arrival.at <= _bound(patient, now - patient.arrival.at)


def _bound(patient: Contact, waited: timedelta) -> timedelta:
    weight = RULES.classes[patient.need.urgency or ""].weight
    return waited * (1 - weight / HEAVY) + TICK
