"""An album's own link, its passphrase, and what guests ask its host."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make room for them; until now an album's id was its link."""
    # A default rather than a change afterwards: SQLite would have to copy the table for that.
    op.add_column("albums", sa.Column("link", sa.String, nullable=False, server_default=""))
    op.add_column("albums", sa.Column("lock", sa.LargeBinary, nullable=True))
    op.execute("update albums set link = id")
    op.create_index("ix_albums_link", "albums", ["link"], unique=True)
    op.create_table(
        "requests",
        sa.Column("shot", sa.String, sa.ForeignKey("shots.id"), primary_key=True),
        sa.Column("guest", sa.String, primary_key=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("requests")
    op.drop_index("ix_albums_link", "albums")
    op.drop_column("albums", "lock")
    op.drop_column("albums", "link")
