"""What differs from place to place: settings, and the secrets of one house."""

from ivr.settings.environment import Settings, inherited
from ivr.settings.keys import Secrets
from ivr.settings.region import is_carriers
from ivr.settings.secret import Secret

__all__ = ["Secret", "Secrets", "Settings", "inherited", "is_carriers"]
