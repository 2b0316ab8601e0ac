"""Ports for actions alone: what a test gives, and nobody behind all the others."""

from dataclasses import fields
from typing import Any

from ivr.ports import Carrier, Ports, Store

URL = "https://hotline.example"


class Nobody:
    """A port that gives nothing and takes everything."""

    def __getattr__(self, _: str) -> Any:
        return lambda *_args, **_fields: None


def carrier_of(everything: Any) -> Carrier:
    """A carrier in which one thing answers whatever the subject is."""
    return Carrier(**{each.name: everything for each in fields(Carrier)})


def store_of(everything: Any) -> Store:
    """A store in which one thing answers whatever the subject is."""
    return Store(**dict.fromkeys(Store.__struct_fields__, everything))


def bare_ports(store: Store, **given: object) -> Ports:
    """Ports over a store, and what is given by its name."""
    nobody: dict[str, Any] = {each: Nobody() for each in Ports.__struct_fields__}
    nobody["carrier"] = carrier_of(Nobody())
    live = {"store": store, "public_url": URL}
    return Ports(**{**nobody, **live, **given})
