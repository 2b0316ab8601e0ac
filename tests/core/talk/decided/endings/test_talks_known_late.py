"""A talk of which is told once its claim is over."""

from ivr.core.model.contact.stage import Stage
from ivr.core.talk.events import CallerHungUp, RoomBegan
from tests.core.talk.beginnings import HOST, PERSONS_LEG, WISH
from tests.core.talk.situations import GONE, KEPT, changed, made_anew
from tests.core.talk.telling import come_to, text, told


def test_talk_known_late() -> None:
    world = come_to("taken", GONE)

    assert told(world, RoomBegan(claim=HOST)) == text(
        """
        host: caller_in True, operator_in True
        tells caller-connected: at +4s, call caller, claim host, operator phone
        """
    )


def test_late_talk_known_once() -> None:
    world = come_to("taken", GONE, RoomBegan(claim=HOST))

    assert told(world, RoomBegan(claim=HOST)) == ""


def test_late_talk_is_of_number() -> None:
    world = come_to("taken", GONE, one_number=True)

    assert told(world, RoomBegan(claim=HOST)) == text(
        """
        host: caller_in True, operator_in True
        keyed-name: talked +4s
        tells caller-connected: at +4s, call caller, claim host, operator phone
        """
    )


def test_late_talk_fulfils_promise() -> None:
    world = come_to(
        "a person is reached", CallerHungUp(leg=PERSONS_LEG, how="completed")
    )

    assert told(world, RoomBegan(claim=HOST)) == text(
        """
        host: caller_in True, operator_in True
        person: stage ended, talks_since +4s, ended +10s, answered True, fulfilled True
        tells caller-connected: at +4s, call person, claim host, operator phone
        tells callback-ended: call person, reason kept
        """
    )


def test_late_talk_before_promise() -> None:
    world = come_to(
        "a person is reached",
        CallerHungUp(leg=PERSONS_LEG, how="completed"),
        made_anew(60),
    )

    assert told(world, RoomBegan(claim=HOST)) == text(
        """
        host: caller_in True, operator_in True
        tells caller-connected: at +4s, call person, claim host, operator phone
        """
    )


def test_late_talk_of_renewed_promise() -> None:
    world = come_to(
        "a person is reached",
        CallerHungUp(leg=PERSONS_LEG, how="completed"),
        made_anew(60),
        changed("call:person", came_from=WISH),
    )

    assert told(world, RoomBegan(claim=HOST)) == text(
        """
        host: caller_in True, operator_in True
        person: stage ended, talks_since +4s, ended +12s, answered True, fulfilled True
        tells caller-connected: at +4s, call person, claim host, operator phone
        tells callback-ended: call person, reason kept
        """
    )


def test_late_talk_of_same_moment() -> None:
    world = come_to(
        "a person is reached",
        CallerHungUp(leg=PERSONS_LEG, how="completed"),
        made_anew(4),
    )

    assert told(world, RoomBegan(claim=HOST)) == text(
        """
        host: caller_in True, operator_in True
        person: stage ended, talks_since +4s, ended +11s, answered True, fulfilled True
        tells caller-connected: at +4s, call person, claim host, operator phone
        tells callback-ended: call person, reason kept
        """
    )


def test_late_talk_of_kept_promise() -> None:
    world = come_to(
        "a person is reached",
        CallerHungUp(leg=PERSONS_LEG, how="completed"),
        changed("call:person", promise=KEPT, stage=Stage.PROMISED),
    )

    assert told(world, RoomBegan(claim=HOST)) == text(
        """
        host: caller_in True, operator_in True
        tells caller-connected: at +4s, call person, claim host, operator phone
        """
    )


def test_known_talk_is_not_late() -> None:
    world = come_to("they talk by telephone", GONE)

    assert told(world, RoomBegan(claim=HOST)) == ""


def test_dropped_talk_that_ended_is_known() -> None:
    world = come_to("dropped", GONE)

    assert told(world, RoomBegan(claim=HOST)) == ""
