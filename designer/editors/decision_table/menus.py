"""The menus of a table: what can be done with a rule and with a column."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from designer.editors.decision_table.words import deed

if TYPE_CHECKING:
    from designer.editors.decision_table.grid import TableGrid


def menu_of_cell(grid: TableGrid) -> QMenu:
    """What can be done with the rule and the column of the current cell."""
    menu, rule = QMenu(grid), grid.rule
    section = grid.currentIndex().column()
    if rule is not None:
        for repair in grid.rows.cell_repairs(rule, section - 1):
            menu.addAction(deed(repair), partial(grid.repair_wanted.emit, repair))
        if menu.actions():
            menu.addSeparator()
        _add_rule_deeds(grid, menu, rule)
        menu.addSeparator()
    title = grid.rows.sheet.columns[section - 1].title if section > 0 else ""
    columns = menu.addMenu(f"Column “{title}”".replace("&", "&&") if title else "Columns")
    add_column_deeds(grid, columns, section)
    return menu


def _add_rule_deeds(grid: TableGrid, menu: QMenu, rule: int) -> None:
    for words, run in (
        ("Insert a rule above", lambda: grid.add_rule(rule)),
        ("Insert a rule below", lambda: grid.add_rule(rule + 1)),
        ("Duplicate", grid.copy_rule),
        ("Move up", lambda: grid.move_rule(-1)),
        ("Move down", lambda: grid.move_rule(1)),
        ("Delete", grid.remove_rules),
        ("Copy", grid.copy_cells),
        ("Paste", grid.paste_cells),
    ):
        menu.addAction(words, run)
    repairs = grid.rows.repairs(rule)
    if repairs:
        menu.addSeparator()
        for repair in repairs[:4]:
            menu.addAction(deed(repair), partial(grid.repair_wanted.emit, repair))


def add_column_deeds(grid: TableGrid, menu: QMenu, section: int) -> None:
    """Those of a column, by its place in the grid, and what adds one."""
    sheet = grid.rows.sheet
    if section > 0:
        column = section - 1
        kind, title = sheet.columns[column].kind, sheet.columns[column].title
        mine = sheet.of_kind(kind)
        place = mine.index(column)
        menu.addAction("Change this column …", lambda: grid.column_wanted.emit(column))
        left = menu.addAction("Move left")
        left.triggered.connect(lambda: _move_column(grid, column, mine[place - 1]))
        left.setEnabled(place > 0)
        after = mine[place + 2] if place + 2 < len(mine) else len(sheet.columns)
        right = menu.addAction("Move right")
        right.triggered.connect(lambda: _move_column(grid, column, after))
        right.setEnabled(place + 1 < len(mine))
        gone = menu.addAction("Delete column")
        gone.triggered.connect(lambda: grid.ask(f"Delete column “{title}”", lambda edit: edit.remove_column(column)))
        gone.setEnabled(not (kind == "output" and len(mine) == 1))
        menu.addSeparator()
    for words, fresh in (("Add a condition …", "input"), ("Add a result …", "output"), ("Add a note", "annotation")):
        menu.addAction(words, partial(grid.add_column_wanted.emit, fresh))


def _move_column(grid: TableGrid, column: int, before: int) -> None:
    title = grid.rows.sheet.columns[column].title
    grid.ask(f"Move column “{title}”", lambda edit: edit.move_column(column, before))
