"""A repair carried out in a file.

Who calls it: the designer's problems panel and table editor. Law: everything else in the file stays as it was read.
"""

from __future__ import annotations

from nodes.dmn.analysis.findings import Repair
from nodes.dmn.editing import TableEdit
from nodes.dmn.errors import DecisionError


def carried_out(content: bytes, decision: str, repair: Repair) -> bytes:
    """The file with a repair of the table of a decision (by name). DecisionError where that can't be done."""
    edit = TableEdit(content, decision)
    if repair.kind == "set_cell":
        rule, column = _given(repair.rule), _given(repair.column)
        edit.set_cell(rule, column + (edit.sheet.inputs if repair.output else 0), repair.text)
    elif repair.kind == "add_rule":
        edit.add_row(len(edit.sheet.rows) if repair.rule is None else repair.rule + 1, list(repair.cells))
    elif repair.kind == "remove_rule":
        edit.remove_rows([_given(repair.rule)])
    elif repair.kind == "move_rule":
        edit.move_row(_given(repair.rule), _given(repair.before))
    elif repair.kind == "hit_policy":
        edit.set_hit_policy(repair.text)
    else:
        raise DecisionError(f"Nobody knows how to carry out a repair of the kind `{repair.kind}`.")
    return edit.content()


def _given(number: int | None) -> int:
    if number is None:
        raise DecisionError("The repair does not say which rule or column it is about.")
    return number
