"""Moving pictures and bursts: what a shot is besides a photo, and who pressed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the columns; all there was are single photos."""
    op.add_column("shots", sa.Column("by", sa.String, nullable=False, server_default=""))
    op.add_column("shots", sa.Column("motion", sa.String, nullable=True))
    op.add_column("shots", sa.Column("burst", sa.String, nullable=True))
    op.create_index("ix_shots_burst", "shots", ["burst"])
    op.add_column("prints", sa.Column("gif_bytes", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("prints", "gif_bytes")
    op.drop_index("ix_shots_burst", "shots")
    op.drop_column("shots", "burst")
    op.drop_column("shots", "motion")
    op.drop_column("shots", "by")
