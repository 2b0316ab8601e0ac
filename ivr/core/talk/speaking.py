"""The words for the answers of decisions: what the operator's leg does next."""

from ivr.core.dialogue import instructions
from ivr.core.dialogue.instructions import (
    AskNext,
    EnterRoom,
    HangUp,
    Instruction,
    NextRequest,
    Say,
)
from ivr.core.dialogue.spoken import language_of
from ivr.core.dialogue.whisper import (
    announce_caller,
    prompt_of_refusal,
    say_to_operator,
    whisper_offer,
)
from ivr.core.line.menu import Line
from ivr.core.model.claim import Claim
from ivr.core.model.identifiers import ClaimId
from ivr.core.model.operator import Operator
from ivr.core.model.values import replace
from ivr.core.talk.answers import (
    Announce,
    AnswerToOperator,
    AnswerToPerson,
    AskForKey,
    AskLater,
    AskPerson,
    Dismiss,
    Enter,
    ExplainEnd,
    HangUpPerson,
    LetPersonIn,
)
from ivr.core.talk.talk import Context, Talk

PUT_THROUGH, REFUSE = "1", "2"
"""The keys of a person who is called back."""


def speak_to_operator(
    answer: AnswerToOperator, talk: Talk, context: Context, token: str = ""
) -> list[Instruction]:
    """The instructions for an answer; ``token`` leads back to a standing line."""
    match answer:
        case AskForKey():
            return _ask_for_key(answer, talk, context)
        case Enter():
            return _enter_room(answer, talk, context, token)
        case Announce():
            return _announce_caller(answer, talk, context, token)
        case AskLater():
            wait = say_to_operator(
                "operator.one-moment", _language_for(talk, answer.claim, context)
            )
            return [wait, _ask_later(answer)]
        case Dismiss():
            language = _language_for(talk, answer.claim, context)
            return [say_to_operator(answer.prompt, language), HangUp()]
        case ExplainEnd():
            return [explain_end(talk, answer.claim, context), HangUp()]


def explain_end(talk: Talk, key: ClaimId | None, context: Context) -> Say:
    """Why a claim is over, in the language of its operator."""
    claim = talk.find_claim(key)
    reason = claim.reason if claim else "expired"
    talked = reason.startswith("talk-")
    prompt = "operator.ended" if talked else prompt_of_refusal(reason)
    return say_to_operator(prompt, _language_for(talk, key, context))


def language_of_operator(operator: Operator | None, line: Line) -> str:
    """The operator's own language if the line speaks it, else the line's first."""
    if operator and operator.profile.languages[0] in line.languages:
        return operator.profile.languages[0]
    return line.fallback.language


def _language_for(talk: Talk, key: ClaimId | None, context: Context) -> str:
    claim = talk.find_claim(key)
    return language_of_operator(talk.operator_of(claim), context.line)


def _ask_for_key(answer: AskForKey, talk: Talk, context: Context) -> list[Instruction]:
    claim = talk.claims[answer.claim]
    call, operator = talk.call_of(claim), talk.operator_of(claim)
    if call is None:
        return [explain_end(talk, answer.claim, context), HangUp()]
    language = _language_for(talk, answer.claim, context)
    missed = operator.unanswered.missed if operator else 0
    return whisper_offer(call, claim, language, context.now, missed)


def _enter_room(
    answer: Enter, talk: Talk, context: Context, token: str
) -> list[Instruction]:
    claim = talk.claims[answer.claim]
    if not claim.is_open:
        return [explain_end(talk, claim.id, context), HangUp()]
    calling = say_to_operator(
        "operator.calling", _language_for(talk, claim.id, context)
    )
    room = _make_room(claim, talk.operator_of(claim), context.line, token)
    return [calling, room] if answer.calling else [room]


def _announce_caller(
    answer: Announce, talk: Talk, context: Context, token: str
) -> list[Instruction]:
    claim = talk.claims[answer.claim]
    call, operator = talk.call_of(claim), talk.operator_of(claim)
    if call is None:
        return []
    language = language_of_operator(operator, context.line)
    missed = operator.unanswered.missed if operator else 0
    invited = claim.is_invitation
    room = replace(_make_room(claim, operator, context.line, token), tone=True)
    return [*announce_caller(call, language, missed, invited=invited), room]


def _make_room(
    claim: Claim, operator: Operator | None, line: Line, token: str
) -> EnterRoom:
    stands = operator is not None and operator.is_standing
    return EnterRoom(
        claim=claim.id,
        room=claim.room,
        role="standing" if stands else "operator",
        limit=line.limits.talk,
        goes_on=claim.is_invitation,
        muted=claim.participants.muted,
        token=token,
    )


def _ask_later(answer: AskLater) -> AskNext:
    values: dict[str, str | int] = {"claim": answer.claim, "attempt": answer.attempt}
    return AskNext(path=NextRequest.OFFER_CONNECT, values=values)


# --- to the person who is called back ---------------------------------------------


def speak_to_person(
    answer: AnswerToPerson, talk: Talk, context: Context
) -> list[Instruction]:
    """The instructions for an answer to the person who was called."""
    match answer:
        case AskPerson():
            return [_ask_person(answer, talk, context)]
        case LetPersonIn():
            return _let_person_in(answer, talk, context)
        case HangUpPerson():
            return [HangUp()]


def _ask_person(answer: AskPerson, talk: Talk, context: Context) -> Instruction:
    language = _language_of_caller(talk, context)
    asked = (
        Say(prompt="back.question", language=language, values={"key": PUT_THROUGH}),
        Say(prompt="back.refuse", language=language, values={"key": REFUSE}),
    )
    return instructions.AskPersonKey(prompts=asked, claim=answer.claim)


def _let_person_in(
    answer: LetPersonIn, talk: Talk, context: Context
) -> list[Instruction]:
    said = Say(prompt="wait.connecting", language=_language_of_caller(talk, context))
    limit = context.line.limits.talk
    return [said, EnterRoom(claim=answer.claim, role="caller", limit=limit)]


def _language_of_caller(talk: Talk, context: Context) -> str:
    call = talk.call
    return language_of(context.line, call) if call else context.line.fallback.language
