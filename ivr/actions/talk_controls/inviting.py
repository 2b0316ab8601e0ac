"""Invitations: an operator brings in a colleague, and may leave them the caller."""

from ivr.actions.talk_controls.talk import hold_caller
from ivr.actions.talks.running import run_for_desk
from ivr.core.model.identifiers import ClaimId, LineKey, OperatorId
from ivr.core.talk.events import InviteAsked, LeaveAsked, WithdrawAsked
from ivr.ports import Ports


def invite_colleague(
    ports: Ports, line: LineKey, operator: OperatorId, who: OperatorId
) -> None:
    """Ask a colleague who is free into the talk; one at a time, and once."""
    key = ClaimId(ports.ids.token())
    event = InviteAsked(operator=operator, colleague=who, invitation=key)
    run_for_desk(ports, line, event)


def withdraw_invitation(ports: Ports, line: LineKey, operator: OperatorId) -> None:
    """Take the host's invitation back, or ask the colleague to leave again."""
    run_for_desk(ports, line, WithdrawAsked(operator=operator))


def leave_to(ports: Ports, line: LineKey, operator: OperatorId) -> None:
    """Let the host leave; the colleague inside keeps the caller."""
    outcome = run_for_desk(ports, line, LeaveAsked(operator=operator))
    if outcome.talk.claim is not None and outcome.talk.claim.participants.held:
        # The colleague may have no desk open to take the caller off hold.
        hold_caller(ports, line, operator, on=False)
        run_for_desk(ports, line, LeaveAsked(operator=operator))
