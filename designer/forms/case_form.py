"""``case_plan``: what a flow is started with as fields of a form, by its input schema; ``case_control`` shows them.

Called by pages on which people write cases. Law: what no field can show stays in the case as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

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
