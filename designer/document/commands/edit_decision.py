"""Changes a decision's table, or adds a decision. The bytes of the file are the value.

Saved tests go along with a column that looks at something else. Renaming, deleting: ``change_parts``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from designer.document.command import Command, CommandRefused
from designer.document.commands.keep_table_test import carry_column
from nodes.dmn.editing import Sheet, TableEdit, tables_of
from nodes.dmn.errors import DmnError
from runtime.model.project import Project


def edit_table(
    title: str,
    file: str,
    decision: str | None,
    change: Callable[[TableEdit], None],
    *,
    merge: Hashable | None = None,
) -> Command:
    """``change`` is done to the table of ``decision`` in ``decisions/<file>.dmn``; what it refuses is said in words."""

    def apply(project: Project) -> Project:
        content = project.decisions.get(file)
        if content is None:
            raise CommandRefused(f"The decision file “{file}” is not in this project any more.")
        try:
            edit = TableEdit(content, decision)
            before = edit.sheet
            change(edit)
            if edit.sheet == before:
                return project
            written = edit.content()
        except DmnError as error:
            raise CommandRefused(str(error)) from None
        changed = with_decision(project, file, written)
        for old, new in _moved(before, edit.sheet):
            changed = carry_column(changed, file, _called(content, decision), old, new)
        return changed

    return Command(title, apply, merge=None if merge is None else ("edit_table", file, decision, merge))


def _moved(before: Sheet, after: Sheet) -> list[tuple[str, str]]:
    """(old, new) of each input column that looks at something else now, where columns neither came nor went."""
    if before.of_kind("input") != after.of_kind("input") or len(before.columns) != len(after.columns):
        return []
    pairs = zip(before.columns, after.columns, strict=True)
    looked = [(old.expression.strip(), new.expression.strip()) for old, new in pairs if old.kind == "input"]
    return [(old, new) for old, new in looked if old != new and old]


def _called(content: bytes, decision: str | None) -> set[str]:
    """What tests may call a table: its id, its name, nothing if it is the first one."""
    tables = tables_of(content)
    number = next((n for n, table in enumerate(tables) if decision is None or decision in table), 0)
    return {*tables[number], *(("",) if number == 0 else ())}


def add_decision(file: str, content: bytes) -> Command:
    """A new file of decisions; nothing happens to one that is there."""

    def apply(project: Project) -> Project:
        if file in project.decisions:
            raise CommandRefused(f"There is a decision file “{file}” already. Choose another name.")
        return with_decision(project, file, content)

    return Command(f"Add decision “{file}”", apply)


def with_decision(project: Project, file: str, content: bytes) -> Project:
    """The project with these bytes as the decision file."""
    return project.model_copy(update={"decisions": {**project.decisions, file: content}})
