"""A call may have left more than one message: each recording has a row of its own."""

from alembic import op

revision = "0009_recordings"
down_revision = "0008_unread_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let call and recording name a row, in place of the call alone."""
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("pk_messages", type_="primary")
        messages.create_primary_key("pk_messages", ["call", "recording"])
    op.create_index("ix_messages_recording", "messages", ["recording"])
