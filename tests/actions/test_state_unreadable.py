"""State that a newer version wrote: one entity hides and holds up no other."""

import json
from datetime import timedelta

import pytest

from exchange.state.people import Stay
from ivr.actions.calls.callbacks import restore_callbacks
from ivr.actions.calls.calls import wait_token
from ivr.actions.on_line.waiting import WaitRequest, message_left_at_end
from ivr.actions.records import write_facts
from ivr.actions.upkeep import due_work
from ivr.adapters.redis_store.documents import key_of
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Unreadable
from ivr.core.model.facts import CallbackPromised, of_call
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import State
from ivr.core.model.values import replace
from ivr.core.talk.events import SpokenMessage
from ivr.ports import Change
from tests.actions.given.promises import PHONE, promised
from tests.adapters.redis_store.store_people import kept_call
from tests.core.promise_fields import PROMISE
from tests.dsl.doing import TO_THE_QUEUE
from tests.ports.fakes import EVENING
from tests.world import LINE, World, later


def spoil(world: World, kind: str, key: str, **newer: object) -> None:
    """Let an entity be as only a newer version writes it."""
    name = key_of(LINE, kind, key)
    doc = json.loads(world.redis.hget(name, "doc") or b"{}")
    world.redis.hset(name, "doc", json.dumps({**doc, **newer}))


def queued(world: World, number: str) -> ContactId:
    """A caller who has come to the queue and stays there."""
    caller = world.dial(*TO_THE_QUEUE, Stay(), from_=number)
    world.exchange.run_until(lambda: caller.queue)
    return ContactId(caller.sid)


def test_unreadable_operator_hides_no_other(world: World) -> None:
    world.operator("anna")
    world.operator("bela", phone="+447700900202")
    spoil(world, "operator", "anna", state="dreaming")

    assert [each.id for each in world.ports.operators.operators(LINE)] == ["bela"]
    seen = world.ports.queues.snapshot(LINE, 4)
    assert [each.id for each in seen.operators] == ["bela"]
    with pytest.raises(Unreadable):
        world.ports.operators.operator(LINE, OperatorId("anna"))


def test_unreadable_operator_comes_back_as_enrolled(world: World) -> None:
    world.operator("anna")
    spoil(world, "operator", "anna", state="dreaming")

    due_work.reconcile_line(world.ports, LINE)

    assert {each.id for each in world.ports.operators.operators(LINE)} == {"anna"}
    assert world.operator_now("anna").state is State.AVAILABLE


def test_unreadable_caller_holds_up_nobody_behind(world: World) -> None:
    world.ticks = False
    first, second = queued(world, "+12025550130"), queued(world, "+12025550131")
    spoil(world, "call", first, stage="dreaming")

    world.operator("anna")
    world.work()

    claimed = world.ports.contacts.call(LINE, second)
    assert claimed is not None
    assert claimed.stage is not Stage.WAITING
    assert "caller passed over" in world.notes.events()


def test_unreadable_caller_returns_with_next_poll(world: World) -> None:
    key = queued(world, "+12025550130")
    before = world.ports.contacts.call(LINE, key)
    spoil(world, "call", key, stage="dreaming")
    assert world.ports.queues.waiting(LINE) == []

    world.exchange.run_for(90)

    (after,) = world.ports.queues.waiting(LINE)
    assert before is not None
    assert (after.id, after.arrival.at) == (key, before.arrival.at)


def test_unreadable_caller_leaves_message(world: World) -> None:
    key = queued(world, "+12025550130")
    before = kept_call(world.ports.store, key)
    told = WaitRequest(token=wait_token(world.ports, before))
    message = SpokenMessage(recording="REmessage", length=timedelta(seconds=9))
    spoil(world, "call", key, stage="dreaming")

    message_left_at_end(world.ports, LINE, leg_of_contact(key), message, told)

    after = kept_call(world.ports.store, key)
    assert (after.stage, after.exit_menu.recording) == (Stage.ENDED, "REmessage")
    assert after.arrival.at == before.arrival.at


def test_unreadable_promise_brought_back(world: World) -> None:
    person = replace(promised(world.ports, "person"), stage=Stage.PROMISED)
    fields = PROMISE | dict.fromkeys(("started", "arrived"), EVENING.isoformat())
    sealed = world.ports.vault.seal_number(PHONE)
    fact = of_call(CallbackPromised, person, EVENING, **{**fields, "number": sealed})
    world.ports.changes.commit(LINE, Change(save=(person,), facts=(fact,)))
    spoil(world, "call", person.id, stage="dreaming")

    restore_callbacks(world.ports, LINE)
    assert world.notes.events() == [], "an end may be on its way to the log"

    write_facts(world.ports, LINE)
    restore_callbacks(world.ports, LINE)

    assert world.notes.events() == ["promise brought back"]
    assert kept_call(world.ports.store, person.id).stage is Stage.WAITING


def test_unreadable_claim_stops_no_reconciliation(world: World) -> None:
    world.redis.zadd(key_of(LINE, "claims"), {"of-later": 1})
    world.redis.hset(key_of(LINE, "claim", "of-later"), mapping={"doc": "{}", "rev": 1})

    due_work.reconcile_line(world.ports, LINE)

    assert not world.notes.failures


@pytest.mark.parametrize("member", ["dream:x", "dream", ":", "", "claim:of-later"])
def test_newer_versions_work_put_off(world: World, member: str) -> None:
    due = key_of(LINE, "due")
    world.redis.hset(key_of(LINE, "claim", "of-later"), mapping={"doc": "{}", "rev": 1})
    world.redis.zadd(due, {member: 1})
    asked = world.redis.hgetall(key_of(LINE, "routing"))

    due_work.do_due_work(world.ports, LINE)
    due_work.do_due_work(world.ports, LINE)
    due_work.help_out(world.ports, LINE)

    later_than = (world.ports.clock.now() + timedelta(seconds=30)).timestamp()
    assert float(world.redis.zscore(due, member) or 0) > later_than
    assert world.redis.hgetall(key_of(LINE, "routing")) == asked
    assert world.notes.events().count("due work failed") == 1


def test_queue_of_newer_version_hides_no_other(world: World) -> None:
    key = queued(world, "+12025550130")
    for name in ("dream", "uk:urgent:@when:team"):
        world.redis.zadd(key_of(LINE, "queue", name), {"CAx": 1})
        world.redis.sadd(key_of(LINE, "queues"), name)

    seen = world.ports.queues.snapshot(LINE, 4)

    assert key in {head.call for queue in seen.heads for head in queue}
    marks = {("uk", "urgent"): world.ports.clock.now() + later(60)}
    assert world.ports.queues.ahead(LINE, marks, lambda _: True)["uk"] >= 1


def test_unreadable_rules_and_figures_made_anew(world: World) -> None:
    world.redis.hset(key_of(LINE, "rule-sets"), mapping={"version": 0, "sets": "{}"})
    world.redis.set(key_of(LINE, "figures"), "[]")

    assert world.ports.live_rules.rule_versions(LINE) == ()
    assert world.ports.statistics.figures(LINE) is None
