"""Storage that must exist before the adapters open: the schema, a store of our own."""

from ivr.adapters.embedded import bundled_valkey
from ivr.adapters.sql.schema import migrate_database

__all__ = [
    "bundled_valkey",
    "migrate_database",
]
