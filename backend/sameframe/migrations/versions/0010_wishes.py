"""Backgrounds that guests wish for."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "wishes",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("album", sa.String, sa.ForeignKey("albums.id"), nullable=False, index=True),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("prompt", sa.String, nullable=False),
        sa.Column("style", sa.String),
        sa.Column("movement", sa.String),
        sa.Column("source", sa.String),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("maker", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("file", sa.String),
        sa.Column("problem", sa.String),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("wishes")
