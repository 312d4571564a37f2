"""``CaseFields``: what a flow is started with as fields of a form, made from its input schema.

Called by pages on which people write cases. Law: what no field can show stays in the case as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.document.names import as_read
from designer.forms.context import FormContext
from designer.forms.control import Control
from designer.forms.field_plan import WORDY, FieldPlan, Kind
from designer.forms.groups import ModelControl
from designer.forms.json_control import JsonControl
from designer.forms.lists import ListControl
from designer.forms.making import make_control

ANYTHING = "anything"
"""what such a field expects: JSON of any shape"""
_PLAIN: dict[str, Kind] = {"boolean": "flag", "integer": "whole", "number": "number"}
DEEPEST = 4
"""groups within groups that are shown as fields"""


class CaseFields(QWidget):
    """One case at a time. ``edited(case, inside)``: a person made this case of it."""

    edited = Signal(object, object)

    def __init__(self, context: FormContext) -> None:
        super().__init__()
        self._context = context
        self._made_for: tuple[str, Any] | None = None
        self._plan: FieldPlan | None = None
        self.control: Control | None = None
        """None where the case is only written as JSON"""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_case(self, key: str, schema: Any, case: Any) -> bool:
        """Show this case, which ``key`` tells from others. Whether it can be shown as fields at all."""
        if (key, schema) != self._made_for:
            self._made_for = (key, schema)
            self._make(key, case_plan(schema))
        if self.control is None or not isinstance(case, Mapping):
            return False
        self.control.show_value(case)
        return True

    def beyond(self, case: Mapping[str, Any]) -> list[str]:
        """What the case holds that the flow does not ask for: it is kept, and not shown."""
        named = {field.name for field in self._plan.fields} if self._plan is not None else set()
        return [str(name) for name in case if name not in named]

    @property
    def half_typed(self) -> bool:
        """Whether a field holds what is no value yet; the case has the value from before."""
        shown = None if self._made_for is None else f"case/{self._made_for[0]}"
        return shown is not None and any(path.startswith(f"{shown}.") for _, _, path in self._context.drafts)

    def _make(self, key: str, plan: FieldPlan | None) -> None:
        if self.control is not None:
            self.control.hide()
            self._column.removeWidget(self.control)
            self.control.deleteLater()
        self._plan = plan
        self.control = None if plan is None else case_control(self._context, plan, f"case/{key}")
        if self.control is not None:
            self.control.edited.connect(self.edited)
            self._column.addWidget(self.control)


def case_plan(schema: Any) -> FieldPlan | None:
    """The plan of an object with named fields; None for what is only written as JSON."""
    plan = _plan("", schema, required=True, depth=0)
    return plan if plan.kind == "model" else None


def case_control(context: FormContext, plan: FieldPlan, path: str) -> Control:
    """The control of a case or of a part of one; ``make`` for groups within it."""
    if plan.kind == "model":
        return ModelControl(context, plan, path, case_control)
    if plan.kind == "list":
        return ListControl(context, plan, path, case_control)
    if plan.kind == "json":
        return JsonControl(context, replace(plan, name="") if plan.expects == ANYTHING else plan, path)
    return make_control(context, plan, path)


def _plan(name: str, schema: Any, *, required: bool, depth: int) -> FieldPlan:
    said: Mapping[str, Any] = schema if isinstance(schema, Mapping) else {}
    title, about = said.get("title"), said.get("description")
    plan = FieldPlan(
        name,
        "json",
        title if isinstance(title, str) and title else as_read(name),
        about if isinstance(about, str) else "",
        required=required,
        expects=ANYTHING,
    )
    if isinstance(said.get("enum"), list | tuple):
        return replace(plan, kind="choice", options=tuple(said["enum"]))
    kind = said.get("type")
    if isinstance(kind, list | tuple):
        kind = next((one for one in kind if one != "null"), None)
    if kind == "string":
        longest = said.get("maxLength")
        return replace(plan, kind="words" if isinstance(longest, int) and longest > WORDY else "line")
    if kind in _PLAIN:
        return replace(plan, kind=_PLAIN[kind])
    if kind == "array" and depth < DEEPEST:
        item = _plan("", said.get("items"), required=True, depth=depth + 1)
        return replace(plan, expects="") if item.kind in ("json", "list") else replace(plan, kind="list", item=item)
    properties = said.get("properties")
    if kind == "object" and isinstance(properties, Mapping) and properties and depth < DEEPEST:
        needed = said.get("required")
        needed = needed if isinstance(needed, list | tuple) else ()
        fields = tuple(
            _plan(str(key), inner, required=key in needed, depth=depth + 1) for key, inner in properties.items()
        )
        return replace(plan, kind="model", fields=fields)
    return replace(plan, expects="" if kind in ("object", "array") else ANYTHING)
