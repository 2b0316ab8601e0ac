"""Whatever callers, operators and REST do in whatever order, nothing is left over."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.state.conferences import RoomStatus
from exchange.state.faults import Fault, FaultKind
from exchange.state.people import Callee, HangUp, Pickup, Press, Stay, Talk, Wait
from tests.exchange.box import (
    BASE,
    CALLER,
    HOTLINE,
    OFFICE,
    OPERATOR,
    SECOND,
    Box,
    Handler,
    Reply,
)

MENU = '<Gather numDigits="1" timeout="3" action="/menu"><Say>Choose</Say></Gather>'
PAGES: dict[str, Reply | Handler] = {
    "/start": MENU,
    "/wait": "<Play>/m.mp3</Play>",
    "/hold": '<Gather numDigits="1" action="/key"><Play loop="3">/m</Play></Gather>',
    "/key": "<Leave/>",
    "/out": '<Pause length="2"/>',
    "/after": '<Pause length="1"/>',
    "/before": "<Say>You are next</Say>",
    "/screen": '<Gather numDigits="1" action="/take"/><Hangup/>',
    "/ok": "",
    "/take": '<Dial action="/after" timeout="8"><Queue url="/before">q</Queue></Dial>',
    "/room": (
        '<Dial action="/after" timeLimit="40"><Conference endConferenceOnExit="true"'
        ' statusCallback="/told" statusCallbackEvent="start end join leave">r'
        "</Conference></Dial>"
    ),
    "/fallback": "<Say>Sorry</Say>",
    "/broken": (500, (), b""),
}
CHOICES = {
    "1": '<Enqueue waitUrl="/wait" action="/out">q</Enqueue>',
    "2": f'<Dial action="/after" timeout="5"><Number url="/ok">{OPERATOR}</Number>'
    f"<Number>{SECOND}</Number></Dial>",
    "3": '<Redirect method="GET">/room</Redirect>',
    "4": '<Enqueue waitUrl="/broken">q</Enqueue>',
    "5": '<Record action="/after" timeout="2" recordingStatusCallback="/told"/>',
    "6": '<Enqueue waitUrl="/hold" action="/out">q</Enqueue>',
}
LATER = st.floats(0, 20)
ACTIONS = st.one_of(
    st.tuples(st.just("dial"), st.sampled_from("123456")),
    st.tuples(st.just("create"), st.sampled_from(["/screen", "/room", "/broken"])),
    st.tuples(st.just("pass"), LATER),
    st.tuples(st.just("hang up"), st.integers(0, 9)),
    st.tuples(st.just("keys"), st.integers(0, 9)),
    st.tuples(st.just("speech"), st.integers(0, 9)),
    st.tuples(st.just("redirect"), st.integers(0, 9)),
    st.tuples(st.just("complete"), st.integers(0, 9)),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("front"), st.just(0)),
    st.tuples(st.just("end room"), st.just(0)),
    st.tuples(st.just("double"), st.integers(0, 5)),
)
CALLEES = st.sampled_from(
    [
        Callee(deeds=(Press(digits="1"), Talk(seconds=7))),
        Callee(deeds=(Press(digits="1"), Stay())),
        Callee(deeds=(Wait(seconds=1), HangUp())),
        Callee(pickup=Pickup.BUSY),
        Callee(pickup=Pickup.NO_ANSWER),
    ]
)


class Play:
    """One random evening."""

    def __init__(self, callees: list[Callee]) -> None:
        self.box = Box(calls_per_second=2.0)
        self.exchange = self.box.exchange
        self.box.service.pages.update(PAGES)
        self.box.page("/menu", lambda form: CHOICES.get(form["Digits"], ""))
        self.exchange.put_person(OPERATOR, *callees)
        self.exchange.put_person(SECOND, *reversed(callees))

    def do(self, action: str, value: object) -> None:
        match action:
            case "dial":
                number = OFFICE if value == "4" else HOTLINE
                self.exchange.dial(CALLER, number, Press(digits=str(value)))
            case "create":
                params = {"To": OPERATOR, "From": HOTLINE, "Url": f"{BASE}{value}"}
                told = {"StatusCallback": f"{BASE}/status"}
                self.box.call("POST", "Calls", **params, **told)
            case "pass":
                self.exchange.run_for(float(str(value)))
            case "double":
                fault = Fault(kind=FaultKind.DOUBLED, times=1, seconds=int(str(value)))
                self.exchange.state.faults.add(fault)
            case _:
                self._disturb(action, int(str(value)))

    def _disturb(self, action: str, which: int) -> None:
        legs = list(self.exchange.state.legs.values())
        if not legs:
            return
        leg = legs[which % len(legs)]
        match action:
            case "hang up":
                self.exchange.hang_up(leg)
            case "keys":
                self.exchange.press(leg, "1*")
            case "speech":
                self.exchange.speak(leg, "Is anybody there?")
            case "redirect":
                self.box.call("POST", f"Calls/{leg.sid}", Url=f"{BASE}/room")
            case "complete":
                self.box.call("POST", f"Calls/{leg.sid}", Status="completed")
            case "cancel":
                self.box.call("POST", f"Calls/{leg.sid}", Status="canceled")
            case _:
                self._disturb_rooms(action)

    def _disturb_rooms(self, action: str) -> None:
        state = self.exchange.state
        if action == "front" and state.queues:
            tail = f"Queues/{next(iter(state.queues))}/Members/Front"
            self.box.call("POST", tail, Url=f"{BASE}/room")
        if action == "end room" and state.conferences:
            room = list(state.conferences)[-1]
            self.box.call("POST", f"Conferences/{room}", Status="completed")

    def finish(self) -> None:
        for leg in list(self.exchange.state.legs.values()):
            self.exchange.hang_up(leg)
        self.exchange.run_for(60)


@settings(max_examples=60)
@given(st.lists(ACTIONS, max_size=25), st.lists(CALLEES, min_size=1, max_size=3))
def test_every_call_ends_once_and_cleanly(
    actions: list[tuple[str, object]], callees: list[Callee]
) -> None:
    play = Play(callees)

    for action, value in actions:
        play.do(action, value)
    play.finish()

    state = play.exchange.state
    assert all(leg.ended for leg in state.legs.values())
    assert not any(leg.task and leg.task.alive for leg in state.legs.values())
    assert not any(queue.members or queue.dialers for queue in state.queues.values())
    assert {room.status for room in state.conferences.values()} <= {
        RoomStatus.COMPLETED
    }
    assert not any(leg.bridged_to for leg in state.legs.values())
    ends = Counter(
        webhook.call
        for webhook in state.sent
        if webhook.url.endswith("/status") and not webhook.copy
    )
    assert not ends or max(ends.values()) == 1
