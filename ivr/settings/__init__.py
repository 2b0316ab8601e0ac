"""Settings, which differ from place to place, and the secrets of one service."""

from ivr.settings.environment import Settings, inherited_environment
from ivr.settings.keys import Secrets
from ivr.settings.region import is_carrier_address

__all__ = ["Secrets", "Settings", "inherited_environment", "is_carrier_address"]
