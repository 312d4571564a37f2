"""A short way to write a small project, and its problems as (code, node, field): one line each, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nodes import registry
from nodes.contract import (
    DONE,
    ERROR,
    BrokenNodeType,
    Category,
    Child,
    Effect,
    EffectKind,
    NodeConfig,
    NodeType,
    Port,
)
from nodes.registry import Registry
from runtime.model.canonical import write_json
from runtime.model.files import parse_files
from runtime.model.problems import Problem
from runtime.model.project import Project

SHORT = {
    "manual": "triggers/manual",
    "http": "adapters/http_request",
    "if": "decision/condition",
    "approval": "approval",
    "set": "control/set",
    "join": "control/join",
    "wait": "control/wait",
    "signal": "control/wait_for_signal",
    "validate": "control/validate",
    "note": "logging/note",
    "end": "control/end",
}
GIVEN: Mapping[str, dict[str, Any]] = {
    "manual": {"requester": "anna"},
    "http": {"connection": "crm", "path": "/"},
    "if": {"conditions": [{"port": "yes", "when": {"feel": "input.ok"}}]},
    "approval": {
        "role": "clerk",
        "title": "Fine?",
        "choices": [{"port": "ok", "title": "Fine"}],
        "timeout": "P1D",
    },
    "set": {"assignments": {"n": 1}},
    "wait": {"duration": "PT1H"},
    "signal": {"name": "paid", "key": {"feel": "input.id"}},
    "validate": {"value": {"feel": "input"}, "rules": {}},
    "note": {"text": "noted"},
    "end": {},
}


class ChildConfig(NodeConfig):
    """Stands in for the types that call flows."""

    flow: str


def _type(name: str, **given: Any) -> NodeType:
    said = {
        "version": 1,
        "title": name,
        "help": "A made-up kind of step.",
        "category": Category.CONTROL,
        "icon": "x",
        "Config": NodeConfig,
        "ports": lambda _config: (DONE, ERROR),
        "output_schema": lambda _config: {},
        "summary": lambda _config: "",
        "behaviour": lambda _config: Effect(EffectKind.ONCE, {}),
    }
    return NodeType(id=f"test/{name}", **{**said, **given})


def _raises(_config: object) -> Any:
    raise ZeroDivisionError("a stranger's mistake")


MADE_UP = (
    _type("once"),
    _type("child", Config=ChildConfig, ports=lambda _: (Port("done", "Done"),), behaviour=lambda c: Child(c.flow, {})),
    _type("raises", behaviour=_raises, ports=_raises, output_schema=_raises),
    _type("remarks", check=lambda _config: ("This looks odd.",)),
)


def all_types() -> Registry:
    """Baton's own types, and a few made-up ones."""
    own = registry.load(entry_points=False)
    broken = BrokenNodeType("test/broken", 1, "it needs the Python package 'slack', which is not installed here")
    return Registry([*own.types, *MADE_UP], [*own.broken, broken], own.connection_kinds)


def node(node_id: str, given: Any) -> dict[str, Any]:
    """``"http"``, ``("http", {config})`` or ``("http", {config}, {fields of the node})``; a config of None = empty."""
    name, config, more = (*((given,) if isinstance(given, str) else given), {}, {})[:3]
    told = {} if config is None else {**GIVEN.get(name, {}), **config}
    return {"id": node_id, "type": SHORT.get(name, name), "config": told, **more}


def edge(text: str) -> dict[str, str]:
    """``a.port>b``; without a port the usual one of the first word's kind."""
    start, target = text.split(">")
    source, _, port = start.partition(".")
    return {"from": source, "port": port or ("started" if source.startswith("start") else "done"), "to": target}


def flow(nodes: Mapping[str, Any], edges: str, **more: Any) -> dict[str, Any]:
    """A flow of these nodes; ``edges`` is a text of edges with blanks between them."""
    drawn = [node(node_id, given) for node_id, given in nodes.items()]
    return {"id": "f", "nodes": drawn, "edges": [edge(text) for text in edges.split()], **more}


def project(*flows: dict[str, Any], **more: Any) -> Project:
    """A project of these flows, read from its files like any other; ``more``: path -> content, dots as ``__dot__``."""
    files: dict[str, Any] = {
        "project.json": {"id": "p", "roles": [{"id": "clerk", "members_at_least": 2}]},
        "connections.json": {"connections": {}},
    }
    if any(each["type"] == SHORT["http"] for drawn in flows for each in drawn["nodes"]):
        files["connections.json"] = {"connections": {"crm": {"kind": "http"}}}
    for drawn in flows:
        files[f"flows/{drawn['id']}.flow.json"] = drawn
    files.update(more.pop("files", {}))
    opened = parse_files(
        {path: content if isinstance(content, bytes) else write_json(content) for path, content in files.items()}
    )
    assert opened.project is not None
    assert opened.findings == ()
    return opened.project


def short(problem: Problem) -> tuple[str, str | None, str | None]:
    """(code, node or file, field or edge)."""
    where = problem.where
    place = "{}.{}>{}".format(*where.edge) if where.edge else where.field
    return problem.code, where.file if where.node is None else where.node, place


# -- what many cases share --------------------------------------------------------------------------------------------

Case = tuple[str, dict[str, Any], list[tuple[str, str | None, str | None]], str]
"""(name, flow, every problem of it in order, words of the first message)"""

LINE = "start>a a>end"
"""Start, one step, end."""
ASKED = "start>a a.ok>end a.timeout>end"
"""The same with a task."""


def line(given: Any, edges: str = LINE, **more: Any) -> dict[str, Any]:
    """A flow of a start, one step called ``a``, and an end."""
    return flow({"start": "manual", "a": given, "end": "end"}, edges, **more)


SPLIT = {"start": "manual", "fan": "note", "x": "note", "y": "note", "join": "join", "end": "end"}
SPLIT_EDGES = "start>fan fan>x fan>y x>join y>join join.joined>end"
FIELDS = {"type": "object", "properties": {"claim": {"type": "object", "properties": {"amount": {}}}}}
LOOP = {"start": "manual", "send": "http", "look": "if", "end": "end"}
LOOP_EDGES = "start>send send>look look.yes>end look.default>send"


def reading(source: str, **more: Any) -> dict[str, Any]:
    """A flow whose step ``a`` reads ``source``."""
    return line(("set", {"assignments": {"n": {"feel": source}}}), **more)


AT = "config.assignments.n"
"""Where ``reading`` reads."""
