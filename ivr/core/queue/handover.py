"""Handovers: who can take a caller over, and what became of the caller."""

from ivr.core.model.claim import Claim, ExitKind, PendingExit
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Operator, State

LANGUAGE, ENGAGED, PAUSE = "language", "engaged", "pause"
HINDRANCES = (LANGUAGE, ENGAGED, PAUSE)
"""Why an operator who is available cannot be handed a caller."""

QUEUED, TO_TEAM = "transferred-queue", "transferred-team"
TO_COLLEAGUE, IN_VAIN = "transferred-to", "transferred-back"


def why_not_reachable(
    colleague: Operator, language: str | None, *, cools: bool, engaged: bool
) -> str:
    """Why a colleague cannot be handed a caller; "" if they are free, or soon will be.

    Anybody else would not keep the caller. ``cools`` while a pause after an offer runs;
    ``engaged`` while the telephone is in use elsewhere.
    """
    if language is not None and language not in colleague.profile.languages:
        return LANGUAGE
    if colleague.is_back_soon:
        return ""
    if colleague.state is not State.AVAILABLE or colleague.disabled:
        return colleague.state.value
    if engaged or not colleague.is_reachable:
        return ENGAGED
    return PAUSE if cools else ""


def is_there(colleague: Operator, team: str, language: str | None) -> bool:
    """Whether a colleague of a team takes such a caller, now or as the next one."""
    speaks = language is None or language in colleague.profile.languages
    stays = colleague.wish in {None, State.AVAILABLE}
    return colleague.profile.team == team and colleague.is_on_duty and stays and speaks


def outcome_of_handover(
    going: PendingExit, call: Contact | None, claim: Claim | None, hindered: str
) -> str | None:
    """A word for what became of a caller who was handed over; None for no word.

    ``claim`` is the one that binds the caller now; ``hindered`` says why the chosen
    colleague cannot take calls any more.
    """
    match going.way:
        case ExitKind.QUEUE:
            return QUEUED
        case ExitKind.TEAM:
            return TO_TEAM
        case ExitKind.OPERATOR:
            return _at_colleague(OperatorId(going.to), call, claim, hindered)
        case _:
            return None


def _at_colleague(
    to: OperatorId, call: Contact | None, claim: Claim | None, hindered: str
) -> str | None:
    if call is None or not call.is_live:
        return None
    if claim is not None:
        return TO_COLLEAGUE if claim.operator == to else IN_VAIN
    waits = call.affinity.operator == to and not hindered
    return TO_COLLEAGUE if waits else IN_VAIN
