"""The whisper: what an operator hears before a call, and how they answer."""

from collections.abc import Mapping
from datetime import datetime

from ivr.core.dialogue.instructions import AskOperator, Instruction, Say
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.location import LocationKind

TAKE, DECLINE = "1", "2"

SENT_AWAY = "operator.sent-away"

_REFUSALS = {
    "caller-left": "operator.caller-left",
    "declined": "operator.declined",
    "carrier": "operator.failed",
    "failed": "operator.failed",
    "not-reached": "operator.not-reached",
    "transferred": "operator.ended",
    "withdrawn": "operator.withdrawn",
}


def whisper_offer(
    call: Contact, claim: Claim, language: str, now: datetime, missed: int = 0
) -> list[Instruction]:
    """Tell topic, language, time waited and whether a location was given; then ask.

    A call back is announced first: the person is called once the operator takes it. So
    is a colleague's invitation, whose caller does not wait any more. ``missed``: how
    many offers in a row came to nothing before this one.
    """
    invited = claim.is_invitation
    says = (
        *_say_missed(missed, language),
        _say_kind(call, language, invited=invited),
        *_say_subject(call, language),
        *([] if invited else _say_waited(call, claim, language, now)),
        *_say_circumstances(call, language, invited=invited),
        say_to_operator("operator.keys", language),
    )
    return [AskOperator(prompts=says, claim=claim.id)]


def announce_caller(
    call: Contact, language: str, missed: int = 0, *, invited: bool = False
) -> list[Say]:
    """The words for an operator on a standing line: short, for the caller is coming.

    They take about as long as the caller is told that an operator is there.
    """
    told = _say_circumstances(call, language, invited=invited)
    if call.location.kind is LocationKind.NONE:
        told = told[1:]
    plain = call.leg is not None and not invited
    kind = [] if plain else [_say_kind(call, language, invited=invited)]
    return [*_say_missed(missed, language), *kind, *_say_subject(call, language), *told]


def _say_kind(call: Contact, language: str, *, invited: bool) -> Say:
    if invited:
        return say_to_operator("operator.invited", language)
    return say_to_operator(
        "operator.offer" if call.leg else "operator.callback", language
    )


def _say_waited(call: Contact, claim: Claim, language: str, now: datetime) -> list[Say]:
    waited = (now - (call.arrival.at or claim.made)).total_seconds()
    return [
        say_to_operator("operator.waited", language, {"minutes": round(waited / 60)})
    ]


def _say_missed(count: int, language: str) -> list[Say]:
    return (
        [say_to_operator("operator.missed", language, {"calls": count})]
        if count
        else []
    )


def _say_subject(call: Contact, language: str) -> list[Say]:
    spoken = {"language": f"language-name.{call.need.language}"}
    return [
        say_to_operator("operator.language", language, spoken),
        say_to_operator(
            "operator.topic", language, {"topic": f"topic-name.{call.need.topic}"}
        ),
    ]


def _say_circumstances(call: Contact, language: str, *, invited: bool) -> list[Say]:
    has_talked = call.talk.answered or call.affinity.operator
    is_back = not invited and call.affinity.handed_by is None and has_talked
    returning = [say_to_operator("operator.returning", language)] if is_back else []
    return [
        say_to_operator(f"operator.location.{call.location.kind}", language),
        *returning,
    ]


def prompt_of_refusal(reason: str) -> str:
    """The prompt that tells an operator why the offer is over."""
    return _REFUSALS.get(reason, "operator.expired")


def say_to_operator(
    prompt: str, language: str, values: Mapping[str, str | int] | None = None
) -> Say:
    """One sentence for an operator."""
    return Say(prompt=prompt, language=language, values=values or {})
