"""What is known of the number of a promise, and what is not."""

import pytest

from ivr.actions import callees
from ivr.core.model.callee import Callee
from ivr.core.model.contact.callback import Callback
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.facts import CallbackPromised, of_call
from ivr.core.model.identifiers import ContactId
from ivr.core.model.values import replace
from ivr.ports import Change, Ports
from tests.actions.given.promises import PHONE, promised, talking, unopenable
from tests.adapters.redis_store.store_people import LINE, at, keep, waiting
from tests.core.promise_fields import PROMISE


def _calls(change: Change) -> list[Contact]:
    return [each for each in change.save if isinstance(each, Contact)]


def test_number_is_not_always_known(ports: Ports) -> None:
    person = promised(ports, "person")

    assert callees.name_of(ports, person) == ports.vault.pseudonym(PHONE)
    assert callees.name_of(ports, unopenable(person)) is None
    assert callees.name_of(ports, waiting("caller", 0)) is None


def test_unknown_number_binds_no_promise(ports: Ports) -> None:
    person = unopenable(promised(ports, "person"))
    fact = of_call(CallbackPromised, person, at(0), **PROMISE)
    change = Change(save=(person,), facts=(fact,))

    assert callees.with_callee(ports, change) == change

    back = callees.brought_back(ports, person)
    assert (back.save, back.wake) == ((person,), True)


@pytest.mark.parametrize("is_there", [True, False], ids=["there", "lost"])
def test_renewed_promise_keeps_place(ports: Ports, *, is_there: bool) -> None:
    earlier = replace(promised(ports, "earlier"), arrival=Arrival(at=at(-60)))
    if is_there:
        keep(ports.store, earlier)
    again = replace(
        promised(ports, "again", renews=ContactId("earlier")), stage=Stage.PROMISED
    )

    arrival = callees.in_place(ports, again).arrival.at

    assert arrival == (earlier.arrival.at if is_there else again.arrival.at)


def test_unknown_telephone_has_no_talks(ports: Ports) -> None:
    withheld = callees.telephone_of(ports, waiting("withheld", 0))
    assert withheld.talks(at(9)) == ()

    known = callees.CalledNumber(known=Callee(id="keyed-name", line=LINE))
    (talked,) = known.talks(at(9))
    assert talked.talked == at(9)


def test_appointment_outlives_talk(ports: Ports) -> None:
    keep(ports.store, talking(replace(promised(ports, "talks"), callback=Callback())))
    kept, appointed = promised(ports, "kept"), promised(ports, "appointed")
    preferences = appointed.callback.preferences
    assert preferences is not None
    appointed = appointed.with_preferences(replace(preferences, at=at(0)))

    over = callees.why_not_now(ports, kept, at(0))
    later = callees.why_not_now(ports, appointed, at(0))

    assert over is not None
    assert later is not None
    assert [each.stage for each in _calls(over)] == [Stage.ENDED]
    (call,) = _calls(later)
    assert (call.stage, call.callback.due) == (Stage.PROMISED, at(60))
    assert later.facts == ()
