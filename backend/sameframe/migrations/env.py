"""Alembic's entry: db.migrate hands over an open connection."""

from alembic import context
from sameframe.db import Row

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Row.metadata,
    render_as_batch=True,
    # All or nothing, and of servers that start at once the others wait. SQLite can do that, too,
    # as our transactions begin with a statement of their own (db.py).
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
