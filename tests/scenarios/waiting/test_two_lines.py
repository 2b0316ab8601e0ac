"""Two hotlines in one house: requests of the one never touch the other."""

from exchange.state.people import Stay
from ivr.actions.upkeep import due_work
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ContactId
from tests.dsl.doing import OTHER_OPERATOR, TO_THE_QUEUE
from tests.dsl.two_lines import OTHER, OTHER_NUMBER, enrol
from tests.world import World


def test_call_on_second_line_answered_at_once(both: World) -> None:
    """Events of a room name no number: the line must come from elsewhere."""
    enrol(both, OTHER, "anna", OTHER_OPERATOR)
    caller = both.dial(*TO_THE_QUEUE, Stay(), to=OTHER_NUMBER)
    both.exchange.run_until(
        lambda: any(event.kind == "connected" for event in caller.transcript), 120
    )
    both.exchange.run_for(1)

    call = both.ports.contacts.call(OTHER, ContactId(caller.sid))
    assert call is not None
    assert call.stage is Stage.CONNECTED


def test_operator_not_rung_for_other_line(both: World) -> None:
    enrol(both, OTHER, "anna", OTHER_OPERATOR)
    caller = both.dial(*TO_THE_QUEUE, Stay())
    both.exchange.run_for(30)
    due_work.do_due_work(both.ports, OTHER)

    assert caller.queue
    assert both.ports.contacts.open_claims(OTHER) == []
