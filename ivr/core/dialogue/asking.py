"""Questions to a caller: the pending notices first, then the question."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from ivr.core.dialogue.instructions import Gather, Say
from ivr.core.line.menu import Line
from ivr.core.model.contact.contact import Contact

RETURN = "flow.return"
"""Tells a caller who was cut off how to return; in the earlier call's language."""


class Placement(Struct, frozen=True, kw_only=True):
    """Where to put the caller, beyond what the call itself says.

    ``token`` is the place in the queue, signed; ``room`` the name of the room of the
    claim. With ``tone`` the others there hear the caller come.
    """

    token: str = ""
    room: str = ""
    tone: bool = False


NO_PLACEMENT = Placement()


def ask_for_keys(
    line: Line,
    call: Contact,
    says: Sequence[Say],
    *,
    digits: int = 1,
    within: timedelta | None = None,
    token: str = "",
) -> Gather:
    """Speak the notices and the question, and take up to ``digits`` keys."""
    return Gather(
        prompts=(*say_notices(line, call), *says),
        step=call.menu.step,
        digits=digits,
        token=token,
        within=within or line.limits.answer_within,
    )


def say_notices(line: Line, call: Contact) -> list[Say]:
    """The notices spoken before anything else, such as a wrong key or a thank you."""
    return [
        Say(prompt=notice, language=language)
        for notice in call.menu.notices
        for language in _languages_for(line, call, notice)
    ]


def _languages_for(line: Line, call: Contact, notice: str) -> list[str]:
    """The languages of a notice: before a language is chosen, every one of them."""
    if notice == RETURN:
        return [call.menu.language_before]
    return [call.need.language] if call.need.language else list(line.languages)


def say(call: Contact, prompt: str, **values: str | int) -> Say:
    """One prompt in the caller's language."""
    return Say(prompt=prompt, language=call.need.language or "", values=values)
