"""What keeps the journal append-only, as it stands in a database that took all steps.

``guarding`` holds what is there against it; what makes it is ``migrations``.
"""

from __future__ import annotations

GUARDS_AGAINST = {
    "journal_no_update": "changed",
    "journal_no_delete": "deleted",
    "journal_no_replace": "replaced",
    "journal_append_only": "changed or deleted",
}
"""trigger -> what it keeps from happening to rows"""

SQLITE_TRIGGERS = {
    "journal_no_update": """
        CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only: no row is ever changed'); END
    """,
    "journal_no_delete": """
        CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only: no row is ever deleted'); END
    """,
    "journal_no_replace": """
        CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
        WHEN EXISTS (SELECT 1 FROM journal WHERE stream = NEW.stream AND seq = NEW.seq)
            OR NEW.id <> -1 AND EXISTS (SELECT 1 FROM journal WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only: no row is ever put in the place of another'); END
    """,
}

POSTGRES_TRIGGER = "journal_append_only"
POSTGRES_FUNCTION = """
    BEGIN RAISE EXCEPTION 'the journal is append-only: no row is ever changed or deleted'
        USING ERRCODE = 'integrity_constraint_violation'; END
"""
POSTGRES_KIND = 2 + 8 + 16 + 32
"""``pg_trigger.tgtype``: before, once a statement, on delete, update and truncate"""
