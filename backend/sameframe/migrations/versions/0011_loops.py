"""Backgrounds that move."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
_NEW = ("loop", "crop", "why")


def upgrade() -> None:
    """Add the columns."""
    for name in _NEW:
        op.add_column("backdrops", sa.Column(name, sa.String, nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    for name in _NEW:
        op.drop_column("backdrops", name)
