"""When operators are to be there."""

revision = "0006_shifts"
down_revision = "0005_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
