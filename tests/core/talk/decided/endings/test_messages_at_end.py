"""A caller hangs up while the carrier records a message: it tells of both at once."""

from datetime import timedelta

from ivr.core.model.contact.exit_menu import Page
from ivr.core.talk.events import CallerHungUp, SpokenMessage
from tests.core.talk.beginnings import CALLER, CALLER_LEG, PHONED, offered
from tests.core.talk.situations import GONE, OTHER, changed
from tests.core.talk.telling import come_to, text, told

SPEAKING = changed("call:caller", page=Page.MESSAGE)
SAID = CallerHungUp(
    leg=CALLER_LEG,
    message=SpokenMessage(recording="recording", length=timedelta(seconds=4)),
)
SILENT = CallerHungUp(
    leg=CALLER_LEG, message=SpokenMessage(recording=None, length=timedelta())
)


def test_message_and_end_noted_together() -> None:
    world = come_to("nobody is rung", SPEAKING)

    assert told(world, SAID) == text(
        """
        caller: stage ended, notices message.thanks, page none, message recording, ended
          +1s, ended_from goodbye, outcome message
        tells message-left: call caller, recording recording, seconds 4, language en
        tells call-ended: call caller, outcome message
        asks SharePlace(call='caller')
        """
    )


def test_silence_ends_call_alone() -> None:
    world = come_to("nobody is rung", SPEAKING)

    assert told(world, SILENT) == text(
        """
        caller: stage ended, notices message.none, page none, ended +1s, ended_from
          waiting
        tells call-ended: call caller, outcome abandoned
        asks SharePlace(call='caller')
        """
    )


def test_message_frees_operator_who_rings() -> None:
    world = come_to("nobody is rung", *offered(CALLER, PHONED), SPEAKING)

    assert told(world, SAID) == text(
        """
        host: state over, deadline none, reason caller-left
        caller: stage ended, claim none, notices message.kept back.operator-coming, page
          none, message recording, ended +2s, ended_from claimed
        phone: state available, since +2s, claim none
        tells message-left: call caller, recording recording, seconds 4, language en
        tells offer-ended: call caller, claim host, operator phone, reason caller-left
        tells call-ended: call caller, outcome abandoned
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_message_after_end_counts() -> None:
    world = come_to("nobody is rung", SPEAKING, GONE)

    assert told(world, SAID) == text(
        """
        caller: page none, message recording
        tells message-left: call caller, recording recording, seconds 4, language en
        """
    )


def test_message_noted_once() -> None:
    world = come_to("nobody is rung", SPEAKING, SAID)

    assert told(world, SAID) == ""


def test_message_of_unknown_leg_left() -> None:
    world = come_to("nobody is rung")

    assert told(world, CallerHungUp(leg=OTHER, message=SAID.message)) == ""
