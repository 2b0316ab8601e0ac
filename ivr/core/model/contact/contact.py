"""A contact: who wants something, how far they have come, and what may happen next."""

from datetime import datetime
from typing import Self

from msgspec import Struct

from ivr.core.model.contact.callback import (
    Callback,
    CallbackPreferences,
    CallbackRequest,
)
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.ending import Ending, Outcome
from ivr.core.model.contact.exit_menu import ExitMenu
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.location import Location
from ivr.core.model.contact.menu_position import MenuPosition
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.talk_state import TalkState
from ivr.core.model.contact.waiting import Affinity, Arrival, QueueWait
from ivr.core.model.identifiers import ContactId, LegId, LineKey
from ivr.core.model.values import replace


class Contact(Struct, frozen=True):
    """Somebody who wants something from the line, from the first ring to the end.

    The identifier is the channel's own, and opaque. ``rev`` counts the saved versions:
    a change is saved only on top of the version that it was decided from.
    """

    id: ContactId
    line: LineKey
    caller: Caller
    started: datetime
    stage: Stage = Stage.MENU
    menu: MenuPosition = MenuPosition()
    need: Need = Need()
    location: Location = Location()
    exit_menu: ExitMenu = ExitMenu()
    arrival: Arrival = Arrival()
    wait: QueueWait = QueueWait()
    affinity: Affinity = Affinity()
    talk: TalkState = TalkState()
    ending: Ending = Ending()
    callback: Callback = Callback()
    rev: int = 0

    @property
    def is_live(self) -> bool:
        """Whether the caller is still with us, or promised a call back."""
        return self.stage is not Stage.ENDED

    def say_goodbye(self, outcome: Outcome) -> Self:
        """The call in which the last words are said, with its outcome for the log."""
        ending = replace(self.ending, outcome=outcome)
        return replace(self, stage=Stage.GOODBYE, ending=ending)

    def end_at(self, at: datetime) -> Self:
        """The call at its end, out of the stage that it was in."""
        return replace(
            self,
            stage=Stage.ENDED,
            talk=self.talk.release_claim(),
            ending=replace(self.ending, at=at, stage=self.stage),
        )

    @property
    def leg(self) -> LegId | None:
        """The leg that the caller is on; None while a promise waits to be kept."""
        request = self.callback.request
        return request.leg if request and request.activated else leg_of_contact(self.id)

    @property
    def is_on_first_leg(self) -> bool:
        """Whether the caller is on the leg on which they rang."""
        return self.leg == leg_of_contact(self.id)

    def with_request(self, request: CallbackRequest | None) -> Self:
        """The call with its promise of a call back, as far as it has come."""
        return replace(self, callback=replace(self.callback, request=request))

    def with_preferences(self, preferences: CallbackPreferences | None) -> Self:
        """The call with its caller's preferences for a call back."""
        return replace(self, callback=replace(self.callback, preferences=preferences))

    def with_notices(self, *notices: str) -> Self:
        """The call with the prompts that the caller hears before the next question."""
        return replace(self, menu=self.menu.with_notices(*notices))
