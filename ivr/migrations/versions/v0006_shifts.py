"""When operators are to be there."""

import sqlalchemy as sa
from alembic import op

revision = "0006_shifts"
down_revision = "0005_records"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "shifts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("starts", MOMENT, nullable=False),
        sa.Column("ends", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reminded", sa.JSON, nullable=False),
        sa.Column("seen", MOMENT),
        sa.Column("rev", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
    )
    op.create_index("ix_shifts_line_starts", "shifts", ["line", "starts"])
    op.create_index("ix_shifts_operator_starts", "shifts", ["operator", "starts"])
