"""Facts that a version cannot read are kept until one can."""

import sqlalchemy as sa
from alembic import op

revision = "0008_unread_facts"
down_revision = "0007_teams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; until now such a fact stood in the stream, and all behind it."""
    op.create_table(
        "unread_facts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unread_facts"),
    )
    op.create_index("ix_unread_facts_line", "unread_facts", ["line"])
