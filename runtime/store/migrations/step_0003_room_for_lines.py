"""Step 3: on Postgres the pages of ``runs`` keep room for the next version of their lines. Frozen.

A line changes with nearly every append. Where its page has no room for the new version, that goes to another page and
into all six indexes, although none of their columns has changed.
"""

from __future__ import annotations

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE runs SET (fillfactor = 50)")
