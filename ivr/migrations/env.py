"""Alembic's entry: runs the steps in the transaction that it is handed."""

from alembic import context

from ivr.adapters.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata
)
with context.begin_transaction():
    context.run_migrations()
