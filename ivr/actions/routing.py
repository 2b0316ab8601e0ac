"""Routing brings callers and operators together: look, decide, claim.

Any process may run this at any time, twice or at once: deciding twice is harmless, and
a claim is saved only if both sides are still free.
"""

from datetime import datetime, timedelta

from ivr.actions import callees, telephones
from ivr.actions import rules as rule_sets
from ivr.actions.calls.doubted_legs import is_gone
from ivr.actions.saving import save_and_enqueue
from ivr.core.callback import promised_call
from ivr.core.model import operator as operators
from ivr.core.model.claim import MADE_LEASE, CalledPerson, Claim, ClaimOffer
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Unavailable, Unreadable
from ivr.core.model.facts import OfferMade, of_claim
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey
from ivr.core.model.values import replace
from ivr.core.queue.routing import Match, RoutingDecision, Snapshot, decide
from ivr.core.rules.rule_set import RuleSet
from ivr.ports import Change, Ports

DEPTH = 4
"""How many callers of each queue one look reads; after claims routing looks again."""

LOOKS = 50
"""The most looks in one run: no fault in the store can hold a worker for ever."""

UNSERVED = timedelta(seconds=1)
"""After this time any process that sees a request serves it."""


def route_callers(ports: Ports, line: LineKey) -> None:
    """Serve every request for routing made until now, and those made meanwhile."""
    for _ in range(LOOKS):
        run = ports.routing.begin_routing(line)
        again = _claim_all(ports, line, rule_sets.read_rules(ports, line, run.rules))
        if ports.routing.ack_routing(line, run, again):
            return


def route_if_unserved(ports: Ports, line: LineKey) -> bool:
    """Do the work of a worker that is slow or dead; return whether there was any."""
    since = ports.routing.routing_pending_since(line)
    if since is None or ports.clock.now() - since < UNSERVED:
        return False
    ports.log.warning("routing was unserved", line=line)
    route_callers(ports, line)
    return True


def _claim_all(ports: Ports, line: LineKey, rules: RuleSet) -> datetime | None:
    """Claim until nothing is left to claim; return when to decide again."""
    unreadable = set[ContactId]()
    for _ in range(LOOKS):
        now = ports.clock.now()
        seen = ports.queues.snapshot(line, DEPTH + len(unreadable))
        decision = _decide_matches(ports, seen.without(unreadable), rules, now)
        if not decision.matches:
            return decision.look_again
        for match in decision.matches:
            try:
                later = _claim_match(ports, line, match, rules, now)
            except Unreadable as error:
                ports.log.warning("caller passed over", line=line, error=str(error))
                unreadable.add(match.call)
                continue
            if later is not None:
                return later
    return ports.clock.now() + UNSERVED


def _decide_matches(
    ports: Ports, seen: Snapshot, rules: RuleSet, now: datetime
) -> RoutingDecision:
    """Decide so that nobody is rung whose telephone is in use elsewhere."""
    while True:
        decision = decide(seen, rules, now)
        engaged = telephones.find_engaged(ports, (m.operator for m in decision.matches))
        if not engaged - seen.engaged:
            return decision
        seen = replace(seen, engaged=seen.engaged | engaged)


def _claim_match(
    ports: Ports, line: LineKey, match: Match, rules: RuleSet, now: datetime
) -> datetime | None:
    """Claim one match; if no leg may be created yet, return when one may be.

    A person with a promise for hours that are over waits for the next ones. The slot
    for the leg is taken before the claim: the caller is chosen at the last moment, and
    no operator stands reserved while the carrier waits.
    """
    seen = ports.for_request(line, leg=match.call)
    call = seen.contacts.call(line, match.call)
    if call is None or call.stage is not Stage.WAITING or call.wait.beside:
        return None
    if is_gone(seen, call):
        return None
    if promised_call.is_untimely(call, rules, now):
        save_and_enqueue(
            ports,
            line,
            Change(save=(promised_call.wait_for_another(call, rules, now),)),
        )
        return None
    if (change := callees.why_not_now(seen, call, now)) is not None:
        save_and_enqueue(ports, line, change)
        return None
    if not match.operator.is_standing:
        later = ports.carrier_memory.acquire_dial_slot(now, ports.calls_per_second)
        if later is not None:
            return later
    claim = Claim(
        id=ClaimId(ports.ids.token()),
        line=line,
        call=call.id,
        operator=match.operator.id,
        made=now,
        deadline=now + MADE_LEASE,
        person=CalledPerson(leg=None if call.is_on_first_leg else call.leg),
        offer=ClaimOffer(why=match.why),
    )
    change = Change(
        save=(
            claim,
            replace(call, stage=Stage.CLAIMED, talk=call.talk.bind_claim(claim.id)),
            operators.ringing(match.operator, claim.id, now),
        ),
        facts=(of_claim(OfferMade, claim, now, why=claim.offer.why),),
    )
    if save_and_enqueue(ports, line, change):
        _send_offer(ports, claim)
    return None


def _send_offer(ports: Ports, claim: Claim) -> None:
    try:
        ports.jobs.place_offer(claim.line, claim.id)
    except Unavailable as error:
        # The claim is due again after its lease: the ticker places it then.
        ports.log.warning("offer not sent", claim=claim.id, error=str(error))
