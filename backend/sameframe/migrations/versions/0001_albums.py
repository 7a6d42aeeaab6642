"""Albums, shots, who was there, pictures and prints."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "albums",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("room", sa.LargeBinary, nullable=False),
        sa.Column("host", sa.LargeBinary, nullable=False),
        sa.Column("touched", sa.Double, nullable=False),
    )
    op.create_table(
        "shots",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("album", sa.String, sa.ForeignKey("albums.id"), nullable=False, index=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("scene", sa.String, nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("made", sa.Integer, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
    )
    op.create_table(
        "guests",
        sa.Column("shot", sa.String, sa.ForeignKey("shots.id"), primary_key=True),
        sa.Column("guest", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("expected", sa.Boolean, nullable=False),
    )
    op.create_table(
        "pictures",
        sa.Column("shot", sa.String, sa.ForeignKey("shots.id"), primary_key=True),
        sa.Column("guest", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("file", sa.String, nullable=False),
        sa.Column("taken", sa.Double),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
    )
    op.create_table(
        "prints",
        sa.Column("shot", sa.String, sa.ForeignKey("shots.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("jpeg_bytes", sa.Integer, nullable=False),
        sa.Column("png_bytes", sa.Integer, nullable=False),
        sa.Column("fills", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("prints", "pictures", "guests", "shots", "albums"):
        op.drop_table(table)
