"""Operators may be of a team, which calls can be handed to."""

import sqlalchemy as sa
from alembic import op

revision = "0007_teams"
down_revision = "0006_shifts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for the team; enrolled operators have none."""
    op.add_column(
        "operators",
        sa.Column("team", sa.Text, nullable=False, server_default=sa.text("''")),
    )
