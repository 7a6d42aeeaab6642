"""Cuts of takes; and by whose clock a sheet is dated."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the columns."""
    op.add_column("takes", sa.Column("cut_of", sa.String, nullable=True))
    op.add_column("sheets", sa.Column("zone", sa.Integer, nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("sheets", "zone")
    op.drop_column("takes", "cut_of")
