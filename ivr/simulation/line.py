"""The line in virtual time: callers come, the rules decide, operators answer.

``ivr.core`` decides: ``routing.decide`` says who is next and who takes whom,
``operator`` what becomes of an operator. This module only makes what happens outside:
people who ring, hang up, answer and talk.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.core.model import operator as operators
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, State
from ivr.core.queue.priority import QueueEntry, is_overdue
from ivr.core.queue.routing import Match, Snapshot, decide
from ivr.core.rules.rule_set import RulePeriod, RuleSet
from ivr.simulation.contact_result import ContactResult, End, Run
from ivr.simulation.day import Day, OfferResult, Response, SimulatedShift
from ivr.simulation.places import Place, Places
from ivr.simulation.scheduler import Scheduler

LINE = LineKey("simulated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A rule set that is put in force in the middle of a run."""

    at: datetime
    rules: RuleSet


def simulate_day(
    day: Day, rules: RuleSet, publications: Iterable[Publication] = ()
) -> Run:
    """Let a day happen under a rule set, until the last caller has gone.

    The same day and rules give the same run.
    """
    scheduler, line = Scheduler(), _Line(rules, day)
    line.begin(scheduler, publications)
    end = scheduler.run_all()
    return Run(
        results=tuple(line.results), busy=line.busy, rostered=_rostered(day, end)
    )


def _rostered(day: Day, end: datetime | None) -> timedelta:
    if end is None:
        return timedelta()
    lengths = ((shift.end or end) - shift.start for shift in day.shifts)
    return sum(lengths, timedelta())


class _Line:
    """Everybody on the line, at one moment of the run."""

    def __init__(self, rules: RuleSet, day: Day) -> None:
        self._rules, self._day = rules, day
        self._scheduler = Scheduler()
        self._arrivals = _arrivals(day)
        self._places = Places()
        self._operators: dict[OperatorId, Operator] = {}
        self._shifts: dict[OperatorId, SimulatedShift] = {}
        self._free: set[OperatorId] = set()
        self._routes_at: datetime | None = None
        self.results: list[ContactResult] = []
        self.busy = timedelta()

    def begin(self, scheduler: Scheduler, publications: Iterable[Publication]) -> None:
        """Note what is known beforehand: shifts, published rules, the first caller."""
        self._scheduler = scheduler
        for each in publications:
            scheduler.schedule_action(each.at, self._publish, each.rules)
        for shift in self._day.shifts:
            scheduler.schedule_action(shift.start, self._come, shift)
            if shift.end is not None:
                scheduler.schedule_action(shift.end, self._go, shift)
        self._await_next()

    # --- callers ----------------------------------------------------------

    def _await_next(self) -> None:
        place = next(self._arrivals, None)
        if place is not None:
            self._scheduler.schedule_action(place.head.arrived, self._arrive, place)

    def _arrive(self, now: datetime, place: Place) -> None:
        self._places.put(place)
        self._route(now)
        if not place.over:
            self._note_leaving(place)
        self._await_next()

    def _note_leaving(self, place: Place) -> None:
        longest, patience = self._rules.wait.longest_wait, place.caller.patience
        wait = longest if patience is None else min(longest, patience)
        self._scheduler.schedule_action(place.head.arrived + wait, self._leave, place)

    def _leave(self, now: datetime, place: Place) -> None:
        """Let a caller go whose patience, or whose longest wait, is over.

        A caller is not sent off while an operator is rung for them.
        """
        if place.over:
            return
        wait, patience = now - place.head.arrived, place.caller.patience
        if patience is not None and wait >= patience:
            self._withdraw(now, place)
            self._end(now, place, End.LEFT)
            self._route(now)
        elif wait < self._rules.wait.longest_wait:
            self._note_leaving(place)
        elif place.waits:
            self._end(now, place, End.SENT_OFF)

    def _end(self, now: datetime, place: Place, end: End) -> None:
        result = ContactResult(
            caller=place.caller,
            end=end,
            wait=now - place.head.arrived,
            overdue=is_overdue(self._rules, place.head.arrived, now),
            overtaken=self._places.was_passed_over(place),
            operator=place.operator if end is End.ANSWERED else None,
        )
        self.results.append(result)
        self._places.end(place)

    # --- routing ----------------------------------------------------------

    def _route(self, now: datetime) -> None:
        """Decide and offer until nothing can be; look again when time may help."""
        while self._free and self._places.waiting:
            seen = Snapshot(
                heads=self._places.heads(), operators=tuple(self._operators.values())
            )
            decision = decide(seen, self._rules, now, explains=False)
            if not decision.matches:
                self._route_at(decision.look_again)
                return
            for match in decision.matches:
                self._offer(now, match)

    def _route_at(self, at: datetime | None) -> None:
        if at is not None and (self._routes_at is None or at < self._routes_at):
            self._routes_at = at
            self._scheduler.schedule_action(at, self._route_due)

    def _route_due(self, now: datetime) -> None:
        if now == self._routes_at:
            self._routes_at = None
            self._route(now)

    def _publish(self, now: datetime, rules: RuleSet) -> None:
        era = RulePeriod(rules=self._rules, until=now)
        before = (*self._rules.before, era)
        self._rules = rules.as_version(self._rules.version + 1, after=before)
        for place in list(self._places):
            self._leave(now, place)
        self._route(now)

    # --- offers -----------------------------------------------------------

    def _offer(self, now: datetime, match: Match) -> None:
        place = self._places.of(match.call)
        claim = ClaimId(f"{match.call}-{place.offers}")
        response = _response(place, self._rules)
        self._places.claim(place, claim, match.operator)
        self._put(operators.ringing(match.operator, claim, now))
        if response.after:
            later = now + response.after
            self._scheduler.schedule_action(
                later, self._respond, place, claim, response.answer
            )
        else:
            self._respond(now, place, claim, response.answer)

    def _respond(
        self, now: datetime, place: Place, claim: ClaimId, answer: OfferResult
    ) -> None:
        """Let the operator answer an offer that is still open."""
        if place.claim != claim or place.operator is None:
            return
        operator = self._operators[place.operator]
        if answer is OfferResult.TAKEN:
            self._put(operators.talking(operator, now))
            self._scheduler.schedule_action(
                now + place.caller.talk, self._end_talk, operator.id, now
            )
            self._end(now, place, End.ANSWERED)
            return
        self._put(self._after_offer(operator, now, answer))
        self._places.put(place)
        self._leave(now, place)
        self._route(now)

    def _after_offer(
        self, operator: Operator, now: datetime, answer: OfferResult
    ) -> Operator:
        offer = self._rules.offer
        if answer is OfferResult.DECLINED:
            return operators.cooled(operator, now, offer.cool_down)
        after = operators.missed(operator, now, offer.cool_down, offer.missed_to_away)
        if after.state is State.AWAY:
            back = now + self._shifts[operator.id].back_after
            self._scheduler.schedule_action(back, self._come_back, operator.id)
        return after

    def _withdraw(self, now: datetime, place: Place) -> None:
        """Stop ringing for a caller who hung up."""
        if place.operator is not None:
            self._put(operators.freed(self._operators[place.operator], now))

    def _end_talk(self, now: datetime, key: OperatorId, began: datetime) -> None:
        wrap_up = self._rules.wrap_up.length
        after = operators.wrapping_up(self._operators[key], now, wrap_up)
        self._put(after)
        self.busy += (after.due or now) - began
        self._route(now)

    # --- operators --------------------------------------------------------

    def _come(self, now: datetime, shift: SimulatedShift) -> None:
        self._shifts[shift.operator] = shift
        known = self._operators.get(shift.operator) or _enrolled(shift)
        self._put(operators.chosen(known, State.AVAILABLE, now))
        self._route(now)

    def _come_back(self, now: datetime, key: OperatorId) -> None:
        operator = self._operators[key]
        if operator.state is State.AWAY:
            self._put(operators.chosen(operator, State.AVAILABLE, now))
            self._route(now)

    def _go(self, now: datetime, shift: SimulatedShift) -> None:
        operator = self._operators[shift.operator]
        self._put(operators.chosen(operator, State.OFFLINE, now))

    def _due(self, now: datetime, key: OperatorId) -> None:
        operator = self._operators[key]
        if operator.due == now:
            self._put(operators.timed_out(operator, now))
            self._route(now)

    def _put(self, operator: Operator) -> None:
        self._operators[operator.id] = operator
        if operator.state is State.AVAILABLE and operator.due is None:
            self._free.add(operator.id)
        else:
            self._free.discard(operator.id)
        if operator.due is not None:
            self._scheduler.schedule_action(operator.due, self._due, operator.id)


def _arrivals(day: Day) -> Iterator[Place]:
    callers = sorted(day.callers, key=lambda caller: caller.at)
    for number, caller in enumerate(callers):
        head = QueueEntry(
            call=ContactId(f"{number:07}"),
            language=caller.language,
            urgency=caller.urgency,
            arrived=caller.at,
        )
        yield Place(caller=caller, head=head)


def _response(place: Place, rules: RuleSet) -> Response:
    """How the next offer of a caller goes; what is not answered in time is missed."""
    planned, ring = place.caller.offers, rules.offer.ring
    response = planned[min(place.offers, len(planned) - 1)]
    if response.answer is OfferResult.MISSED or response.after > ring:
        return Response(after=ring, answer=OfferResult.MISSED)
    return response


def _enrolled(shift: SimulatedShift) -> Operator:
    return Operator(
        id=shift.operator,
        line=LINE,
        profile=Profile(name="", languages=shift.languages),
        since=shift.start,
        idle_since=shift.start,
    )
