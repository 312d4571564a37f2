"""What a ``postgresql://`` URL names: read by libpq's own rules, and said back without its password."""

from __future__ import annotations

from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from runtime.store.problems import StoreProblem

SCHEMES = ("postgresql://", "postgres://")


class Address:
    """``parameters`` go to psycopg; ``place`` may be shown to anybody."""

    def __init__(self, url: str) -> None:
        """Raises ``StoreProblem``; its message never repeats the URL, which may hold a password."""
        try:
            self.parameters: dict[str, Any] = conninfo_to_dict(url)
        except ProgrammingError as problem:
            text = "this URL of a Postgres store can't be read; write postgresql://user@host:5432/database"
            raise StoreProblem(text) from problem.with_traceback(None)
        if not self.parameters.get("dbname"):
            raise StoreProblem("name the database of the Postgres store: postgresql://user@host:5432/database")
        self.place = self._shown()

    def _shown(self) -> str:
        host = str(self.parameters.get("host") or "")
        port = self.parameters.get("port")
        where = "" if host.startswith("/") else host + (f":{port}" if port else "")
        return f"postgresql://{where}/{self.parameters['dbname']}"
