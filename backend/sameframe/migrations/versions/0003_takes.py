"""Takes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "takes",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("album", sa.String, sa.ForeignKey("albums.id"), nullable=False, index=True),
        sa.Column("by", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("touched", sa.Double, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("length_ms", sa.Double, nullable=False),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("poster", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("takes")
