"""What is told when a colleague was asked into a talk, and leaves it again."""

import pytest

from ivr.actions.desk import desk_view
from ivr.actions.operators.roster import choose_state
from ivr.actions.talk_controls import inviting, talk
from ivr.core.model.claim import Claim
from ivr.core.model.identifiers import ClaimId
from ivr.core.model.operator import Reach, State
from tests.dsl.doing import OTHER_OPERATOR, state_of, until_state
from tests.dsl.inviting import claim_of, enrol, invite, is_inside, three
from tests.dsl.talking import ANNA, BELA, REACHES, in_talk
from tests.web.desk_people import signed_in
from tests.world import LINE, World


def leaves(world: World) -> ClaimId:
    """The guest leaves by the button of the desk; the claim that the page showed."""
    shown = claim_of(world, "bela").id
    talk.end_talk(world.ports, LINE, BELA)
    world.exchange.run_for(1)
    return shown


def host_claim(world: World) -> Claim:
    return claim_of(world, "anna")


@pytest.mark.parametrize("reach", REACHES)
def test_host_told_which_guest_left(world: World, reach: Reach) -> None:
    three(world, guest=reach)

    shown = leaves(world)

    assert desk_view.get_desk_view(world.ports, LINE, BELA, shown).over == "left"
    host = desk_view.get_desk_view(world.ports, LINE, ANNA).talk
    assert host is not None
    assert (host.guest, host.left, host.refused) == (None, "bela", "")


def test_notice_is_gone_with_next_invitation(world: World) -> None:
    three(world, guest=Reach.BROWSER)
    leaves(world)
    until_state(world, State.AVAILABLE, "bela")

    invite(world)

    assert host_claim(world).companions.left is None


def test_who_never_came_in_has_not_left(world: World) -> None:
    in_talk(world)
    enrol(world)
    invite(world)

    inviting.withdraw_invitation(world.ports, LINE, ANNA)

    assert host_claim(world).companions.left is None


def test_host_who_ends_talk_has_ended_it(world: World) -> None:
    three(world)
    shown = host_claim(world).id

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(1)

    assert (
        desk_view.get_desk_view(world.ports, LINE, ANNA, shown).over == "talk-operator"
    )


def test_guest_who_keeps_caller_ends_talk(world: World) -> None:
    three(world)
    shown = claim_of(world, "bela").id
    inviting.leave_to(world.ports, LINE, ANNA)
    world.exchange.run_for(1)

    talk.end_talk(world.ports, LINE, BELA)
    world.exchange.run_for(1)

    assert (
        desk_view.get_desk_view(world.ports, LINE, BELA, shown).over == "talk-operator"
    )


def test_invitation_says_who_asks(world: World) -> None:
    in_talk(world)
    world.operator("bela", phone=OTHER_OPERATOR)

    inviting.invite_colleague(world.ports, LINE, ANNA, BELA)

    offer = desk_view.get_desk_view(world.ports, LINE, BELA).offer
    assert offer is not None
    assert (offer.invited, offer.by, offer.returning) == (True, "anna", False)


def test_pages_say_leaving_in_words(world: World) -> None:
    three(world)
    host, guest = signed_in(world, "anna"), signed_in(world, "bela")

    page = guest.get("/operator").text
    assert is_inside(world)
    assert "Leave the call" in page
    assert "End the call" not in page
    assert "End the call" in host.get("/operator").text

    shown = leaves(world)
    assert state_of(world) is State.TALKING
    assert "You have left the call." in guest.get(f"/operator/now?last={shown}").text
    assert "bela has left the call." in host.get("/operator").text


def test_page_offers_only_who_can_be_reached(world: World) -> None:
    in_talk(world)
    host = signed_in(world, "anna")
    world.operator("bela", phone=OTHER_OPERATOR, team="night")
    choices = f"/operator/talk/choices?claim={host_claim(world).id}"

    there = host.get(choices).text
    assert '<option value="operator:bela">bela, Available</option>' in there
    assert '<option value="team:night">' in there
    assert "nobody-free" not in there

    choose_state(world.ports, LINE, BELA, State.AWAY, "test")
    gone = host.get(choices).text
    assert '<option value="operator:bela" disabled>bela, Away</option>' in gone
    assert '<option value="team:night" disabled>' in gone
    assert "Nobody is free just now." in gone
    assert "invite-who" not in gone
