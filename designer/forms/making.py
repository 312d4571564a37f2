"""``make_control(context, plan, path)``: the control for a field. Fields that name something of the project get a list.

To add a kind of field: a kind in ``field_plan`` and its control here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from designer.document.names import as_read, title_of
from designer.forms.context import FormContext
from designer.forms.control import (
    ChoiceControl,
    Control,
    FlagControl,
    LineControl,
    Option,
    WordsControl,
    line_control,
)
from designer.forms.expression_control import ExpressionControl
from designer.forms.field_plan import FieldPlan
from designer.forms.groups import ModelControl, UnionControl
from designer.forms.json_control import JsonControl
from designer.forms.lists import ListControl
from designer.forms.maps import MapControl
from designer.forms.result_ways import RESULTS, ResultWays
from designer.forms.schema_fields import SchemaControl
from designer.forms.text_control import TextControl
from designer.forms.ways import WaysControl, is_ways
from runtime.model.decisions import Decisions

SEATS = (("agent", "Agent"), ("customer", "Customer"), ("bot", "Bot"), ("system", "System"))


def make_control(context: FormContext, plan: FieldPlan, path: str) -> Control:
    """Never raises: what has no control of its own is edited as JSON."""
    chooser = CHOOSERS.get(plan.name) if plan.kind == "line" and path.startswith(("config.", plan.name)) else None
    if plan.name == "file" and "decisions" not in plan.help:
        chooser = None  # another kind of file
    if chooser is not None:
        options, more = chooser(context)
        return ChoiceControl(context, plan, path, options, more=more, empty=EMPTY.get(plan.name, "Nobody"))
    if plan.kind == "expr":
        return ExpressionControl(context, plan, path)
    if plan.kind == "list" and plan.item is not None:
        if is_ways(plan) and plan.item.field(RESULTS) is not None:
            return ResultWays(context, plan, path, make_control, read_decisions)
        return (
            WaysControl(context, plan, path, make_control)
            if is_ways(plan)
            else ListControl(context, plan, path, make_control)
        )
    if plan.kind == "map" and plan.item is not None:
        return MapControl(context, plan, path, make_control)
    if plan.kind == "model" and plan.fields:
        return ModelControl(context, plan, path, make_control)
    if plan.kind == "union":
        return UnionControl(context, plan, path, make_control)
    if plan.kind == "json" and "JSON Schema" in plan.help:
        people = plan.name == "form"
        if not people:
            return SchemaControl(context, plan, path)
        return SchemaControl(context, plan, path, simple=True, preview=_preview(context))
    simple = _SIMPLE.get(plan.kind)
    return simple(context, plan, path) if simple is not None else JsonControl(context, plan, path)


def _preview(context: FormContext) -> Callable[[], None]:
    """The page on which a form is seen as people see it."""

    def run() -> None:
        window = context.services.window
        if window is not None and context.node_id:
            window.open_editor("form", f"{context.flow_id}/{context.node_id}")

    return run


More = Sequence[tuple[str, Callable[[], None]]]
"""what else a list offers: (words, what they do)"""
Chooser = Callable[[FormContext], tuple[Callable[[], Sequence[Option]], More]]


def _opening(context: FormContext, editor: str, key: str = "", part: str = "") -> Callable[[], None]:
    def run() -> None:
        window = context.services.window
        if window is not None:
            own = context.flow_id if editor in ("flow_settings", "samples") else ""
            page = window.open_editor(editor, key or own)
            if part and page is not None:
                page.show_part(part)

    return run


def _roles(context: FormContext) -> tuple[Callable[[], Sequence[Option]], More]:
    project = context.services.document
    return (
        lambda: [(role.id, role.title or as_read(role.id)) for role in project.project.file.roles],
        (("Edit roles …", _opening(context, "flow_settings", part="roles")),),
    )


def _connections(context: FormContext) -> tuple[Callable[[], Sequence[Option]], More]:
    project = context.services.document
    return (
        lambda: [(name, need.title or name) for name, need in project.project.connections.items()],
        (("Edit connections …", _opening(context, "connections")),),
    )


def _flows(context: FormContext) -> tuple[Callable[[], Sequence[Option]], More]:
    document, window = context.services.document, context.services

    def open_flow() -> None:
        node = context.node
        wanted = str(node.config.get("flow", "")) if node is not None else ""
        if wanted in document.project.flows:
            window.selection.show_flow(wanted)

    return (
        lambda: [(flow.id, title_of(flow)) for flow in document.project.flows.values() if flow.id != context.flow_id],
        (("Open this flow", open_flow),),
    )


def _outcomes(context: FormContext) -> tuple[Callable[[], Sequence[Option]], More]:
    def options() -> Sequence[Option]:
        flow = context.flow
        return [] if flow is None else [(one.id, title_of(one)) for one in flow.outcomes]

    return options, (("Edit outcomes …", _opening(context, "flow_settings", part="outcomes")),)


def _files(context: FormContext) -> tuple[Callable[[], Sequence[Option]], More]:
    document = context.services.document

    def open_table() -> None:
        node = context.node
        name = str(node.config.get("file", "")) if node is not None else ""
        if name in document.project.decisions:
            _opening(context, "decision_table", name)()

    return lambda: [(name, as_read(name)) for name in document.project.decisions], (
        ("New decision table …", lambda: _new_table(context)),
        ("Open the decision …", open_table),
    )


def _new_table(context: FormContext) -> None:
    from designer.forms.new_table import new_table  # the first window needs no files of decisions

    new_table(context)


def _decisions(context: FormContext) -> tuple[Callable[[], Sequence[Option]], More]:
    """The decisions of the file that the step names."""

    def options() -> Sequence[Option]:
        node = context.node
        file = str(node.config.get("file", "")) if node is not None else ""
        model = read_decisions(context).usable(file)
        return [] if model is None else [(name, name) for name in model.decisions]

    def open_table() -> None:
        node = context.node
        if node is not None and node.config.get("file"):
            _opening(context, "decision_table", f"{node.config['file']}/{node.config.get('decision', '')}")()

    return options, (("Open the decision …", open_table),)


def read_decisions(context: FormContext) -> Decisions:
    """The decision files as they are now; read once for each state of the project."""
    files = context.services.document.project.decisions
    kept = context.services.extras.get("read_decisions")
    if not isinstance(kept, tuple) or kept[0] is not files:
        kept = context.services.extras["read_decisions"] = (files, Decisions(files))
    made: Decisions = kept[1]
    return made


def steps_of(context: FormContext) -> Sequence[Option]:
    """The other steps of the flow."""
    flow = context.flow
    return [] if flow is None else [(n.id, title_of(n)) for n in flow.nodes if n.id != context.node_id]


CHOOSERS: dict[str, Chooser] = {
    "role": _roles,
    "escalate_to": _roles,
    "owner": _roles,
    "connection": _connections,
    "flow": _flows,
    "outcome": _outcomes,
    "file": _files,
    "decision": _decisions,
}
EMPTY = {
    "outcome": "None: only this branch ends",
    "connection": "Choose a connection …",
    "flow": "Choose a flow …",
    "file": "Choose a file …",
    "decision": "Choose a decision …",
    "role": "Choose a role …",
}
_SIMPLE: dict[str, Callable[[FormContext, FieldPlan, str], Control]] = {
    "text": TextControl,
    "line": LineControl,
    "words": WordsControl,
    "flag": FlagControl,
    "whole": line_control,
    "number": line_control,
    "duration": line_control,
    "instant": line_control,
    "choice": ChoiceControl,
    "json": JsonControl,
}
