"""The live state in Redis or Valkey; the one place that knows its keys.

``store`` is what the house asks of it, ``documents`` how its entities are kept
and where they stand, ``scripts`` how they change.
"""

from ivr.adapters.redis_store.documents import ENDED_TTL
from ivr.adapters.redis_store.store import RedisStore

__all__ = ["ENDED_TTL", "RedisStore"]
