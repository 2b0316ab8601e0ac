"""Where the carrier processes our calls: a region, reached through an edge.

Queues, calls and keys of one region are unknown in all others, so each address of
the carrier's must lead to the same one
(https://www.twilio.com/docs/global-infrastructure/understanding-twilio-regions).
"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

DEFAULT = "https://api.twilio.com"

_PUBLIC = (
    "ashburn",
    "dublin",
    "frankfurt",
    "sao-paulo",
    "singapore",
    "sydney",
    "tokyo",
    "umatilla",
)
_PRIVATE = ("ashburn-ix", "san-jose-ix")
EDGES: Mapping[str, tuple[str, ...]] = {
    "us1": (*_PUBLIC, *_PRIVATE),
    "ie1": ("dublin", "london-ix"),
    "au1": ("sydney", "sydney-ix"),
}
"""The regions, and the edges that lead to each; its own one first
(https://www.twilio.com/docs/global-infrastructure/edge-locations)."""


def known_region(text: str) -> str:
    """A region in which the carrier processes calls."""
    if text.lower() not in EDGES:
        raise ValueError(f"is no region; write one of {', '.join(EDGES)}")
    return text.lower()


def known_edge(text: str) -> str:
    """An edge of the carrier's network."""
    known = dict.fromkeys(each for edges in EDGES.values() for each in edges)
    if text.lower() not in known:
        raise ValueError(f"is no edge; write one of {', '.join(known)}")
    return text.lower()


def region_address(region: str, edge: str) -> str:
    """The carrier's REST interface in a region; without one, at its own choice."""
    return f"https://api.{edge}.{region}.twilio.com" if region and edge else DEFAULT


def is_carrier_address(url: str) -> bool:
    """Whether an address is the carrier's own, in whatever region."""
    host = urlsplit(url).hostname or ""
    return host == "twilio.com" or host.endswith(".twilio.com")


def find_mismatches(region: str, edge: str, api_url: str) -> Iterator[str]:
    """The settings that do not fit together: each region knows only its own calls."""
    if bool(region) != bool(edge):
        missing, there = ("EDGE", "REGION") if region else ("REGION", "EDGE")
        remedy = f" (for {region}: {EDGES[region][0]})" if region else ""
        yield (
            f"TWILIO_{missing}: is missing beside TWILIO_{there}; give both{remedy},"
            " or neither"
        )
        return
    if region and edge not in EDGES[region]:
        yield (
            f"TWILIO_EDGE: {edge} does not lead to the region {region}; write"
            f" {EDGES[region][0]}, or another TWILIO_REGION"
        )
    elif is_carrier_address(api_url):
        yield from _other_address(region, edge, api_url)


def _other_address(region: str, edge: str, api_url: str) -> Iterator[str]:
    if api_url == region_address(region, edge):
        return
    if region:
        yield (
            f"TWILIO_API_URL: leads elsewhere than TWILIO_REGION={region} and"
            f" TWILIO_EDGE={edge}; remove it"
        )
    else:
        yield (
            "TWILIO_API_URL: names a part of the carrier's network that the browsers'"
            " telephones do not know of; remove it, and set TWILIO_REGION and"
            " TWILIO_EDGE"
        )


def list_remarks(region: str, api_url: str) -> Iterator[str]:
    """Settings that may or may not be meant this way."""
    if region and api_url and not is_carrier_address(api_url):
        yield (
            "TWILIO_API_URL replaces the address of TWILIO_REGION and TWILIO_EDGE;"
            " remove it to reach the carrier itself"
        )
