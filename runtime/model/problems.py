"""What is wrong and what to do about it: the findings of files and of rules, for CLI, server and designer alike.

``FileFinding``: a file can't be read. ``Problem``: a rule's finding about a drawing that could be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """Errors stop a release, warnings only ask."""

    ERROR = "error"
    WARNING = "warning"


_LONGEST = 300
"""characters of one name in a place that is printed; what is longer is no name anyhow"""


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a problem; what is None does not apply. ``edge`` = (source, port, target)."""

    flow: str | None = None
    node: str | None = None
    field: str | None = None
    """path in the node (``config.conditions[2].when``, ``retry.attempts``), else in the flow or project"""
    edge: tuple[str, str, str] | None = None
    file: str | None = None
    """path in the project's folder, with slashes"""

    def __str__(self) -> str:
        """Such as ``refund / fetch_customer / config.path``; empty for the project itself. Endless names are cut."""
        edge = f"{self.edge[0]}.{self.edge[1]} -> {self.edge[2]}" if self.edge else None
        parts = (part for part in (self.file, self.flow, self.node, edge, self.field) if part)
        return " / ".join(part if len(part) <= _LONGEST else part[: _LONGEST - 1] + "…" for part in parts)


@dataclass(frozen=True, slots=True)
class Fix:
    """A suggested repair: words for the button, and the same as data for the designer.

    ``edit["do"]``, with the keys that it needs: ``set`` (flow, node, field, value: ``field`` as in ``Where``),
    ``unset`` (flow, node, field), ``remove_node`` (flow, node), ``remove_edge`` and ``add_edge`` (flow, edge),
    ``replace_edge`` (flow, edge, with), ``rename_node`` and, of several with one id, ``rename_last_node`` (flow, node,
    to), ``remove_connection`` (connection), ``replace_text`` (flow, node, field, from, to), ``declare_role`` (role),
    ``add_start`` (flow, type, version: a trigger in front of all steps that nothing leads to),
    ``repair_table`` (decision, table, repair: the fields of ``nodes.dmn.analysis.Repair``).
    """

    title: str
    edit: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of a rule: ``code`` is stable, ``message`` is a sentence or two (what, where, what to do)."""

    code: str
    severity: Severity
    where: Where
    message: str
    fix: Fix | None = field(default=None, hash=False)

    def as_json(self) -> dict[str, Any]:
        """The stable form of ``baton check --json``."""
        where = {
            name: list(value) if isinstance(value, tuple) else value
            for name in ("file", "flow", "node", "edge", "field")
            if (value := getattr(self.where, name)) is not None
        }
        found: dict[str, Any] = {"code": self.code, "severity": str(self.severity), "where": where}
        found["message"] = self.message
        if self.fix is not None:
            found["fix"] = {"title": self.fix.title, "edit": None if self.fix.edit is None else dict(self.fix.edit)}
        return found


@dataclass(frozen=True, slots=True)
class Rule:
    """What a file of ``rules/`` exports as ``RULE``."""

    code: str
    """stable, in capitals"""
    severity: Severity
    title: str
    """what the rule asks for, in one line"""

    def problem(self, where: Where, message: str, fix: Fix | None = None) -> Problem:
        """A finding of this rule."""
        return Problem(self.code, self.severity, where, message, fix)


@dataclass(frozen=True, slots=True)
class FileFinding:
    """Why a project's file (or a package's member) can't be read: ``code`` is stable, ``message`` says what to do."""

    code: str
    file: str
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f", line {self.line}, column {self.column}" if self.line is not None else ""
        return f"{self.file}{place}: {self.message}" if self.file else self.message

    def as_problem(self) -> Problem:
        """The same among the findings of ``baton check``."""
        where = Where(file=self.file, field=None if self.line is None else f"line {self.line}, column {self.column}")
        return Problem(self.code, Severity.ERROR, where, str(self))


class ProjectProblem(Exception):
    """A project, or a package of one, can't be read or written. Nothing was changed. Holds all that was found."""

    def __init__(self, findings: Iterable[FileFinding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    @property
    def code(self) -> str:
        """The stable code of the first finding."""
        return self.findings[0].code if self.findings else "PROJECT"
