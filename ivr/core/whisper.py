"""What an operator hears before a call: what is coming, and how to answer."""

from collections.abc import Mapping
from datetime import datetime

from ivr.core.call import Call
from ivr.core.claim import Claim
from ivr.core.instructions import AskOperator, Instruction, Say

TAKE, DECLINE = "1", "2"

_REFUSALS = {
    "caller-left": "operator.caller-left",
    "declined": "operator.declined",
    "carrier": "operator.failed",
    "failed": "operator.failed",
    "not-reached": "operator.not-reached",
}


def whisper(
    call: Call, claim: Claim, language: str, now: datetime
) -> list[Instruction]:
    """Tell topic, language, time waited and whether a place was given; then ask.

    Of a call back it is told first: the person is called once it is taken.
    """
    waited = (now - (call.queued or claim.made)).total_seconds()
    is_back = call.answered or call.belongs_to is not None
    returning = [say("operator.returning", language)] if is_back else []
    away = call.leg is None
    says = (
        say("operator.callback" if away else "operator.offer", language),
        say(
            "operator.language",
            language,
            {"language": f"language-name.{call.language}"},
        ),
        say("operator.topic", language, {"topic": f"topic-name.{call.topic}"}),
        say("operator.waited", language, {"minutes": round(waited / 60)}),
        say(f"operator.location.{call.location}", language),
        *returning,
        say("operator.keys", language),
    )
    return [AskOperator(prompts=says, claim=claim.id)]


def refusal(reason: str) -> str:
    """The prompt for an operator whose offer is over, and why."""
    return _REFUSALS.get(reason, "operator.expired")


def say(
    prompt: str, language: str, values: Mapping[str, str | int] | None = None
) -> Say:
    """One sentence for an operator."""
    return Say(prompt=prompt, language=language, values=values or {})
