"""Applies the repair that a finding suggests. Called by the problems panel and by the fields of forms.

Law: whatever a rule writes into ``Fix.edit`` can be done here as one step that can be undone, or is refused in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from designer.document.command import Command, CommandRefused
from designer.document.commands.connect import connect, disconnect, reconnect
from designer.document.commands.delete import delete
from designer.document.commands.rename_node import refuse_id, rename_node
from designer.document.commands.set_field import UNSET, path_of, put, set_field, value_at
from designer.document.edits import change_layout, flow_of, layout_of, node_of, with_flow, with_positions
from designer.document.names import as_read, fresh
from runtime.model.flow import Edge, Flow, Node
from runtime.model.problems import Fix
from runtime.model.project import Project, Role

Edit = Mapping[str, Any]
LEFT_OF = Decimal(240)
"""how far left of the leftmost step a start is put"""


def apply_fix(fix: Fix) -> Command:
    """The repair as a command. Raises CommandRefused if this repair is for people alone."""
    edit = fix.edit
    make = _KINDS.get(str(edit["do"])) if edit is not None else None
    if edit is None or make is None:
        raise CommandRefused("This has to be repaired by hand; the problem says what to do.")
    made = make(edit)
    return Command(fix.title, made.apply, made.flow, made.select)


def _set(edit: Edit, value: Any) -> Command:
    flow, node, field = edit.get("flow"), edit.get("node"), edit["field"]
    if flow is not None and node is not None:
        return set_field(flow, node, field, value)
    return Command("Repair", lambda project: _set_above(project, flow, field, value), flow)


def _exact(value: Any) -> Any:
    """A value of an edit, which is JSON, as a project has it: no number is a binary fraction."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {key: _exact(inner) for key, inner in value.items()}
    return [_exact(inner) for inner in value] if isinstance(value, list) else value


def _set_above(project: Project, flow_id: str | None, field: str, value: Any) -> Project:
    """A field of a flow, or of the project itself."""
    path = path_of(field)
    if flow_id is None:
        raw = project.file.model_dump(by_alias=True, exclude_unset=True)
        return project.model_copy(update={"file": type(project.file).model_validate(put(raw, path, value))})
    flow = flow_of(project, flow_id)
    raw = flow.model_dump(by_alias=True, exclude_unset=True, exclude={"nodes", "edges"})
    changed = Flow.model_validate(put(raw, path, value))
    return with_flow(project, changed.model_copy(update={"nodes": flow.nodes, "edges": flow.edges}))


def _remove_edge(edit: Edit) -> Command:
    """Of several edges alike only the last goes; of one, that one."""
    flow_id, key = edit["flow"], _key(edit["edge"])

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        alike = [number for number, edge in enumerate(flow.edges) if edge.key == key]
        if len(alike) < 2:
            return disconnect(flow_id, [key]).apply(project)
        left = tuple(edge for number, edge in enumerate(flow.edges) if number != alike[-1])
        return with_flow(project, flow.model_copy(update={"edges": left}))

    return Command("Remove connection", apply, flow_id)


def _remove_node(edit: Edit) -> Command:
    return delete(edit["flow"], [edit["node"]])


def _rename_last(edit: Edit) -> Command:
    """Of several steps with one id the last gets another; what leads to the id keeps leading to the first."""
    flow_id, node_id, new = edit["flow"], edit["node"], edit["to"]

    def apply(project: Project) -> Project:
        flow = flow_of(project, flow_id)
        node_of(flow, node_id)
        refuse_id(flow, new)
        last = max(number for number, node in enumerate(flow.nodes) if node.id == node_id)
        nodes = tuple(
            node.model_copy(update={"id": new}) if number == last else node for number, node in enumerate(flow.nodes)
        )
        return with_flow(project, flow.model_copy(update={"nodes": nodes}))

    return Command("Rename", apply, flow_id, select=(new,))


def _remove_connection(edit: Edit) -> Command:
    name = edit["connection"]

    def apply(project: Project) -> Project:
        if name not in project.connections:
            raise CommandRefused(f"The connection “{name}” is not in this project any more.")
        left = {key: need for key, need in project.connections.items() if key != name}
        return project.model_copy(update={"connections": left})

    return Command("Remove connection", apply)


def _declare_role(edit: Edit) -> Command:
    """Nobody is in it yet: who is, each environment says."""
    name = edit["role"]

    def apply(project: Project) -> Project:
        roles = project.file.roles
        if any(role.id == name for role in roles):
            raise CommandRefused(f"The role “{name}” is in this project already.")
        added = (*roles, Role(id=name, title=as_read(name)))
        return project.model_copy(update={"file": project.file.model_copy(update={"roles": added})})

    return Command("Declare role", apply)


def _add_start(edit: Edit) -> Command:
    """Left of everything, at the height of the topmost step that it leads to."""
    flow_id = edit["flow"]

    def apply(project: Project) -> Project:
        flow, layout = flow_of(project, flow_id), layout_of(project, flow_id)
        entered = {edge.target for edge in flow.edges}
        heads = [node.id for node in flow.nodes if node.id not in entered]
        start = Node(id=fresh("start", {node.id for node in flow.nodes}), type=edit["type"], version=edit["version"])
        ways = [Edge.model_validate({"from": start.id, "port": "started", "to": head}) for head in heads]
        changed = flow.model_copy(update={"nodes": (start, *flow.nodes), "edges": (*ways, *flow.edges)})
        left = min((at.x for at in layout.nodes.values()), default=Decimal(0)) - LEFT_OF
        tops = [layout.nodes[head].y for head in heads if head in layout.nodes]
        place = {start.id: (float(left), float(min(tops, default=Decimal(0))))}
        return change_layout(with_flow(project, changed), flow_id, lambda before: with_positions(before, place))

    return Command("Add a start", apply, flow_id)


def _replace_text(edit: Edit) -> Command:
    """Writes another name where an expression reads a path; longer names that begin alike stay."""
    flow_id, node_id, field, old, new = edit["flow"], edit["node"], edit["field"], edit["from"], edit["to"]

    def apply(project: Project) -> Project:
        node = node_of(flow_of(project, flow_id), node_id)
        raw = node.model_dump(by_alias=True, exclude_unset=True)
        path, value = _found(raw, field)
        text = value["feel"] if isinstance(value, Mapping) and "feel" in value else value
        if not isinstance(text, str):
            raise CommandRefused(f"{field} has changed meanwhile. Look at the problem again.")
        changed = replaced_path(text, old, new)
        if changed == text:
            raise CommandRefused(f"“{old}” does not stand in {field} any more.")
        wanted = {"feel": changed} if isinstance(value, Mapping) else changed
        return set_field(flow_id, node_id, path, wanted).apply(project)

    return Command("Repair", apply, flow_id)


def replaced_path(text: str, old: str, new: str) -> str:
    """``old`` as a whole path, wherever it stands in an expression, written as ``new``."""
    spaced = r"\s*\.\s*".join(re.escape(part) for part in old.split("."))
    return re.sub(rf"(?<![\w.]){spaced}(?!\w)", lambda _: new, text)


def _found(raw: Mapping[str, Any], field: str) -> tuple[tuple[str | int, ...], Any]:
    """(path, value) of a field as rules write it: a key of a map may have dots of its own."""
    path = path_of(field)
    value = value_at(raw, path)
    if value is not UNSET:
        return path, value
    return _dotted(raw, field, ()) or (path, UNSET)


def _dotted(inside: Any, field: str, path: tuple[str | int, ...]) -> tuple[tuple[str | int, ...], Any] | None:
    if not field:
        return path, inside
    if isinstance(inside, Mapping):
        for key, value in inside.items():
            if field.startswith(str(key)) and field[len(str(key)) : len(str(key)) + 1] in ("", ".", "["):
                found = _dotted(value, field[len(str(key)) :].removeprefix("."), (*path, key))
                if found is not None:
                    return found
    if isinstance(inside, list | tuple) and (match := re.match(r"\[(\d+)\]\.?", field)) is not None:
        number = int(match[1]) - 1
        if 0 <= number < len(inside):
            return _dotted(inside[number], field[match.end() :], (*path, number))
    return None


def _key(raw: Any) -> tuple[str, str, str]:
    source, port, target = raw
    return (str(source), str(port), str(target))


def _repair_table(edit: Edit) -> Command:
    """One cell, rule or hit policy of a decision table."""
    # Whoever edits fields needs this module, but few need the analysis of tables: it is as large as the forms.
    from nodes.dmn import DmnError
    from nodes.dmn.analysis import Repair, carried_out

    file, decision, repair = edit["decision"], edit["table"], Repair(**{**edit["repair"], "words": ""})

    def apply(project: Project) -> Project:
        if file not in project.decisions:
            raise CommandRefused(f"The decision file “{file}” is not in this project any more.")
        try:
            changed = carried_out(project.decisions[file], decision, repair)
        except DmnError as refused:
            raise CommandRefused(f"{refused} Look at the problem again.") from refused
        return project.model_copy(update={"decisions": {**project.decisions, file: changed}})

    return Command("Repair table", apply)


_KINDS: Mapping[str, Callable[[Edit], Command]] = {
    "set": lambda edit: _set(edit, _exact(edit["value"])),
    "unset": lambda edit: _set(edit, UNSET),
    "remove_node": _remove_node,
    "remove_edge": _remove_edge,
    "add_edge": lambda edit: connect(edit["flow"], *_key(edit["edge"])),
    "replace_edge": lambda edit: reconnect(edit["flow"], _key(edit["edge"]), _key(edit["with"])),
    "rename_node": lambda edit: rename_node(edit["flow"], edit["node"], edit["to"]),
    "rename_last_node": _rename_last,
    "remove_connection": _remove_connection,
    "replace_text": _replace_text,
    "declare_role": _declare_role,
    "add_start": _add_start,
    "repair_table": _repair_table,
}
