"""Everything the exchange holds, and the few ways to change it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from exchange.kernel.config import Config, Number
from exchange.kernel.http_types import Form, Outcome, Purpose, Webhook, WebhookAnswer
from exchange.kernel.sids import Chance, new_sid, new_token
from exchange.kernel.signals import Answered, Goto, LegEnded
from exchange.kernel.signing import escape_url, sign_request, split_fragment, with_query
from exchange.kernel.tasks import Script, Task, Timeline
from exchange.kernel.transcript import Kind, TranscriptEvent
from exchange.state import forms
from exchange.state.conferences import Conference, RoomStatus
from exchange.state.devices import Devices
from exchange.state.faults import Faults
from exchange.state.leg import Direction, Leg, Status
from exchange.state.people import Callee
from exchange.state.queues import CallQueue
from exchange.state.recorded import Recording

# How many sent requests are remembered; a demo may run for days.
KEPT = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Something the service did that the carrier would refuse or warn of."""

    at: float
    call: str
    text: str
    document: str = ""


@dataclass(slots=True, eq=False)
class ExchangeState:
    """The state of the exchange; requests to send gather in `outbox`."""

    config: Config
    chance: Chance
    timeline: Timeline
    faults: Faults
    converse: Callable[["ExchangeState", Leg, Goto], Script[None]]
    media: dict[str, float] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    number_sids: dict[str, str] = field(default_factory=dict)
    legs: dict[str, Leg] = field(default_factory=dict)
    queues: dict[str, CallQueue] = field(default_factory=dict)
    conferences: dict[str, Conference] = field(default_factory=dict)
    messages: dict[str, dict[str, object]] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)
    devices: Devices = field(default_factory=Devices)
    complaints: list[Complaint] = field(default_factory=list)
    outbox: list[Webhook] = field(default_factory=list)
    sent: deque[Webhook] = field(default_factory=lambda: deque(maxlen=KEPT))
    sent_count: int = 0
    trouble: list[tuple[Webhook, str]] = field(default_factory=list)
    people: dict[str, tuple[Callee, ...]] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    next_slot: float = 0.0
    waiting: dict[str, Task | None] = field(default_factory=dict)

    @property
    def now(self) -> float:
        """Return the exchange's time in seconds."""
        return self.timeline.now

    def issue_sid(self, prefix: str) -> str:
        """Return a fresh identifier."""
        return new_sid(prefix, self.chance)

    def complain(self, leg: Leg | None, text: str, document: str = "") -> None:
        """Record that the service did something wrong."""
        call = leg.sid if leg else ""
        note = Complaint(at=self.now, call=call, text=text, document=document)
        self.complaints.append(note)

    def add_number(self, number: Number) -> None:
        """Add a number, or change a known one."""
        self.numbers[number.number] = number
        self.number_sids.setdefault(number.number, self.issue_sid("PN"))

    def add_leg(self, from_: str, to: str, direction: Direction) -> Leg:
        """Make a leg that has not yet begun."""
        leg = Leg(
            sid=self.issue_sid("CA"),
            from_=from_,
            to=to,
            direction=direction,
            created=self.now,
            updated=self.now,
        )
        self.legs[leg.sid] = leg
        return leg

    def let_hear(self, leg: Leg, kind: Kind, **what: str) -> None:
        """Let the person at a telephone hear something."""
        event = TranscriptEvent(at=self.now, kind=kind, **what)
        leg.transcript.append(event)
        self.timeline.signal(leg.person, event)

    def set_status(self, leg: Leg, status: Status) -> None:
        """Move a leg to another status."""
        leg.status = status
        leg.updated = self.now
        if status is Status.IN_PROGRESS and leg.answered_at is None:
            leg.answered_at = self.now

    def end(self, leg: Leg, status: Status) -> None:
        """End a leg from outside: its script is unwound."""
        if not leg.ended:
            self.mark_ended(leg, status)
            self.timeline.interrupt(leg.task, LegEnded())

    def mark_ended(self, leg: Leg, status: Status) -> None:
        """Note that a leg is over; twice does no harm."""
        if not leg.ended:
            self.set_status(leg, status)
            leg.ended_at = self.now
            self.let_hear(leg, Kind.ENDED, text=str(status))
            self.devices.end_call(leg.sid)

    def find_room(self, name: str) -> Conference | None:
        """Return the live conference of that name."""
        for conference in self.conferences.values():
            if conference.name == name and conference.status != RoomStatus.COMPLETED:
                return conference
        return None

    def queue_named(self, name: str) -> CallQueue | None:
        """Return the queue of that name."""
        return next((q for q in self.queues.values() if q.name == name), None)

    def add_queue(self, name: str, max_size: int) -> CallQueue:
        """Make a queue."""
        queue = CallQueue(
            sid=self.issue_sid("QU"),
            name=name,
            created=self.now,
            updated=self.now,
            max_size=max_size,
        )
        self.queues[queue.sid] = queue
        return queue

    def compose(self, leg: Leg | None, goto: Goto, purpose: Purpose) -> Webhook:
        """Return a signed request, about a leg or not, ready to be sent."""
        bare, overrides = split_fragment(escape_url(goto.url))
        known = dict(forms.standard_form(self.config.account, leg)) if leg else {}
        form = tuple((known | dict(goto.params)).items())
        if purpose is Purpose.MEDIA:
            form = ()
        elif goto.method == "GET":
            bare, form = with_query(bare, form), ()
        return Webhook(
            key=self.issue_sid("WH"),
            call=leg.sid if leg else "",
            purpose=purpose,
            method=goto.method,
            url=bare,
            form=form,
            headers=self._headers_of(leg, goto, bare, form),
            body=forms.encode_form(form),
            connect_seconds=_milliseconds_in(
                overrides, "ct", self.config.connect_seconds
            ),
            total_seconds=_milliseconds_in(
                overrides, "tt", self.config.webhook_seconds
            ),
        )

    def send(self, webhook: Webhook, *, answer_to: Task | None = None) -> None:
        """Hand a request to the host, as the faults in force have it."""
        self.waiting[webhook.key] = answer_to
        for copy, delay in self.faults.deliveries_of(webhook):
            if delay:
                self.timeline.call_in(delay, lambda c=copy: self._schedule_delivery(c))  # type: ignore[misc]
            else:
                self._schedule_delivery(copy)

    def send_last(self, webhook: Webhook) -> None:
        """Send a request after all others of this moment."""
        self.timeline.call_in(0.0, lambda: self.send(webhook))

    def answered(self, webhook: Webhook, outcome: Outcome) -> None:
        """Take the answer to a request; a copy's answer is thrown away."""
        if isinstance(outcome, WebhookAnswer) and not outcome.suits(webhook.purpose):
            text = f"{webhook.purpose} {webhook.url} answered {outcome.status}"
            self.complain(self.legs.get(webhook.call), text)
        if not webhook.copy:
            task = self.waiting.pop(webhook.key, None)
            self.timeline.signal(task, Answered(webhook.key, outcome))

    def _schedule_delivery(self, webhook: Webhook) -> None:
        self.outbox.append(webhook)
        self.sent.append(webhook)
        self.sent_count += 1

    def _headers_of(
        self, leg: Leg | None, goto: Goto, url: str, form: Form
    ) -> dict[str, str]:
        fragment = goto.url.partition("#")[1:]
        signed = url + "".join(fragment) if self.config.sign_fragment else url
        headers = {
            "X-Twilio-Signature": sign_request(self.config.token, signed, form),
            "I-Twilio-Idempotency-Token": new_token(self.chance),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        if goto.method != "GET":
            headers["Content-Type"] = forms.CONTENT_TYPE
        kept = leg.cookies.values() if leg else ()
        cookies = "; ".join(f"{m.key}={m.coded_value}" for m in kept)
        return headers | ({"Cookie": cookies} if cookies else {})


def _milliseconds_in(overrides: dict[str, str], name: str, default: float) -> float:
    value = overrides.get(name, "")
    return int(value) / 1000 if value.isdigit() else default
