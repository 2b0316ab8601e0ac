"""Accounts of the desk, and their sessions."""

revision = "0004_accounts"
down_revision = "0003_promises"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
