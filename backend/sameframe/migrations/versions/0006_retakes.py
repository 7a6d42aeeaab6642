"""Which of a guest's retakes each step of a shot's history shows."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make room for them; until now there were none to show."""
    op.add_column("shots", sa.Column("versions", sa.JSON, nullable=False, server_default="[]"))
    shots = sa.table(
        "shots", sa.column("id"), sa.column("scenes", sa.JSON), sa.column("versions", sa.JSON)
    )
    connection = op.get_bind()
    for shot, scenes in connection.execute(sa.select(shots.c.id, shots.c.scenes)).all():
        if scenes:
            versions = [{} for _ in scenes]
            connection.execute(shots.update().where(shots.c.id == shot).values(versions=versions))


def downgrade() -> None:
    """Drop them; the pictures stay, unseen."""
    op.drop_column("shots", "versions")
