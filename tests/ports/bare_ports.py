"""Ports for actions alone: what a test gives, and nobody behind all the others."""

from dataclasses import fields
from typing import Any

from ivr.ports import Carrier, Ports

URL = "https://hotline.example"


class Nobody:
    """A port that gives nothing and takes everything."""

    def __getattr__(self, _: str) -> Any:
        return lambda *_args, **_fields: None


def carrier_of(everything: Any) -> Carrier:
    """A carrier in which one thing answers whatever the subject is."""
    return Carrier(**{each.name: everything for each in fields(Carrier)})


def bare_ports(store: object, **given: object) -> Ports:
    """Ports over a store that keeps the facts too, and what is given by its name."""
    nobody: dict[str, Any] = {each.name: Nobody() for each in fields(Ports)}
    nobody["carrier"] = carrier_of(Nobody())
    live = {"store": store, "journal": store, "public_url": URL}
    return Ports(**{**nobody, **live, **given})
