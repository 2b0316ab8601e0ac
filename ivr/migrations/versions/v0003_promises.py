"""Promised call backs, and messages that callers have left."""

import sqlalchemy as sa
from alembic import op

revision = "0003_promises"
down_revision = "0002_standing"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _callbacks()
    _messages()


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("promised", MOMENT, nullable=False),
        sa.Column("promise", sa.JSON, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tried", MOMENT),
        sa.Column("ended", MOMENT),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("call", name="pk_callbacks"),
    )
    op.create_index("ix_callbacks_line_ended", "callbacks", ["line", "ended"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("left", MOMENT, nullable=False),
        sa.Column("recording", sa.Text, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("taken", MOMENT),
        sa.Column("how", sa.Text),
        sa.PrimaryKeyConstraint("call", name="pk_messages"),
    )
    op.create_index("ix_messages_line_taken", "messages", ["line", "taken"])
