"""Accounts of the desk, their sessions, and attempts to sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0004_accounts"
down_revision = "0003_promises"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; the operators there are get their account with a link."""
    _accounts()
    _sessions()
    _attempts()


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("pending", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("link_until", MOMENT),
        sa.Column("rev", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("operator", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
    )
    op.create_index("ix_accounts_link", "accounts", ["link"])


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("opened", MOMENT, nullable=False),
        sa.Column("seen", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sessions"),
    )
    op.create_index("ix_sessions_operator", "sessions", ["operator"])
    op.create_index("ix_sessions_seen", "sessions", ["seen"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("made", sa.JSON, nullable=False),
        sa.Column("last", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_attempts"),
    )
    op.create_index("ix_attempts_last", "attempts", ["last"])
