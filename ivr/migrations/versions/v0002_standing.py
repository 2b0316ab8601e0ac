"""Operators on a standing line call in with a PIN, kept as a keyed fingerprint."""

import sqlalchemy as sa
from alembic import op

revision = "0002_standing"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for the PIN; operators who are rung have none."""
    op.add_column("operators", sa.Column("pin", sa.Text))
