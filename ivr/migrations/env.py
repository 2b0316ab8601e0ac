"""Alembic's entry: runs the steps in the transaction that it is handed."""

from alembic import context

from ivr.adapters.sql import records  # noqa: F401 - its tables are on the metadata
from ivr.adapters.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata
)
with context.begin_transaction():
    context.run_migrations()
