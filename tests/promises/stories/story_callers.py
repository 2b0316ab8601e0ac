"""What callers do in a story: they ring, wait, hang up and ring again."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.promises.model.model_parts import Caller
from tests.promises.stories.story import Story, happened

MOST_CALLERS = 9
RETURN = ("*",)
STAYING = ("waiting", "claimed", "connected", "after", "goodbye", "promised")
WAYS_BACK = (RETURN, ("1", "1", "0"), ("2", "2", "0"))


class CallersStory(Story):
    """The callers."""

    @initialize(topic=st.sampled_from("12"))
    def begin(self, topic: str) -> None:
        for language in "12":
            self.arrive(language, topic)

    @rule(language=st.sampled_from("112"), topic=st.sampled_from("12"))
    def ring(self, language: str, topic: str) -> None:
        self.arrive(language, topic)

    def arrive(self, language: str, topic: str) -> str | None:
        """Somebody new comes to the queue; None when enough are there."""
        live = [each for each in self.model.callers.values() if each.stage != "ended"]
        if len(live) >= MOST_CALLERS:
            return None
        key = self._ring(f"+447700900{self.callers:03d}")
        for step, keys in enumerate((language, topic, "0")):
            self.both("step", key, step, keys)
        return key

    @precondition(lambda self: self.any_caller("ended", "promised"))
    @rule(data=st.data(), way=st.sampled_from(WAYS_BACK))
    def ring_again(self, data: st.DataObject, way: Sequence[str]) -> None:
        if before := self.staged(data, "ended", "promised"):
            self.ring_once_more(before, way)

    @precondition(lambda self: self.any_caller("connected", "after"))
    @rule(data=st.data(), way=st.sampled_from(WAYS_BACK))
    def break_off_and_ring_again(self, data: st.DataObject, way: Sequence[str]) -> None:
        if caller := self.staged(data, "connected", "after"):
            self.desk.lines.hang_up(str(caller.leg))
            self.both("leave", caller.leg)
            self.ring_once_more(caller, way)

    def ring_once_more(self, before: Caller, way: Sequence[str]) -> str | None:
        """The same telephone rings, unless it is on the line, as is believed."""
        if before.number in self.numbers_on_line():
            return None
        key = self._ring(before.number)
        kept = self.model.place_of(self.model.callers[key])
        happened[f"rings again: {'' if kept is None else _left_from(kept)}"] += 1
        if way == RETURN and kept is None:
            way = ("1", "1", "0")
        happened["returns by the star"] += way == RETURN
        for step, keys in enumerate(way):
            self.both("step", key, step, keys)
        return key

    def numbers_on_line(self) -> set[str]:
        """The numbers of those who are on a leg, as is believed."""
        live = [each for each in self.model.callers.values() if each.stage != "ended"]
        return {each.number for each in live if each.leg is not None}

    def _ring(self, number: str) -> str:
        self.callers += 1
        key = f"caller-{self.callers:03d}"
        self.desk.lines.callers.add(key)
        self.both("incoming", key, number)
        return key

    @precondition(lambda self: self.on_line(*STAYING))
    @rule(data=st.data(), is_told=st.booleans())
    def hang_up(self, data: st.DataObject, is_told: bool) -> None:  # noqa: FBT001
        found = data.draw(st.sampled_from(self.on_line(*STAYING)))
        self.desk.lines.hang_up(str(found.leg))
        if is_told:
            self.both("leave", found.leg)

    @precondition(lambda self: self.any_caller("after"))
    @rule(data=st.data(), keys=st.sampled_from(["1", ""]))
    def speak_again_or_not(self, data: st.DataObject, keys: str) -> None:
        if caller := self.staged(data, "after"):
            happened[f"after a talk: {keys}"] += 1
            self.both("step", caller.leg, caller.step, keys)

    @precondition(lambda self: self.on_line("waiting", "claimed"))
    @rule(data=st.data())
    def hold_on(self, data: st.DataObject) -> None:
        caller = data.draw(st.sampled_from(self.on_line("waiting", "claimed")))
        self.both("wait", caller.leg, "")

    # --- the ways out -------------------------------------------------------

    @precondition(lambda self: self.on_line("waiting", "claimed"))
    @rule(data=st.data())
    def open_message(self, data: st.DataObject) -> None:
        caller = data.draw(st.sampled_from(self.on_line("waiting", "claimed")))
        self.both("wait_key", caller.leg, "2", "")

    @precondition(lambda self: self._speaking())
    @rule(data=st.data(), says=st.booleans(), is_told_first=st.booleans())
    def leave_message(
        self,
        data: st.DataObject,
        says: bool,  # noqa: FBT001
        is_told_first: bool,  # noqa: FBT001
    ) -> None:
        caller = data.draw(st.sampled_from(self._speaking()))
        self.recordings += 1
        recording = f"recording-{self.recordings:03d}" if says else None
        happened[f"message: {caller.stage}"] += says
        leg = caller.leg
        if is_told_first:
            self.both("message", leg, recording, 9)
            return
        self.desk.lines.hang_up(str(leg))
        self.both("leave", leg)
        self.both("message", leg, recording, 9)

    def _speaking(self) -> list[Caller]:
        return [
            each
            for each in self.model.callers.values()
            if each.page == "message" and each.leg
        ]


def _left_from(before: Caller) -> str:
    """From where a caller comes who takes the place of a call."""
    return "a promise" if before.stage != "ended" else before.ended_from
