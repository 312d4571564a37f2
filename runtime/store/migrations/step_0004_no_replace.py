"""Step 4: no statement puts a row in the place of one that is there. Frozen.

SQLite's REPLACE deletes the rows in its way, and no trigger of DELETE hears of it unless whoever says it has asked for
that (``recursive_triggers``). So the rows are looked for before. Where no id is given, a trigger finds -1 for it.

Postgres has no such statement, and ON CONFLICT DO UPDATE meets the trigger of UPDATE; but a session that calls itself a
replica meets only triggers that are on always.
"""

from __future__ import annotations

from sqlalchemy import Connection

_SQLITE = """
    CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
    WHEN EXISTS (SELECT 1 FROM journal WHERE stream = NEW.stream AND seq = NEW.seq)
        OR NEW.id <> -1 AND EXISTS (SELECT 1 FROM journal WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: no row is ever put in the place of another'); END
    """

_POSTGRES = "ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_append_only"


def upgrade(connection: Connection) -> None:
    connection.exec_driver_sql(_POSTGRES if connection.dialect.name == "postgresql" else _SQLITE)
