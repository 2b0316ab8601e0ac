"""Documents as text: what the library's own builder would have written."""

from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import Dial, VoiceResponse

from ivr.adapters.twilio_voice.markup import Document

# Whatever XML can hold at all; the rest is refused when lines are read.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]))


@given(text=TEXTS, address=TEXTS)
def test_spoken_text_written_as_library_does(text: str, address: str) -> None:
    ours, theirs = Document(), VoiceResponse()
    ours.say(text, language="uk-UA", voice="a")
    theirs.say(text, language="uk-UA", voice="a")
    ours.redirect(address, method="POST")
    theirs.redirect(address, method="POST")
    ours.gather(action=address, num_digits=1).say(text)
    theirs.gather(action=address, num_digits=1).say(text)

    assert str(ours) == str(theirs)


def test_rooms_nested_and_flags_are_words() -> None:
    ours, theirs, dial = Document(), VoiceResponse(), Dial(time_limit=60)
    options = {"start_conference_on_enter": True, "end_conference_on_exit": False}
    ours.dial(time_limit=60).conference("room", wait_url="", **options)
    dial.conference("room", wait_url="", **options)
    theirs.append(dial)

    assert str(ours) == str(theirs)


def test_verbs_without_words_closed_at_once() -> None:
    document = Document()
    document.pause(length=2)
    document.hangup()

    assert str(document).endswith('<Pause length="2" /><Hangup /></Response>')


def test_line_breaks_in_address_cannot_end_it() -> None:
    document = Document()
    document.play("x", loop='1"\n<')

    assert '<Play loop="1&quot;&#10;&lt;">x</Play>' in str(document)
