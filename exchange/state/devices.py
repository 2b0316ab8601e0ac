"""The devices of clients: which are registered, what rings there, what they are told.

A client (`client:anna`) may have several devices, say two pages of a browser. All of
them ring; the first to pick up has the call.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl

from exchange.state.leg import Leg

SCHEME = "client:"


class UnknownDevice(LookupError):
    """No such device is registered, or its connection was lost."""


class TooLate(Exception):
    """The call does not ring here any more: taken elsewhere, turned down, or over."""


class NoticeKind(StrEnum):
    """The notices that a device can get."""

    INCOMING = "incoming"
    CANCEL = "cancel"
    ACCEPTED_ELSEWHERE = "accepted-elsewhere"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing told to a device; `number` is what the device says it has read to."""

    number: int
    kind: NoticeKind
    call: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the notice as the device reads it."""
        return asdict(self) | {"kind": str(self.kind)}


@dataclass(slots=True, kw_only=True, eq=False)
class Device:
    """One device: the calls that ring at it, those it has, and what it has not read.

    `readers` are the requests that are waiting for news right now; `turn` tells one
    silence from the next.
    """

    id: str
    identity: str
    listening: bool = True
    ringing: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    told: int = 0
    readers: int = 0
    turn: int = 0

    @property
    def calls(self) -> list[str]:
        """Return the calls that ring at this device or are held with it."""
        return [*self.ringing, *self.live]

    def notify(
        self,
        kind: NoticeKind,
        call: str,
        parameters: Mapping[str, str] | None = None,
        custom: Mapping[str, str] | None = None,
    ) -> None:
        """Put a notice where the device will read it."""
        self.told += 1
        self.notices.append(
            Notice(
                number=self.told,
                kind=kind,
                call=call,
                parameters=parameters or {},
                custom=custom or {},
            )
        )

    def notices_after(self, after: int) -> list[Notice]:
        """Return what was told after notice `after`; what was read is forgotten."""
        self.notices = [each for each in self.notices if each.number > after]
        return list(self.notices)


@dataclass(slots=True)
class Devices:
    """Every device that is registered or still has a call."""

    known: dict[str, Device] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Device]:
        return iter(list(self.known.values()))

    def get(self, device: str) -> Device:
        """Return a device; raises UnknownDevice."""
        if device not in self.known:
            raise UnknownDevice(device)
        return self.known[device]

    def register(self, identity: str, device: str) -> Device:
        """Let a device ring for an identity; again does no harm."""
        known = self.known.setdefault(device, Device(id=device, identity=identity))
        known.identity, known.listening = identity, True
        return known

    def ringing_at(self, address: str) -> list[Device]:
        """Return the devices that ring when an address (`client:…`) is called."""
        identity = address.removeprefix(SCHEME)
        return [d for d in self if d.listening and d.identity == identity]

    def invite(self, leg: Leg, parameters: Mapping[str, str]) -> None:
        """Let a call ring at every device of its addressee."""
        for device in self.ringing_at(leg.to):
            device.ringing.append(leg.sid)
            device.notify(NoticeKind.INCOMING, leg.sid, parameters, leg.parameters)

    def take(self, leg: Leg, device: Device) -> None:
        """Give a ringing call to a device; the others stop ringing. Raises TooLate."""
        stop_ringing(device, leg.sid)
        device.live.append(leg.sid)
        for other in self:
            if leg.sid in other.ringing:
                other.ringing.remove(leg.sid)
                other.notify(NoticeKind.ACCEPTED_ELSEWHERE, leg.sid)

    def end_call(self, call: str) -> None:
        """Tell every device concerned that a call is over."""
        for device in self:
            if call in device.ringing:
                device.ringing.remove(call)
                device.notify(NoticeKind.CANCEL, call)
            if call in device.live:
                device.live.remove(call)
                device.notify(NoticeKind.DISCONNECT, call)


def stop_ringing(device: Device, call: str) -> None:
    """Stop ringing for a call at a device; raises TooLate when it does not ring."""
    if call not in device.ringing:
        raise TooLate(call)
    device.ringing.remove(call)


def is_client(address: str) -> bool:
    """Tell whether an address is that of a client."""
    return address.startswith(SCHEME)


def split_address(address: str) -> tuple[str, dict[str, str]]:
    """Split `client:anna?colour=blue` into the address and its own parameters."""
    if not is_client(address):
        return address, {}
    bare, _, query = address.partition("?")
    return bare, dict(parse_qsl(query, keep_blank_values=True))
