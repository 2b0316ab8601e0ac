"""Operators of the model who have called in: not rung, and told with a tone."""

from datetime import timedelta

from tests.promises.model.model_callbacks import CallbacksModel
from tests.promises.model.model_parts import Agent, Promise

WHISPER = timedelta(seconds=40)


class StandingModel(CallbacksModel):
    """The standing line."""

    def come_in(self, key: str, leg: str) -> None:
        """An operator has called in and typed the PIN."""
        operator = self.operators[key]
        if operator.leg not in {None, leg}:
            self._cut_off(operator)
        if operator.leg is not None or self.lines.is_over(leg):
            return
        operator.leg = leg
        if operator.state in {"ringing", "talking"} and operator.wish == "offline":
            operator.wish = "available"
        elif operator.state == "offline":
            self.turn(operator, "available", 0)

    def stand(self, leg: str, key: str) -> None:
        """A sign of life; a caller may be on the way by now."""
        operator = self.operators[key]
        if operator.leg is None:
            self.come_in(key, leg)
        claim = self.claims.get(operator.claim or "")
        if operator.leg == leg and operator.state != "offline" and claim:
            self._announce(claim, leg)

    def fetched(self, leg: str, key: str, token: str) -> None:
        """The leg asks who is coming."""
        if not self._announce(self.claims[token], leg):
            self.stand_back(leg, key, token)

    def stand_back(self, leg: str, key: str, token: str) -> None:
        """The leg comes out of the room of a claim."""
        claim = self.claims[token]
        if claim.state == "taken" or claim.leg == leg:
            self.come_out(claim, "carrier")
        self.stand(leg, key)

    def _announce(self, claim: Promise, leg: str) -> bool:
        if claim.state not in {"taken", "connected"} or claim.leg != leg:
            return False
        until = (claim.taken or claim.made) + WHISPER
        if claim.state == "taken" and claim.deadline and claim.deadline < until:
            claim.deadline = until
        return True

    def leave(self, leg: str) -> None:
        super().leave(leg)
        for operator in self.operators.values():
            if operator.leg == leg and operator.stands:
                self._cut_off(operator)

    def _cut_off(self, operator: Agent) -> None:
        self.put_down(operator, operator.leg or "")
        claim = self.claims.get(operator.claim or "")
        if claim is not None and claim.state == "taken":
            self.undo(claim, "operator-left", fetches=True)
        elif claim is not None:
            self.come_out(claim, "operator")

    def put_down(self, operator: Agent, leg: str) -> None:
        """The leg to an operator's telephone is over."""
        if operator.leg != leg:
            return
        operator.leg = None
        if operator.stands and operator.state in {"ringing", "talking"}:
            operator.wish = "offline"
        elif operator.stands:
            self.turn(operator, "offline", 0)

    def put_through(self) -> bool:
        """Bring those together whose operators are on the line; whether any was."""
        made = [each for each in self.claims.values() if each.state == "made"]
        for claim in made:
            operator = self.operators[claim.operator]
            claim.state, claim.taken, claim.deadline = (
                "taken",
                self.now,
                self.now + self.lease(claim),
            )
            if not self.bring(claim, attempt=1):
                continue
            claim.leg = operator.leg
            if operator.leg and self.lines.is_over(operator.leg):
                self._cut_off(operator)
        return bool(made)

    def turn(self, operator: Agent, state: str, missed: int) -> None:
        """Another state of an operator."""
        raise NotImplementedError

    def undo(self, claim: Promise, reason: str, *, fetches: bool = False) -> None:
        """Give both sides of a claim back."""
        raise NotImplementedError
