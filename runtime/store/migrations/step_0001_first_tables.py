"""Step 1: the first tables, and the triggers that keep the journal append-only and ended runs ended. Frozen."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    insert,
    text,
)

_tables = MetaData()

# By code points, as SQLite and Python sort: a digest over "all streams by name" must not depend on a server's language.
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _key(name: str) -> Column[str]:
    return Column(name, _TEXT, primary_key=True)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, _TEXT, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


def _partial(name: str, *columns: str, sqlite: str, postgresql: str) -> Index:
    return Index(name, *columns, sqlite_where=text(sqlite), postgresql_where=text(postgresql))


_meta = Table("meta", _tables, _key("name"), _text("value"))
Table(
    "journal",
    _tables,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    _text("stream"),
    _number("seq"),
    _number("at"),
    _text("actor"),
    _text("type"),
    _count("version"),
    _bytes("data"),
    _bytes("hash"),
    UniqueConstraint("stream", "seq", name="journal_stream_seq"),
    CheckConstraint("length(stream) BETWEEN 1 AND 512", name="journal_stream_length"),
    CheckConstraint("seq >= 1", name="journal_seq_from_1"),
)
Table(
    "runs",
    _tables,
    _key("run"),
    _text("flow"),
    _text("project"),
    _text("release"),
    _text("environment"),
    _text("state"),
    _text("outcome", nullable=True),
    _flag("resolved"),
    _text("case_key", nullable=True),
    _text("requester", nullable=True),
    _text("parent", nullable=True),
    _number("started_at"),
    _number("ended_at", nullable=True),
    _number("next_due", nullable=True),
    _count("open_incidents"),
    _count("open_tasks"),
    _flag("needs_worker"),
    _text("at_nodes"),
    Index("runs_by_start", "started_at", "run"),
    Index("runs_by_state", "state", "started_at", "run"),
    Index("runs_by_flow", "flow", "started_at", "run"),
    _partial(
        "runs_by_case",
        "case_key",
        "started_at",
        "run",
        sqlite="case_key IS NOT NULL",
        postgresql="case_key IS NOT NULL",
    ),
    _partial("runs_due", "next_due", "run", sqlite="next_due IS NOT NULL", postgresql="next_due IS NOT NULL"),
    _partial("runs_needing_worker", "run", sqlite="needs_worker = 1", postgresql="needs_worker"),
)
Table(
    "tasks",
    _tables,
    _key("task"),
    _text("run"),
    _text("step"),
    _text("node"),
    _text("flow"),
    _text("title"),
    _text("role"),
    _number("created_at"),
    _number("due", nullable=True),
    _flag("overdue"),
    _text("revision"),
    _text("claimed_by", nullable=True),
    _count("answers"),
    Index("tasks_by_run", "run"),
    Index("tasks_by_age", "created_at", "task"),
    Index("tasks_by_role", "role", "created_at", "task"),
)
Table(
    "incidents",
    _tables,
    _key("incident"),
    _text("run"),
    _text("step"),
    _text("node"),
    _text("flow"),
    _text("kind"),
    _text("message"),
    _number("raised_at"),
    Index("incidents_by_run", "run"),
    Index("incidents_by_age", "raised_at", "incident"),
)
Table(
    "waits",
    _tables,
    _key("run"),
    _key("step"),
    _text("flow"),
    _text("name"),
    _text("key"),
    _number("opened_at"),
    Index("waits_by_key", "name", "key", "opened_at", "run", "step"),
)
Table(
    "start_keys",
    _tables,
    _key("environment"),
    _key("flow"),
    _key("key"),
    _text("body_hash"),
    _text("run"),
    _number("at"),
)
Table("signal_keys", _tables, _key("signal"), _text("stream"), _text("body_hash"), _number("at"))
Table("releases", _tables, _key("hash"), _text("project"), _text("version"), _bytes("package"))
Table("blobs", _tables, _key("sha256"), _bytes("content"))

_SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: no row is ever changed'); END
    """,
    """
    CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: no row is ever deleted'); END
    """,
    """
    CREATE TRIGGER runs_ended_stay_ended BEFORE UPDATE OF state ON runs
    WHEN OLD.state IN ('completed', 'cancelled') AND NEW.state <> OLD.state
    BEGIN SELECT RAISE(ABORT, 'a run that has ended stays as it ended'); END
    """,
)

_POSTGRES_TRIGGERS = (
    """
    CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the journal is append-only: no row is ever changed or deleted'
        USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
    """,
    """
    CREATE FUNCTION run_has_ended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a run that has ended stays as it ended'
        USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER runs_ended_stay_ended BEFORE UPDATE OF state ON runs FOR EACH ROW
    WHEN (OLD.state IN ('completed', 'cancelled') AND NEW.state <> OLD.state) EXECUTE FUNCTION run_has_ended()
    """,
)


def upgrade(connection: Connection) -> None:
    _tables.create_all(connection, checkfirst=False)
    for trigger in _POSTGRES_TRIGGERS if connection.dialect.name == "postgresql" else _SQLITE_TRIGGERS:
        connection.exec_driver_sql(trigger)
    connection.execute(insert(_meta).values(name="schema_version", value="0"))
