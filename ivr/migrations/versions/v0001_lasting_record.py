"""The first tables: facts, calls, operators and rule sets."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _facts()
    _calls()
    _operators()
    _rule_sets()


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("call", sa.Text),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_facts"),
    )
    op.create_index("ix_facts_call", "facts", ["call"])
    op.create_index("ix_facts_at", "facts", ["at"])


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("started", MOMENT, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("caller", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("urgency", sa.Text),
        sa.Column("topic", sa.Text),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("queued", MOMENT),
        sa.Column("answered", MOMENT),
        sa.Column("operator", sa.Text),
        sa.Column("talk_ended", MOMENT),
        sa.Column("ended", MOMENT),
        sa.Column("final", sa.Text),
        sa.Column("rung", sa.JSON, nullable=False),
        sa.Column("told", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("call", name="pk_calls"),
    )
    op.create_index("ix_calls_started", "calls", ["started"])
    op.create_index("ix_calls_caller", "calls", ["caller"])
    op.create_index("ix_calls_line_started", "calls", ["line", "started"])


def _operators() -> None:
    op.create_table(
        "operators",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("phone_name", sa.Text),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("reach", sa.Text, nullable=False),
        sa.Column("added", MOMENT, nullable=False),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_operators"),
        sa.UniqueConstraint("line", "name", name="uq_operators_line_name"),
    )
    op.create_index("ix_operators_phone_name", "operators", ["phone_name"])


def _rule_sets() -> None:
    op.create_table(
        "rule_sets",
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("toml", sa.Text, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("line", "version", name="pk_rule_sets"),
    )
