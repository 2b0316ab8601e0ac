"""The ways out of the model's queue: a message is left, or the wait goes on."""

from tests.promises.model.model_callers import IN_QUEUE, CallersModel
from tests.promises.model.model_parts import Caller

LEAVE_MESSAGE, BACK = "2", "0"


class ExitsModel(CallersModel):
    """Those who look for a way out of the queue; they wait on meanwhile."""

    def wait_key(self, leg: str, keys: str, _: str) -> None:
        """A key on hold opens a page."""
        caller = self.on_line(leg)
        if caller is None or caller.stage not in IN_QUEUE or caller.page:
            return
        if keys == LEAVE_MESSAGE and not caller.message:
            self.turn_to(caller, "message")

    def turn_to(self, caller: Caller, page: str) -> None:
        """Another page."""
        caller.page, caller.tries = page, 0
        caller.step += 1

    def message(self, leg: str, recording: str | None, _: int) -> None:
        """The carrier tells what was said, or that nothing was."""
        caller = self.callers[self.legs.get(leg, leg)]
        if recording is None:
            self._stay(caller)
        elif recording != caller.message:
            caller.message = recording
            self._leave_message(caller)
            if caller.stage == "ended" or caller.leg is None:
                self.remember(caller)

    def _stay(self, caller: Caller) -> None:
        if caller.page == "message" and caller.stage in IN_QUEUE:
            caller.page, caller.tries = "", 0

    def _leave_message(self, caller: Caller) -> None:
        if caller.leg is None and caller.stage in {"waiting", "promised"}:
            self.finish(caller)  # the message stands for the call
        if caller.leg is None or caller.page != "message":
            return
        caller.page, caller.step = "", caller.step + 1
        if caller.stage == "waiting":
            caller.stage = "goodbye"
