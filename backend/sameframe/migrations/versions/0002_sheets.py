"""Sheets: strips and collages of a series' shots; and the scenes that an edited shot had."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table and the columns."""
    op.add_column("shots", sa.Column("scenes", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("shots", sa.Column("edit", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "sheets",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("album", sa.String, sa.ForeignKey("albums.id"), nullable=False, index=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("shots", sa.JSON, nullable=False),
        sa.Column("designs", sa.JSON, nullable=False),
        sa.Column("design", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("made_of", sa.JSON, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("jpeg_bytes", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("sheets")
    op.drop_column("shots", "edit")
    op.drop_column("shots", "scenes")
