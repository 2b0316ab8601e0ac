"""What operators write down about calls."""

revision = "0005_records"
down_revision = "0004_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
