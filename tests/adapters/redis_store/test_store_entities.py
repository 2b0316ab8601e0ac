"""The live state: versions, queues, and what is kept."""

from ivr.core.model.claim import ClaimState, ended
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.location import Location
from ivr.core.model.contact.menu_position import MenuPosition
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey, OperatorId
from ivr.core.model.operator import State, Telephone, Unanswered
from ivr.core.model.telephones import TelephoneUse
from ivr.core.model.values import replace
from ivr.core.queue.estimate import WaitFigures, WaitStatistics
from ivr.core.queue.versions import RuleVersion
from ivr.ports import Change, Store
from tests.adapters.redis_store.store_people import (
    LINE,
    at,
    claim,
    keep,
    kept_call,
    operator,
    waiting,
)

OTHER = LineKey("other")
AREA = "90517"


def at_step(call: Contact, step: int) -> Contact:
    return replace(call, menu=MenuPosition(step=step))


# --- one version after the other -------------------------------------------


def test_saved_read_one_version_on(store: Store) -> None:
    caller = waiting(
        "c1",
        0,
        location=Location(area=AREA),
        menu=MenuPosition(draft="905", notices=("wait.start",)),
    )
    someone = operator(
        "o1", wish=State.AWAY, due=at(3), unanswered=Unanswered(missed=2)
    )
    promise = claim("k1", "c1", "o1", state=ClaimState.RINGING, leg=LegId("leg-1"))
    keep(store, caller, someone, promise)

    assert store.contacts.call(LINE, caller.id) == replace(caller, rev=1)
    assert store.operators.operator(LINE, someone.id) == replace(someone, rev=1)
    assert store.contacts.claim(LINE, promise.id) == replace(promise, rev=1)


def test_what_was_never_saved_is_missing(store: Store) -> None:
    assert store.contacts.call(LINE, ContactId("c1")) is None
    assert store.contacts.claim(LINE, ClaimId("k1")) is None
    assert store.operators.operator(LINE, OperatorId("o1")) is None
    assert store.operators.operators(LINE) == []
    assert store.queues.waiting(LINE) == []


def test_change_decided_from_old_version_refused(store: Store) -> None:
    keep(store, waiting("c1", 0))
    seen = kept_call(store, "c1")
    keep(store, at_step(seen, 1))

    assert store.changes.commit(LINE, Change(save=(at_step(seen, 2),))) is None
    assert kept_call(store, "c1").menu.step == 1


def test_existing_refused_where_new_expected(store: Store) -> None:
    keep(store, waiting("c1", 0))

    assert store.changes.commit(LINE, Change(save=(waiting("c1", 5),))) is None
    assert kept_call(store, "c1").arrival.at == at(0)


def test_change_of_missing_refused(store: Store) -> None:
    ghost = waiting("c1", 0, rev=3)

    assert store.changes.commit(LINE, Change(save=(ghost,))) is None
    assert store.contacts.call(LINE, ghost.id) is None


# --- where somebody stands --------------------------------------------------


def test_caller_is_in_queue_only_while_waiting(store: Store) -> None:
    keep(store, waiting("c1", 0))
    assert names(store) == ["c1"]

    keep(store, replace(kept_call(store, "c1"), stage=Stage.CLAIMED))
    assert names(store) == []
    assert [call.id for call in store.queues.waiting(LINE)] == ["c1"]

    keep(store, replace(kept_call(store, "c1"), stage=Stage.WAITING))
    assert names(store) == ["c1"]

    keep(store, replace(kept_call(store, "c1"), stage=Stage.ENDED))
    assert names(store) == []
    assert store.contacts.live_calls(LINE) == []


def names(store: Store, depth: int = 10) -> list[str]:
    return [
        head.call
        for heads in store.queues.snapshot(LINE, depth).heads
        for head in heads
    ]


def test_snapshot_shows_queue_heads_by_arrival(
    store: Store,
) -> None:
    for name, arrived, urgency in (
        ("u3", 3.000001, "urgent"),
        ("u1", 1, "urgent"),
        ("u2", 3.0, "urgent"),
        ("f1", 0, "family"),
    ):
        keep(store, waiting(name, arrived, urgency))
    keep(store, operator("o2"), operator("o1", state=State.AWAY))

    seen = store.queues.snapshot(LINE, 2)

    by_class = {heads[0].urgency: [each.call for each in heads] for heads in seen.heads}
    assert by_class == {"urgent": ["u1", "u2"], "family": ["f1"]}
    assert [each.arrived for heads in seen.heads for each in heads][:1] == [at(0)]
    assert [each.id for each in seen.operators] == ["o1", "o2"]


def test_arrival_in_snapshot_is_exact_to_microsecond(
    store: Store,
) -> None:
    arrived = 12345.678901
    keep(store, waiting("c1", arrived))

    ((head,),) = store.queues.snapshot(LINE, 1).heads
    assert head.arrived == at(arrived)


def test_callers_ahead_counted_before_mark_of_class(
    store: Store,
) -> None:
    for name, arrived, urgency in (
        ("u1", 1, "urgent"),
        ("u2", 2, "urgent"),
        ("f1", 1, "family"),
        ("f2", 9, "family"),
    ):
        keep(store, waiting(name, arrived, urgency))

    marks = {("uk", "urgent"): at(2), ("uk", "family"): at(9.000001)}
    assert sum(store.queues.ahead(LINE, marks, bool).values()) == 3
    assert store.queues.ahead(LINE, {("uk", "urgent"): at(2.000001)}, bool) == {"uk": 2}
    assert store.queues.ahead(LINE, {("en", "urgent"): at(99)}, bool) == {"en": 0}


def test_ended_claim_not_open_nor_due(store: Store) -> None:
    keep(store, claim("k1", "c1", "o1"))
    assert store.contacts.open_claims(LINE) == ["k1"]
    made = store.contacts.claim(LINE, ClaimId("k1"))
    assert made is not None

    keep(store, ended(made, "declined"))

    assert store.contacts.open_claims(LINE) == []
    assert store.deadlines.due(LINE, at(1000)) == []


def test_lines_do_not_see_each_other(store: Store) -> None:
    keep(store, waiting("c1", 0), operator("o1"))

    assert store.contacts.live_calls(OTHER) == []
    assert store.operators.operators(OTHER) == []
    assert store.queues.snapshot(OTHER, 4).heads == ()
    assert store.contacts.call(OTHER, ContactId("c1")) is None


# --- what is kept, and how --------------------------------------------------


def version(number: int, toml: str = 'zone = "Europe/Kyiv" # вечір') -> RuleVersion:
    return RuleVersion(version=number, toml=toml, published_at=at(number))


def test_rules_kept_but_for_note(store: Store) -> None:
    assert store.live_rules.rule_versions(LINE) == ()
    shipped = RuleVersion(version=0, toml="zone = 'UTC'")
    store.live_rules.put_rule_versions(
        LINE, [shipped, replace(version(1), note="for Anna")]
    )

    assert store.live_rules.rule_versions(LINE) == (shipped, version(1))


def test_older_version_that_comes_late_changes_nothing(store: Store) -> None:
    store.live_rules.put_rule_versions(LINE, [version(9), version(10)])
    store.live_rules.put_rule_versions(LINE, [version(8), version(9)])
    store.live_rules.put_rule_versions(LINE, [version(10, "other")])

    assert store.live_rules.rule_versions(LINE) == (version(9), version(10))


# --- the figures behind the expected wait ----------------------------------


def test_figures_return_for_their_line_only(
    store: Store,
) -> None:
    figures = WaitFigures(
        made=at(0),
        hours={"workday-18": WaitStatistics(talks=3, talked=1.5, left=1, waited=90.25)},
    )
    store.statistics.put_figures(LINE, figures)

    assert store.statistics.figures(LINE) == figures
    assert store.statistics.figures(OTHER) is None


def test_operators_found_by_call_in_number(
    store: Store,
) -> None:
    keep(
        store,
        operator("anna", telephone=Telephone(name="name-1")),
        operator("bela", telephone=Telephone(name="name-1")),
    )
    keep(
        store, operator("clara", telephone=Telephone(name="name-2")), operator("daria")
    )

    assert [each.id for each in store.operators.enrolled(LINE, "name-1")] == [
        "anna",
        "bela",
    ]
    assert [each.id for each in store.operators.enrolled(LINE, "name-2")] == ["clara"]
    assert store.operators.enrolled(LINE, "name-3") == []


def test_changed_number_found_alone(store: Store) -> None:
    keep(store, operator("anna", telephone=Telephone(name="name-1")))
    keep(store, operator("anna", telephone=Telephone(name="name-2"), rev=1))

    assert store.operators.enrolled(LINE, "name-1") == []
    assert [each.id for each in store.operators.enrolled(LINE, "name-2")] == ["anna"]


def test_telephone_use_gathered_over_lines(store: Store) -> None:
    anna = operator("anna", telephone=Telephone(name="name-1"))
    clara = replace(anna, id=OperatorId("clara"), line=OTHER)
    keep(store, anna)
    assert store.changes.commit(OTHER, Change(save=(clara,)))
    keep(store, waiting("c1", 0, caller="name-2"))

    uses = store.operators.find_telephone_uses(
        [LINE, OTHER], ["name-1", "name-2", "name-3"]
    )

    assert [each.id for each in uses["name-1"].operators] == ["anna", "clara"]
    assert uses["name-2"] == TelephoneUse(is_on_call=True)
    assert not uses["name-1"].is_on_call
    assert uses["name-3"] == TelephoneUse()
    assert (
        store.operators.find_telephone_uses([OTHER], ["name-2"])["name-2"]
        == TelephoneUse()
    )


# --- legs that nobody knows --------------------------------------------------


def test_strange_legs_remembered_from_first_sight(
    store: Store,
) -> None:
    one, two, three = LegId("leg-1"), LegId("leg-2"), LegId("leg-3")

    assert store.carrier_memory.note_orphaned_legs(LINE, [one, two], at(0)) == {
        one: at(0),
        two: at(0),
    }
    assert store.carrier_memory.note_orphaned_legs(LINE, [two, three], at(9)) == {
        two: at(0),
        three: at(9),
    }
    assert store.carrier_memory.count_orphaned_legs(LINE) == 2
    assert store.carrier_memory.note_orphaned_legs(LINE, [one], at(12)) == {one: at(12)}
    assert store.carrier_memory.note_orphaned_legs(LINE, [], at(15)) == {}
    assert store.carrier_memory.count_orphaned_legs(LINE) == 0
    assert store.carrier_memory.count_orphaned_legs(OTHER) == 0


def test_suspicion_of_suspects_begins_anew(
    store: Store,
) -> None:
    one, gone = LegId("leg-1"), LegId("leg-2")
    store.carrier_memory.note_orphaned_legs(LINE, [one], at(0))
    store.carrier_memory.restart_suspicion(LINE, one, at(5))
    store.carrier_memory.restart_suspicion(LINE, gone, at(5))

    assert store.carrier_memory.note_orphaned_legs(LINE, [one], at(6)) == {one: at(5)}
