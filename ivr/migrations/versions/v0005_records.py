"""What operators write down about calls, and who was shown what is hidden."""

import sqlalchemy as sa
from alembic import op

revision = "0005_records"
down_revision = "0004_accounts"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _records()
    _reveals()


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("saved", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("disposition", sa.Text),
        sa.Column("complete", MOMENT),
        sa.Column("follow_up", sa.Text, nullable=False),
        sa.Column("passed_on", MOMENT),
        sa.Column("passed_to", sa.Text),
        sa.Column("done", MOMENT),
        sa.Column("done_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("call", "operator", name="uq_records_call_operator"),
    )
    op.create_index("ix_records_line_passed_on", "records", ["line", "passed_on"])


def _reveals() -> None:
    op.create_table(
        "reveals",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reveals"),
    )
    op.create_index("ix_reveals_line_at", "reveals", ["line", "at"])
    op.create_index("ix_reveals_call", "reveals", ["call"])
