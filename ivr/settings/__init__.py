"""What differs from place to place: settings, and the secrets of one house."""

from ivr.settings.environment import Settings, inherited
from ivr.settings.keys import Secrets
from ivr.settings.region import is_carriers

__all__ = ["Secrets", "Settings", "inherited", "is_carriers"]
