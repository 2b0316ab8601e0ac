"""Conferences: start, music, leaving, ending, and what is told of it."""

from exchange.kernel.transcript import Kind
from tests.exchange.box import CALLER, HOTLINE, Box
from tests.exchange.conferences.rooms import TOLD, document, enter, events, kinds


def test_conference_starts_when_two_are_in(box: Box) -> None:
    box.page("/music", "<Play>/hold.mp3</Play>")
    first = enter(box, document(f'{TOLD} waitUrl="/music"'))
    box.exchange.run_for(30)
    alone = Kind.CONNECTED in kinds(first)
    second = enter(box, document())

    assert not alone
    assert Kind.CONNECTED in kinds(first)
    assert Kind.CONNECTED in kinds(second)
    assert events(box) == ["participant-join", "participant-join", "conference-start"]


def test_non_starters_wait_for_starter(box: Box) -> None:
    quiet = document('startConferenceOnEnter="false" waitUrl=""')
    first, second = enter(box, quiet), enter(box, quiet)
    box.exchange.run_for(10)
    before = [Kind.CONNECTED in kinds(leg) for leg in (first, second)]

    enter(box, document())

    assert before == [False, False]
    assert all(Kind.CONNECTED in kinds(leg) for leg in (first, second))


def test_wait_document_of_conference_does_not_loop(box: Box) -> None:
    box.page("/music", "<Say>One moment</Say>")

    call = enter(box, document('waitUrl="/music"'))
    box.exchange.run_for(60)

    assert len(box.service.asked("/music")) == 1
    assert kinds(call)[-1] is Kind.SILENCE


def test_empty_wait_address_is_silence(box: Box) -> None:
    silent = enter(box, document('waitUrl=""'))
    box.page("/start", "<Dial><Conference>other</Conference></Dial>")
    musical = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_for(1)

    assert Kind.SILENCE in kinds(silent)
    assert Kind.MUSIC in kinds(musical)


def test_failing_wait_document_drops_leg_into_action(box: Box) -> None:
    box.page("/start", document('waitUrl="/music"'))
    box.page("/music", (500, (), b""))
    box.page("/after", "<Say>another way</Say>")

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    assert box.service.asked("/after")[0]["DialCallStatus"] == "failed"
    assert "another way" in [event.text for event in call.transcript]


def test_one_ending_on_exit_ends_all(box: Box) -> None:
    box.page("/after", "<Say>what now</Say>")
    stays = enter(box, document(TOLD))
    ends = enter(box, document('endConferenceOnExit="true"'))

    box.exchange.hang_up(ends)
    box.exchange.run_until(lambda: stays.ended)

    assert "what now" in [event.text for event in stays.transcript]
    final = box.service.asked("/room")[-1]
    assert final["StatusCallbackEvent"] == "conference-end"
    reason = "participant-with-end-conference-on-exit-left"
    assert final["ReasonConferenceEnded"] == reason
    assert final["CallSidEndingConference"] == ends.sid


def test_one_not_ending_leaves_other(box: Box) -> None:
    stays, goes = enter(box, document(TOLD)), enter(box, document())

    box.exchange.hang_up(goes)
    box.exchange.run_for(30)

    assert stays.conference
    assert kinds(stays)[-1] is Kind.DISCONNECTED
    left = box.service.asked("/room")[-1]
    assert left["ReasonParticipantLeft"] == "participant_hung_up"
    assert left["CallSid"] == goes.sid


def test_last_one_out_ends_it(box: Box) -> None:
    call = enter(box, document(TOLD))

    box.exchange.hang_up(call)
    box.exchange.run_for(1)

    assert box.service.asked("/room")[-1]["ReasonConferenceEnded"] == (
        "last-participant-left"
    )


def test_action_after_conference_names_no_other_call(box: Box) -> None:
    box.page("/after", "<Hangup/>")
    first = enter(box, document())
    second = enter(box, document('endConferenceOnExit="true"'))

    box.exchange.hang_up(second)
    box.exchange.run_until(lambda: first.ended)

    forms = box.service.asked("/after")
    assert {form["DialCallStatus"] for form in forms} == {"answered"}
    assert not any("DialCallSid" in form for form in forms)
    assert not any("DialCallDuration" in form for form in forms)


def test_without_action_next_verb_runs(box: Box) -> None:
    first = enter(box, document(action="") + "<Say>and now</Say>")
    second = enter(box, document('endConferenceOnExit="true"', action=""))

    box.exchange.hang_up(second)
    box.exchange.run_until(lambda: first.ended)

    assert "and now" in [event.text for event in first.transcript]


def test_only_first_participants_callback_counts(box: Box) -> None:
    enter(box, document(TOLD))
    enter(box, document(TOLD.replace("/room", "/other")))

    assert len(box.service.asked("/room")) == 3
    assert box.service.asked("/other") == []


def test_conference_callbacks_numbered_and_signed_and_dated(box: Box) -> None:
    enter(box, document(f'{TOLD} participantLabel="caller"'))
    enter(box, document())

    forms = box.service.asked("/room")
    assert [form["SequenceNumber"] for form in forms] == ["1", "2", "3"]
    assert forms[0]["ParticipantLabel"] == "caller"
    assert {form["FriendlyName"] for form in forms} == {"r"}
    assert all(form["Timestamp"].endswith("GMT") for form in forms)


def test_time_limit_ends_dial(box: Box) -> None:
    box.page("/after", "<Hangup/>")
    enter(box, document())

    call = enter(box, document(action='action="/after" timeLimit="30"'))
    box.exchange.run_until(lambda: call.ended, limit=31)

    assert call.seconds() == 30


def test_same_label_twice_refused(box: Box) -> None:
    enter(box, document('participantLabel="x"'))
    box.page("/after", "<Hangup/>")

    second = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: second.ended)

    assert box.service.asked("/after")[0]["DialCallStatus"] == "failed"
    assert "16025" in box.exchange.complaints[0].text


def test_full_conference_takes_no_more(box: Box) -> None:
    for _ in range(2):
        enter(box, document('maxParticipants="2"'))

    third = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_for(1)

    assert not third.conference
    assert "16020" in box.exchange.complaints[0].text
