"""Changes a decision's table, or adds a decision. The bytes of the file are the value.

A column that looks at something else, or a result with another name, takes along the saved tests, what steps give the
decision, and what reads its result. Renaming, deleting: ``change_parts``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from designer.document.command import Command, CommandRefused
from designer.document.commands.carry_decision import carry_given, carry_result
from designer.document.commands.keep_table_test import carry_column, carry_expected
from nodes.dmn.editing import Sheet, TableEdit, tables_of
from nodes.dmn.editing.sheet import Kind
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
            before, given = edit.sheet, edit.inputs
            change(edit)
            if edit.sheet == before:
                return project
            written = edit.content()
        except DmnError as error:
            raise CommandRefused(str(error)) from None
        changed = with_decision(project, file, written)
        for old, new in _moved(before, edit.sheet, "input"):
            changed = carry_column(changed, file, _called(content, decision), old, new)
        for old, new in _moved(before, edit.sheet, "output") if before.outputs > 1 else ():
            called = _called(content, decision)
            changed = carry_result(carry_expected(changed, file, called, old, new), file, called, old, new)
        for key, old in given.items():
            changed = carry_given(changed, file, old, edit.inputs.get(key, old))
        return changed

    return Command(title, apply, merge=None if merge is None else ("edit_table", file, decision, merge))


def _moved(before: Sheet, after: Sheet, kind: Kind) -> list[tuple[str, str]]:
    """(old, new) of each column of a kind that looks at something else now, or is called otherwise in the result,
    where columns neither came nor went.
    """
    if before.of_kind(kind) != after.of_kind(kind) or len(before.columns) != len(after.columns):
        return []
    pairs = zip(before.columns, after.columns, strict=True)
    looked = [(old.expression.strip(), new.expression.strip()) for old, new in pairs if old.kind == kind]
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
