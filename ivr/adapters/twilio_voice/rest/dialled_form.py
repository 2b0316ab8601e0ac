"""Twilio's form of a leg's addressee: a number, or the name of a browser."""

from ivr.core.model.address import Address, PhoneNumber, Softphone

# https://www.twilio.com/docs/voice/api/call-resource: To
CLIENT = "client:"


def dialled_form(to: Address) -> str:
    """An address as it is dialled."""
    return CLIENT + to.identity if isinstance(to, Softphone) else to.reveal()


def read_dialled(dialled: str) -> Address:
    """The address that was dialled in this form."""
    if dialled.startswith(CLIENT):
        return Softphone(dialled.removeprefix(CLIENT))
    return PhoneNumber(dialled)
