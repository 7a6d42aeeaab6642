"""Alembic's entry: db.migrate hands over an open connection."""

from alembic import context
from sameframe.db import Row

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Row.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
