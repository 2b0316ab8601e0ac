"""A carrier of the tests' own: it follows the facts sheet, and has its own habits.

The test plays the carrier's customers: it dials, presses, hangs up, lets the
operator answer. What the service writes in TwiML is followed until a verb waits
for somebody.
"""

import itertools
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import requests
from twilio.request_validator import RequestValidator

from tests.processes.legs import Habits, Leg, Room

LINE = "+12025550101"
LIMIT = 15  # seconds that the carrier waits for an answer
# Parameters that come without notice; blank ones are as usual as filled ones.
EXTRA = {
    "ApiVersion": "2010-04-01",
    "FromCity": "",
    "ToCountry": "US",
    "StirVerstat": "TN-Validation-Passed-C",
    "Zebra": "ż \u0457 ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who signs, and how the service is reached."""

    sid: str
    token: str
    public_url: str
    service_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service said to one webhook."""

    path: str
    status: int
    body: str


class Carrier:
    """Dials, signs, follows TwiML and tells what became of calls."""

    def __init__(self, account: Account, habits: Habits) -> None:
        self.account = account
        self.habits = habits
        self.legs: dict[str, Leg] = {}
        self.rooms: list[Room] = []
        self.answers: list[Answer] = []
        self.odd: list[str] = []
        self.late: list[str] = []
        self.on_created: Callable[[Leg], None] = lambda _: None
        self.lock = threading.RLock()
        self.pool = ThreadPoolExecutor(48)
        self._sids = itertools.count(2**60, -7919)
        self._media: set[str] = set()
        self._local = threading.local()

    # --- what people do ---------------------------------------------------

    def dial(self, *, number: str = LINE, caller: str = "+12025550150") -> Leg:
        """Somebody rings the hotline; back when the first question is asked."""
        leg = self._leg(caller, number, "inbound")
        leg.becomes("ringing")
        leg.url = f"{self.account.public_url}/voice/incoming"
        self._go(leg, leg.url)
        if leg.live:
            leg.becomes("in-progress")
        return leg

    def press(self, leg: Leg, keys: str) -> None:
        """Answer the present question, one key after the other."""
        for key in keys:
            action = leg.gather
            if action is None or not leg.live:
                self.odd.append(f"nothing to press {key} for: {leg.heard[-3:]}")
                return
            self._go(leg, action, {"Digits": key, "msg": "Gather End"})

    def type(self, leg: Leg, digits: str) -> None:
        """Give several digits to one question."""
        if leg.gather:
            self._go(leg, leg.gather, {"Digits": digits})

    def silence(self, leg: Leg) -> None:
        """Say nothing until the present question gives up."""
        rest, leg.gather, epoch = leg.rest, None, leg.epoch
        self._follow(leg, rest, leg.url, epoch)

    def hang_up(self, leg: Leg, status: str = "completed") -> None:
        """End a call from its own side."""
        with self.lock:
            if not leg.live:
                return
            leg.becomes(status)
            leg.epoch += 1
            action, leg.wait_url = (leg.queue_action, None)
            room = leg.room
        if action and "caller" not in self.habits.lost:
            self.post(action, {**self._standard(leg), "QueueResult": "hangup"})
        leg.queue_action = None
        if room is not None:
            self._leave(leg, room)
        self._report_end(leg)

    def answer(self, leg: Leg) -> None:
        """Take the telephone; back when the service has asked its question."""
        with self.lock:
            if leg.status != "ringing":
                return
            leg.becomes("in-progress")
        self._progress(leg, "answered")
        self._go(leg, leg.url)

    def poll(self, leg: Leg) -> None:
        """The waiting music has run out: ask for the next piece."""
        url = leg.wait_url
        if url is None or not leg.live:
            return
        waited = str(int(time.perf_counter() - leg.waited_since))
        extra = {"QueuePosition": "1", "QueueTime": waited, "CurrentQueueSize": "1"}
        self._go(leg, url, extra, polls=True)

    def poll_until_rung(self, phone: str) -> list[Leg]:
        """One round of waiting music for all; who is rung at this telephone."""
        self.poll_all()
        return self.rung(phone)

    def poll_all(self) -> None:
        """Every caller's waiting music has run out."""
        for leg in [leg for leg in self.callers if leg.waiting]:
            self.poll(leg)

    # --- what a test looks at -----------------------------------------------

    @property
    def callers(self) -> list[Leg]:
        """Everybody who rang the hotline."""
        return [leg for leg in list(self.legs.values()) if leg.direction == "inbound"]

    def rung(self, number: str | None = None) -> list[Leg]:
        """The legs that ring now, at one number or anywhere."""
        legs = [leg for leg in list(self.legs.values()) if leg.direction != "inbound"]
        rings = [leg for leg in legs if leg.status == "ringing"]
        return [leg for leg in rings if number in (None, leg.number_to)]

    def partners(self, leg: Leg) -> list[Leg]:
        """Who is in the same room."""
        room = leg.room
        return [] if room is None else [one for one in room.inside if one is not leg]

    @property
    def faults(self) -> list[Answer]:
        """Answers that a carrier cannot use."""
        return [a for a in list(self.answers) if a.status not in (200, 204)]

    # --- webhooks -----------------------------------------------------------

    def post(self, url: str, form: Mapping[str, str], *, copies: int = 1) -> Answer:
        """Post one signed webhook; the answer that counts is the first."""
        account = self.account
        body = {**EXTRA, "AccountSid": account.sid, **form}
        signature = RequestValidator(account.token).compute_signature(url, body)
        headers = {"X-Twilio-Signature": str(signature)}
        answers = [self.send(url, body, headers) for _ in range(copies)]
        return answers[0]

    def send(
        self, url: str, body: Mapping[str, str], headers: Mapping[str, str]
    ) -> Answer:
        """Send a form as the TLS proxy before the service would."""
        public = urlsplit(self.account.public_url)
        ours = url.replace(self.account.public_url, self.account.service_url, 1)
        proxied = {"Host": public.netloc, "X-Forwarded-Proto": public.scheme}
        path = urlsplit(url).path
        try:
            got = self._session().post(
                ours,
                data=body,
                headers={**proxied, **headers},
                timeout=LIMIT,
                allow_redirects=False,
            )
        except requests.Timeout:
            self.late.append(path)
            raise
        answer = Answer(path=path, status=got.status_code, body=got.text)
        self.answers.append(answer)
        return answer

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        return self._local.session  # type: ignore[no-any-return]

    def _standard(self, leg: Leg) -> dict[str, str]:
        ends = {"From": leg.number_from, "To": leg.number_to}
        twice = {"Caller": leg.number_from, "Called": leg.number_to}
        state = {"CallStatus": leg.status, "Direction": leg.direction}
        return {"CallSid": leg.sid, **ends, **twice, **state}

    def _progress(self, leg: Leg, event: str) -> None:
        if event not in leg.callback_events or "operator" in self.habits.lost:
            return
        self._callback(leg, {"CallbackSource": "call-progress-events"})

    def _report_end(self, leg: Leg) -> None:
        who = "caller" if leg.direction == "inbound" else "operator"
        if who not in self.habits.lost and leg.callback:
            self._callback(leg, {"CallDuration": "1", "Duration": "1"})

    def _callback(self, leg: Leg, extra: Mapping[str, str]) -> None:
        number = {"SequenceNumber": str(next(leg.numbers))}
        form = {**self._standard(leg), **number, **extra}
        self.pool.submit(self.post, leg.callback, form, copies=self.habits.copies)

    # --- TwiML --------------------------------------------------------------

    def _go(
        self,
        leg: Leg,
        url: str,
        form: Mapping[str, str] | None = None,
        *,
        polls: bool = False,
    ) -> None:
        with self.lock:
            if polls and leg.wait_url is None:
                return  # moved on in the meantime
            leg.epoch += 1
            epoch = leg.epoch
            leg.gather, leg.url = None, url if leg.wait_url is None else leg.url
        answer = self.post(url, {**self._standard(leg), **(form or {})})
        if leg.epoch != epoch or not leg.live:
            return
        if answer.status != 200:
            self._fail(leg)
            return
        self._follow(leg, list(ET.fromstring(answer.body)), url, epoch)  # noqa: S314

    def _fail(self, leg: Leg) -> None:
        action, leg.wait_url, leg.queue_action = leg.queue_action, None, None
        if action is None:
            self.hang_up(leg, "failed")
        else:
            self._go(leg, action, {"QueueResult": "error"})

    def _follow(self, leg: Leg, verbs: list[ET.Element], url: str, epoch: int) -> None:
        for at, verb in enumerate(verbs):
            if leg.epoch != epoch:
                return
            step = getattr(self, f"_do_{verb.tag.lower()}", None)
            if step is None:
                self.odd.append(f"verb {verb.tag}")
            elif step(leg, verb, url, verbs[at + 1 :]):
                return
        if leg.wait_url is None:
            self.hang_up(leg)

    def _do_say(self, leg: Leg, verb: ET.Element, *_: object) -> bool:
        leg.heard.append(verb.text or "")
        leg.languages.append(verb.get("language", ""))
        return False

    def _do_play(self, leg: Leg, verb: ET.Element, url: str, *_: object) -> bool:
        media = urljoin(url, verb.text or "")
        leg.heard.append(f"({media})")
        if media not in self._media:
            self._media.add(media)
            ours = media.replace(self.account.public_url, self.account.service_url, 1)
            got = self._session().get(ours, timeout=LIMIT)
            if not got.headers.get("Content-Type", "").startswith("audio/"):
                self.odd.append(f"media {media}: {got.status_code}")
        return False

    def _do_pause(self, *_: object) -> bool:
        return False

    def _do_gather(
        self, leg: Leg, verb: ET.Element, url: str, rest: list[ET.Element]
    ) -> bool:
        for inner in verb:
            getattr(self, f"_do_{inner.tag.lower()}")(leg, inner, url, rest)
        leg.rest = rest
        leg.gather = urljoin(url, verb.get("action", url))
        return True

    def _do_redirect(self, leg: Leg, verb: ET.Element, url: str, *_: object) -> bool:
        target = urljoin(url, verb.text or "")
        if leg.wait_url is None:
            threading.Event().wait(1)  # what was said takes its time
            self._go(leg, target)
        else:
            leg.wait_url = target
        return True

    def _do_enqueue(self, leg: Leg, verb: ET.Element, url: str, *_: object) -> bool:
        leg.wait_url = urljoin(url, verb.get("waitUrl", ""))
        leg.queue_action = urljoin(url, verb.get("action", url))
        leg.waited_since = time.perf_counter()
        self.poll(leg)
        return True

    def _do_leave(self, leg: Leg, *_: object) -> bool:
        action, leg.wait_url, leg.queue_action = leg.queue_action, None, None
        self._go(leg, action or leg.url, {"QueueResult": "leave", "QueueTime": "1"})
        return True

    def _do_hangup(self, leg: Leg, *_: object) -> bool:
        self.hang_up(leg)
        return True

    def _do_reject(self, leg: Leg, *_: object) -> bool:
        self.hang_up(leg, "busy")
        return True

    def _do_dial(
        self, leg: Leg, verb: ET.Element, url: str, rest: list[ET.Element]
    ) -> bool:
        inner = verb.find("Conference")
        if inner is None:
            self.odd.append("Dial without Conference")
            return False
        action = verb.get("action")
        leg.dial_action = urljoin(url, action) if action else None
        leg.rest = rest
        leg.ends_room = inner.get("endConferenceOnExit") == "true"
        self._join(leg, inner, url)
        return True

    # --- conferences ----------------------------------------------------------

    def _join(self, leg: Leg, noun: ET.Element, url: str) -> None:
        name = noun.text or ""
        with self.lock:
            open_rooms = [r for r in self.rooms if r.status != "completed"]
            room = next((r for r in open_rooms if r.name == name), None)
            if room is None:
                callback = urljoin(url, noun.get("statusCallback", ""))
                sid = self._sid("CF")
                room = Room(sid=sid, name=name, callback=callback)
                self.rooms.append(room)
            room.inside.append(leg)
            room.ever.append(leg)
            leg.room = room
            starts = len(room.inside) == 2 and room.status == "init"
            if starts:
                room.status = "in-progress"
        events: list[tuple[str, Leg | None]] = [("participant-join", leg)]
        if starts:
            events.append(("conference-start", None))
        if self.habits.start_before_join:
            events.reverse()
        self._tell_room(room, events)

    def _leave(self, leg: Leg, room: Room) -> None:
        with self.lock:
            if leg not in room.inside:
                return
            room.inside.remove(leg)
            leg.room = None
            others = list(room.inside) if leg.ends_room else []
            for other in others:
                other.room = None
            if others:
                room.inside.clear()
            if not room.inside:
                room.status = "completed"
        events: list[tuple[str, Leg | None]] = [("participant-leave", leg)]
        events += [("participant-leave", other) for other in others]
        if room.status == "completed":
            events.append(("conference-end", None))
        if self.habits.end_before_leave:
            events.reverse()
        self._tell_room(room, events)
        for other in others:
            self.pool.submit(self.after_room, other)

    def after_room(self, leg: Leg) -> None:
        """Go on with what follows a conference that has ended for this one."""
        if leg.dial_action:
            self._go(leg, leg.dial_action, {"DialCallStatus": "answered"})
        else:
            leg.epoch += 1
            self._follow(leg, leg.rest, leg.url, leg.epoch)

    def close(self, room: Room) -> None:
        """End a conference for all, as REST asks."""
        for leg in list(room.inside):
            self._leave(leg, room)
            self.pool.submit(self.after_room, leg)

    def _tell_room(self, room: Room, events: list[tuple[str, Leg | None]]) -> None:
        if "conference" in self.habits.lost or not room.callback:
            return
        self.pool.submit(self._tell_in_turn, room, events)

    def _tell_in_turn(self, room: Room, events: list[tuple[str, Leg | None]]) -> None:
        for event, leg in events:
            form = {
                "ConferenceSid": room.sid,
                "FriendlyName": room.name,
                "StatusCallbackEvent": event,
                "SequenceNumber": str(next(room.numbers)),
                **({"CallSid": leg.sid} if leg else {}),
            }
            self.post(room.callback, form, copies=self.habits.copies)

    # --- what the REST interface changes --------------------------------------

    def create(self, form: Mapping[str, list[str]]) -> Leg:
        """A leg that the service asks for: it rings at once."""
        leg = self._leg(form["From"][0], form["To"][0], "outbound-api")
        leg.url = form["Url"][0]
        leg.callback = form.get("StatusCallback", [""])[0]
        leg.rings_for = int(form.get("Timeout", ["0"])[0])
        events = form.get("StatusCallbackEvent", ["completed"])
        leg.callback_events = tuple(word for e in events for word in e.split())
        self.pool.submit(self._ring, leg)
        return leg

    def _ring(self, leg: Leg) -> None:
        self._progress(leg, "initiated")
        with self.lock:
            if leg.status != "queued":
                return
            leg.becomes("ringing")
        self._progress(leg, "ringing")
        self.on_created(leg)

    def redirect(self, leg: Leg, url: str) -> None:
        """Move a live call to another document, as REST asks."""
        with self.lock:
            action, leg.queue_action, leg.wait_url = leg.queue_action, None, None
            room, leg.epoch = leg.room, leg.epoch + 1
        if room is not None:
            self._leave(leg, room)
        if action:
            form = {**self._standard(leg), "QueueResult": "redirected"}
            self.pool.submit(self.post, action, form)
        self.pool.submit(self._go, leg, url)

    def _leg(self, number_from: str, number_to: str, direction: str) -> Leg:
        with self.lock:
            leg = Leg(
                sid=self._sid("CA"),
                number_from=number_from,
                number_to=number_to,
                direction=direction,
            )
            if direction == "inbound":
                leg.callback = f"{self.account.public_url}/voice/status"
            else:
                leg.becomes("queued")
            self.legs[leg.sid] = leg
            return leg

    def _sid(self, prefix: str) -> str:
        return f"{prefix}{next(self._sids):032x}"
