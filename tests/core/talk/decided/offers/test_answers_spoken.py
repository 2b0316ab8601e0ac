"""What the leg that asks hears: an operator's, or a person's."""

from ivr.core.talk.answers import (
    Announce,
    AskForKey,
    AskLater,
    AskPerson,
    Dismiss,
    Enter,
    ExplainEnd,
    HangUpPerson,
    LetPersonIn,
)
from ivr.core.talk.events import OfferDue
from tests.core.talk.beginnings import GUEST, HOST, PHONE, invited
from tests.core.talk.situations import (
    BY_STANDING,
    DECLINED,
    GONE,
    changed,
    wait,
    without,
)
from tests.core.talk.telling import come_to, spoken, text


def test_operator_hears_who_comes() -> None:
    world = come_to("a telephone is asked", wait(600))

    assert spoken(world, AskForKey(HOST)) == text(
        """
        Say: prompt operator.offer, language uk
        Say: prompt operator.language, language uk, values {'language':
          'language-name.en'}
        Say: prompt operator.topic, language uk, values {'topic': 'topic-name.myself'}
        Say: prompt operator.waited, language uk, values {'minutes': 10}
        Say: prompt operator.location.none, language uk
        Say: prompt operator.keys, language uk
        AskOperator: claim host
        """
    )


def test_operator_hears_of_missed_offers() -> None:
    world = come_to("a telephone is asked", changed("operator:phone", missed=2))

    assert spoken(world, AskForKey(HOST)) == text(
        """
        Say: prompt operator.missed, language uk, values {'calls': 2}
        Say: prompt operator.offer, language uk
        Say: prompt operator.language, language uk, values {'language':
          'language-name.en'}
        Say: prompt operator.topic, language uk, values {'topic': 'topic-name.myself'}
        Say: prompt operator.waited, language uk, values {'minutes': 0}
        Say: prompt operator.location.none, language uk
        Say: prompt operator.keys, language uk
        AskOperator: claim host
        """
    )


def test_nobody_is_there_to_come() -> None:
    world = without(come_to("a telephone is asked"), "call:")

    assert spoken(world, AskForKey(HOST)) == text(
        """
        Say: prompt operator.expired, language uk
        HangUp:
        """
    )


def test_unknown_operator_missed_nothing() -> None:
    world = without(come_to("a telephone is asked"), "operator:")

    assert spoken(world, AskForKey(HOST)) == text(
        """
        Say: prompt operator.offer, language uk
        Say: prompt operator.language, language uk, values {'language':
          'language-name.en'}
        Say: prompt operator.topic, language uk, values {'topic': 'topic-name.myself'}
        Say: prompt operator.waited, language uk, values {'minutes': 0}
        Say: prompt operator.location.none, language uk
        Say: prompt operator.keys, language uk
        AskOperator: claim host
        """
    )


def test_operator_enters_room() -> None:
    world = come_to("taken")

    assert spoken(world, Enter(HOST)) == text(
        """
        EnterRoom: claim host, role operator, limit 14400s, room host
        """
    )


def test_operator_enters_while_it_rings() -> None:
    world = come_to("a person is called")

    assert spoken(world, Enter(HOST, calling=True)) == text(
        """
        Say: prompt operator.calling, language uk
        EnterRoom: claim host, role operator, limit 14400s, room host
        """
    )


def test_muted_guest_enters() -> None:
    world = come_to("a colleague comes", changed("claim:guest", muted=True))

    assert spoken(world, Enter(GUEST)) == text(
        """
        EnterRoom: claim guest, role operator, limit 14400s, room host, goes_on True,
          muted True
        """
    )


def test_nobody_enters_what_is_over() -> None:
    world = come_to("taken", GONE)

    assert spoken(world, Enter(HOST)) == text(
        """
        Say: prompt operator.caller-left, language uk
        HangUp:
        """
    )


def test_nobody_enters_after_talk() -> None:
    world = come_to("they talk by telephone", GONE)

    assert spoken(world, Enter(HOST)) == text(
        """
        Say: prompt operator.ended, language uk
        HangUp:
        """
    )


def test_standing_operator_enters() -> None:
    world = come_to("put through")

    assert spoken(world, Enter(HOST), "signed") == text(
        """
        EnterRoom: claim host, role standing, limit 14400s, room host, token signed
        """
    )


def test_unknown_operator_enters() -> None:
    world = without(come_to("taken"), "operator:")

    assert spoken(world, Enter(HOST)) == text(
        """
        EnterRoom: claim host, role operator, limit 14400s, room host
        """
    )


def test_standing_operator_hears_who_comes() -> None:
    world = come_to("put through")

    assert spoken(world, Announce(HOST), "signed") == text(
        """
        Say: prompt operator.language, language uk, values {'language':
          'language-name.en'}
        Say: prompt operator.topic, language uk, values {'topic': 'topic-name.myself'}
        EnterRoom: claim host, role standing, limit 14400s, room host, token signed,
          tone True
        """
    )


def test_standing_operator_hears_of_missed_offers() -> None:
    world = come_to("put through", changed("operator:standing", missed=2))

    assert spoken(world, Announce(HOST)) == text(
        """
        Say: prompt operator.missed, language uk, values {'calls': 2}
        Say: prompt operator.language, language uk, values {'language':
          'language-name.en'}
        Say: prompt operator.topic, language uk, values {'topic': 'topic-name.myself'}
        EnterRoom: claim host, role standing, limit 14400s, room host, tone True
        """
    )


def test_standing_guest_hears_who_talks() -> None:
    world = come_to(
        "they talk by telephone", *invited(BY_STANDING, PHONE), OfferDue(claim=GUEST)
    )

    assert spoken(world, Announce(GUEST)) == text(
        """
        Say: prompt operator.invited, language uk
        Say: prompt operator.language, language uk, values {'language':
          'language-name.en'}
        Say: prompt operator.topic, language uk, values {'topic': 'topic-name.myself'}
        EnterRoom: claim guest, role standing, limit 14400s, room host, goes_on True,
          tone True
        """
    )


def test_unknown_operator_hears_who_comes() -> None:
    world = without(come_to("put through"), "operator:")

    assert spoken(world, Announce(HOST)) == text(
        """
        Say: prompt operator.language, language uk, values {'language':
          'language-name.en'}
        Say: prompt operator.topic, language uk, values {'topic': 'topic-name.myself'}
        EnterRoom: claim host, role operator, limit 14400s, room host, tone True
        """
    )


def test_nobody_announced() -> None:
    world = without(come_to("put through"), "call:")

    assert spoken(world, Announce(HOST)) == ""


def test_operator_asked_to_wait() -> None:
    world = come_to("taken")

    assert spoken(world, AskLater(HOST, 2)) == text(
        """
        Say: prompt operator.one-moment, language uk
        AskNext: path offer-connect, values {'claim': 'host', 'attempt': 2}
        """
    )


def test_operator_dismissed() -> None:
    world = come_to("taken")

    assert spoken(world, Dismiss("operator.failed", HOST)) == text(
        """
        Say: prompt operator.failed, language uk
        HangUp:
        """
    )


def test_somebody_is_dismissed() -> None:
    world = come_to("taken")

    assert spoken(world, Dismiss("operator.failed")) == text(
        """
        Say: prompt operator.failed, language uk
        HangUp:
        """
    )


def test_operator_speaks_no_language_of_ours() -> None:
    world = come_to("taken", changed("operator:phone", languages=("fr", "en")))

    assert spoken(world, Dismiss("operator.failed", HOST)) == text(
        """
        Say: prompt operator.failed, language uk
        HangUp:
        """
    )


def test_operator_speaks_another_language() -> None:
    world = come_to("taken", changed("operator:phone", languages=("en", "uk")))

    assert spoken(world, Dismiss("operator.failed", HOST)) == text(
        """
        Say: prompt operator.failed, language en
        HangUp:
        """
    )


def test_operator_hears_of_declined_offer() -> None:
    world = come_to("offered", DECLINED)

    assert spoken(world, ExplainEnd(HOST)) == text(
        """
        Say: prompt operator.declined, language uk
        HangUp:
        """
    )


def test_operator_hears_of_talk() -> None:
    world = come_to("they talk by telephone", GONE)

    assert spoken(world, ExplainEnd(HOST)) == text(
        """
        Say: prompt operator.ended, language uk
        HangUp:
        """
    )


def test_unknown_claim_has_expired() -> None:
    world = come_to("nobody is rung")

    assert spoken(world, ExplainEnd(HOST)) == text(
        """
        Say: prompt operator.expired, language uk
        HangUp:
        """
    )


def test_no_claim_has_expired() -> None:
    world = come_to("nobody is rung")

    assert spoken(world, ExplainEnd(None)) == text(
        """
        Say: prompt operator.expired, language uk
        HangUp:
        """
    )


def test_person_asked() -> None:
    world = come_to("a person is called")

    assert spoken(world, AskPerson(HOST)) == text(
        """
        Say: prompt back.question, language en, values {'key': '1'}
        Say: prompt back.refuse, language en, values {'key': '2'}
        AskPersonKey: claim host
        """
    )


def test_unknown_person_asked() -> None:
    world = without(come_to("a person is called"), "call:")

    assert spoken(world, AskPerson(HOST)) == text(
        """
        Say: prompt back.question, language uk, values {'key': '1'}
        Say: prompt back.refuse, language uk, values {'key': '2'}
        AskPersonKey: claim host
        """
    )


def test_person_let_in() -> None:
    world = come_to("a person is reached")

    assert spoken(world, LetPersonIn(HOST, is_meant=True)) == text(
        """
        Say: prompt wait.connecting, language en
        EnterRoom: claim host, role caller, limit 14400s
        """
    )


def test_person_hung_up() -> None:
    world = come_to("a person is called")

    assert spoken(world, HangUpPerson()) == text(
        """
        HangUp:
        """
    )
