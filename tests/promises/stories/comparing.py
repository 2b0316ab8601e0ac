"""The model of the queue beside the real one."""

from ivr.core.history.callback_log import callback_of
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.callback import CallbackRequest
from ivr.core.model.contact.contact import Contact
from ivr.core.queue.priority import in_order
from ivr.core.queue.versions import in_succession
from tests.promises.deeds import LINE
from tests.promises.desk import Desk
from tests.promises.model.model import Model
from tests.promises.model.model_parts import Agent, Back, Caller
from tests.promises.model.model_parts import Promise as Offered


def assert_same_callers(desk: Desk, model: Model) -> None:
    store = desk.store
    found = [store.contacts.call(LINE, key) for key in store.contacts.live_calls(LINE)]
    real = {c.id: _shown(c) for c in found if c}
    told = {
        each.id: (
            each.stage,
            each.queued,
            each.counts_from,
            each.claim,
            each.page,
            each.step,
            each.message,
            each.leg,
            _back_shown(each.back),
        )
        for each in model.callers.values()
        if each.stage != "ended"
    }
    assert real == told, set(real.items()) ^ set(told.items())
    heads = [head for queue in store.queues.snapshot(LINE, 99).heads for head in queue]
    rules = in_succession(store.live_rules.rule_versions(LINE))
    order = [head.call for head in in_order(rules, heads, desk.clock.now())]
    assert order == model.order()


def _shown(call: Contact) -> tuple[object, ...]:
    """What of a call must be as in the model."""
    return (
        call.stage.value,
        call.arrival.at,
        call.arrival.counts_from,
        call.talk.claim,
        call.exit_menu.page.value,
        call.menu.step,
        call.exit_menu.recording,
        call.leg,
        _back_shown(call.callback.request),
    )


def _back_shown(back: CallbackRequest | Back | None) -> tuple[object, ...]:
    """How far a call back that was promised has come."""
    if back is None:
        return ()
    return (
        back.made,
        back.activated,
        back.reached,
        back.fulfilled,
        back.tries,
        back.due,
    )


def assert_same_operators(desk: Desk, model: Model) -> None:
    real = {
        each.id: (
            each.state.value,
            each.claim,
            each.leg,
            each.unanswered.missed,
            each.due,
            each.wish and each.wish.value,
            each.idle_since,
        )
        for each in desk.store.operators.operators(LINE)
    }
    assert real == {
        each.id: (
            each.state,
            each.claim,
            each.leg,
            each.missed,
            each.due,
            each.wish,
            each.idle,
        )
        for each in model.operators.values()
    }


def assert_same_claims(desk: Desk, model: Model) -> None:
    store = desk.store
    found = [
        store.contacts.claim(LINE, key) for key in store.contacts.open_claims(LINE)
    ]
    real = {
        c.id: (c.call, c.operator, c.state.value, c.deadline, c.person.leg)
        for c in found
        if c
    }
    assert real == {
        each.id: (each.call, each.operator, each.state, each.deadline, each.caller_leg)
        for each in model.claims.values()
        if each.state != "over"
    }


def assert_same_promises_in_log(desk: Desk, model: Model) -> None:
    """Of a lost store the log tells who is to be called, and how often it was tried."""
    told = list(desk.book.facts.values())
    for caller in model.callers.values():
        record = callback_of(each for each in told if each.call == caller.id)
        real = None if record is None or record.ended else record.tries
        back = None if caller.stage == "ended" else caller.back
        assert real == (None if back is None or back.fulfilled else back.tries), caller


def adopt(desk: Desk, model: Model) -> None:
    """Go on from what the dead process has left."""
    store = desk.store
    model.now = desk.clock.now()
    for key in list(model.callers):
        call = store.contacts.call(LINE, key)  # type: ignore[arg-type]
        assert call is not None
        known = model.callers[key]
        model.callers[key] = Caller(
            key,
            call.started,
            call.stage.value,
            call.menu.step,
            call.menu.tries,
            call.need.language or "",
            call.need.urgency or "",
            call.arrival.at,
            call.talk.claim,
            call.affinity.operator,
            known.number,
            call.wait.before,
            call.arrival.counts_from,
            call.arrival.spent,
            call.arrival.given_back,
            call.arrival.handed_on,
            call.talk.since,
            call.ending.at,
            call.ending.stage.value if call.ending.stage else "",
            call.exit_menu.page.value,
            call.exit_menu.recording,
            _adopted(call),
            call.callback.came_from is not None,
        )
    for each in store.operators.operators(LINE):
        model.operators[each.id] = Agent(
            each.id,
            each.profile.languages,
            each.since,
            each.idle_since,
            each.state.value,
            each.due,
            each.claim,
            each.leg,
            each.unanswered.missed,
            each.wish and each.wish.value,
            each.is_standing,
        )
    _adopt_places(desk, model)
    model.claims.clear()
    model.legs.clear()
    for number in range(1, int(desk.ids.token()[6:])):
        _adopt_claim(desk, model, f"token-{number:04d}")
    model.tokens = int(desk.ids.token()[6:])


def _adopt_places(desk: Desk, model: Model) -> None:
    for number in {caller.number for caller in model.callers.values()} - {""}:
        name = desk.ports.vault.pseudonym(PhoneNumber(number))
        last = desk.store.contacts.last_call(LINE, name)
        if last is not None:
            model.last[number] = last.id
        known = desk.store.contacts.callee(LINE, name)
        if known is not None and known.promise is not None:
            model.holders[number] = known.promise
        if known is not None and known.rung:
            model.rung[number] = max(known.rung)
        if known is not None and known.talked is not None:
            model.talked[number] = known.talked


def _adopted(call: Contact) -> Back | None:
    promise = call.callback.request
    if promise is None:
        return None
    return Back(
        promise.made,
        promise.activated,
        promise.leg,
        promise.reached,
        promise.fulfilled,
        promise.tries,
        promise.due,
        promise.not_before,
        promise.renews,
        call.callback.preferences is not None
        and call.callback.preferences == call.callback.came_from,
    )


def _adopt_claim(desk: Desk, model: Model, key: str) -> None:
    claim = desk.store.contacts.claim(LINE, key)  # type: ignore[arg-type]
    if claim is None:
        return
    sides = (
        (claim.participants.caller_in, claim.party),
        (claim.participants.operator_in, claim.leg),
    )
    if claim.person.leg is not None:
        model.legs[claim.person.leg] = claim.call
    model.claims[key] = Offered(
        key,
        claim.call,
        claim.operator,
        claim.made,
        claim.deadline,
        claim.state.value,
        claim.leg,
        {str(leg) for is_in, leg in sides if is_in},
        claim.going.way.value if claim.going else "",
        claim.offer.taken,
        claim.person.leg,
        claim.person.dialled,
    )
