"""The bundled Valkey: a store on loopback for an installation that was given none."""

from ivr.adapters.embedded.sharing import BundledValkey, bundled_valkey

__all__ = ["BundledValkey", "bundled_valkey"]
