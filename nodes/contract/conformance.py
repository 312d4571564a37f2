"""What every node type must keep to, as test cases. A third party runs them on its own type in three lines:

    @pytest.mark.parametrize("case", conformance_cases(NODE_TYPE), ids=str)
    def test_conformance(case):
        case()

Law: these are Baton's own requirements, and Baton's own types are held to the same cases. Each case raises
``ConformanceFailure`` with one sentence that says what is wrong and what to do. Nothing here performs an effect.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from nodes.contract.behaviours import (
    Assign,
    AwaitSignal,
    Behaviour,
    Child,
    Children,
    DecisionUse,
    Effect,
    End,
    Evaluate,
    HumanTask,
    Join,
    Pure,
    Routed,
    Start,
    StepProblem,
    Tree,
    Wait,
)
from nodes.contract.fields import Expr, NodeConfig, Text
from nodes.contract.json_schema import schema_problems
from nodes.contract.node_type import DONE, ERROR, TIMEOUT, BrokenNodeType, NodeType
from nodes.contract.values import Value
from nodes.feel.temporal_text import parse_date_time, parse_duration

EXAMPLE = "example.flow.json"
README = "README.md"

_ID = re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*")
_PORT = re.compile(r"[a-z][a-z0-9_]*")
_MAY_IMPORT = ("pydantic", "pydantic_core", "typing_extensions", "nodes.contract", "nodes.feel", "nodes.dmn")
_NOT_PURE = frozenset({
    "asyncio", "ctypes", "ftplib", "http", "imaplib", "multiprocessing", "os", "pickle", "random", "secrets", "select",
    "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time",
    "urllib", "uuid",
})  # fmt: skip
"""Modules of the standard library that reach outside, or give another answer each time."""

TypeLookup = Callable[[str, int], NodeType | BrokenNodeType | None]


class ConformanceFailure(AssertionError):
    """A node type breaks a requirement; the message says which, where, and what to do."""


@dataclass(frozen=True)
class ConformanceCase:
    """One requirement on one node type: call it, and it raises ``ConformanceFailure`` if the type breaks it."""

    name: str
    check: Callable[[], None]

    def __call__(self) -> None:
        self.check()

    def __str__(self) -> str:
        return self.name


def conformance_cases(
    node_type: NodeType | BrokenNodeType | None, *, types: TypeLookup | None = None
) -> list[ConformanceCase]:
    """The cases for one type. ``types`` (``Registry.get``) lets the example's other nodes be checked too.

    For a type that is broken or missing there is one case, which fails with the reason.
    """
    if not isinstance(node_type, NodeType):
        return [ConformanceCase("loads", lambda: _not_loaded(node_type))]
    checks = _Checks(node_type, types)
    return [
        ConformanceCase(f"{node_type.id}@{node_type.version}-{name}", check)
        for name, check in (
            ("name", checks.name),
            ("words", checks.words),
            ("config", checks.config),
            ("readme", checks.readme),
            ("example", checks.example),
            ("ports", checks.ports),
            ("behaviour", checks.behaviour),
            ("output_schema", checks.output_schema),
            ("summary", checks.summary),
            ("purity", checks.purity),
            ("imports", checks.imports),
            ("perform", checks.perform),
        )
    ]


def _not_loaded(node_type: BrokenNodeType | None) -> None:
    if node_type is None:
        raise ConformanceFailure("There is no such node type: check its id, its version and where it was looked for.")
    raise ConformanceFailure(f"{node_type.id} can't be loaded: {node_type.reason}")


def _require(holds: object, sentence: str) -> None:
    if not holds:
        raise ConformanceFailure(sentence)


class _Checks:
    """The requirements, each as a method."""

    def __init__(self, node_type: NodeType, types: TypeLookup | None) -> None:
        self.type = node_type
        self.types = types
        self.folder = Path(inspect.getfile(node_type.Config)).parent

    # -- the parts of the folder

    def name(self) -> None:
        """``category/name``, and a version from 1."""
        named = _ID.fullmatch(self.type.id) or self.type.id == str(self.type.category)
        _require(named, f"the id {self.type.id!r} should be category/name in small letters, such as adapters/slack.")
        _require(
            type(self.type.version) is int and self.type.version >= 1,
            f"the version {self.type.version!r} should be a whole number from 1.",
        )

    def words(self) -> None:
        """What people read in the palette."""
        for what in ("title", "help", "icon"):
            said = getattr(self.type, what)
            _require(isinstance(said, str) and said.strip() == said and said, f"{what} should be some words.")
        _require(self.type.help.endswith("."), "help should be a sentence with a full stop.")
        _require(len(self.type.title) <= 40, "title should have at most 40 characters; it stands on a card.")

    def config(self) -> None:
        """A frozen Config, each field with a title and a help, from which a form can be drawn."""
        config = self.type.Config
        _require(issubclass(config, NodeConfig), "Config should be derived from nodes.contract.NodeConfig.")
        for model in _models_in(config):
            _require(
                model.model_config.get("frozen") and model.model_config.get("extra") == "forbid",
                f"{model.__name__} should be derived from NodeConfig, so that it is frozen and knows all its keys.",
            )
            for name, field in model.model_fields.items():
                _require(field.title, f"{model.__name__}.{name} needs a title: Field(title=...).")
                _require(field.description, f"{model.__name__}.{name} needs a help: Field(description=...).")
        schema = config.model_json_schema()
        shared = schema.get("$defs", {})
        for owner in (schema, *shared.values()):
            for name, part in owner.get("properties", {}).items():
                # A title that is also that of the shared part behind the reference stands only there.
                titled = part.get("title") or shared.get(part.get("$ref", "").rpartition("/")[2], {}).get("title")
                _require(titled, f"the field {name!r} has lost its title in the JSON Schema of Config.")
        _require(not schema_problems(schema), "Config's JSON Schema can't be read back.")

    def readme(self) -> None:
        """A README that names every field and every port."""
        file = self.folder / README
        _require(file.is_file(), f"{README} is missing beside type.py.")
        text = file.read_text(encoding="utf-8")
        names = {name for model in _models_in(self.type.Config) for name in model.model_fields}
        names |= {port.name for config in self._samples() for port in self.type.ports(config)}
        missing = sorted(name for name in names if f"`{name}`" not in text)
        _require(not missing, f"{README} should explain {', '.join(f'`{name}`' for name in missing)}.")

    def example(self) -> None:
        """A small flow that uses the type, drawn without mistakes."""
        flow = self._example()
        _require(isinstance(flow.get("id"), str), f"{EXAMPLE} needs an id.")
        nodes = {node["id"]: node for node in flow["nodes"]}
        _require(len(nodes) == len(flow["nodes"]), f"two nodes of {EXAMPLE} have one id.")
        ports: dict[str, set[str] | None] = {}
        for node in flow["nodes"]:
            found = self._type_of(node)
            ports[node["id"]] = (
                {port.name for port in found.ports(self._read(found, node))} if found is not None else None
            )
        for edge in flow["edges"]:
            place = f"the edge {edge['from']}.{edge['port']} -> {edge['to']} of {EXAMPLE}"
            _require({edge["from"], edge["to"]} <= set(nodes), f"{place} names a node that isn't there.")
            known = ports[edge["from"]]
            _require(known is None or edge["port"] in known, f"{place} leaves by a port that its node doesn't have.")
        for node in flow["nodes"]:
            wired = {edge["port"] for edge in flow["edges"] if edge["from"] == node["id"]}
            open_ports = (ports[node["id"]] or set()) - wired - {ERROR.name}
            _require(not open_ports, f"{node['id']} of {EXAMPLE} leaves {', '.join(sorted(open_ports))} unconnected.")

    def imports(self) -> None:
        """type.py stands on the standard library, pydantic and the contract, and reaches nowhere."""
        for name in _imported(self.folder / "type.py"):
            root = name.partition(".")[0]
            _require(root not in _NOT_PURE, f"type.py imports {name}, which reaches outside; do that in perform.py.")
            allowed = root in sys.stdlib_module_names or any(name == m or name.startswith(f"{m}.") for m in _MAY_IMPORT)
            # "." stands for the node's own folder, of which only perform.py is out of bounds.
            _require(allowed or root == "", f"type.py imports {name}; it may import the standard library, pydantic, "
                     "nodes.contract, nodes.feel and nodes.dmn.")  # fmt: skip
            _require(name != ".perform", "type.py imports perform.py, which only the host loads, at the first attempt.")

    def perform(self) -> None:
        """Effects have a perform.py with ``async def perform(input, context)``; the others have none."""
        file = self.folder / "perform.py"
        if not any(isinstance(behaviour, Effect) for _, behaviour in self._behaviours()):
            _require(not file.exists(), "there is a perform.py, but no example of this type has an effect.")
            return
        _require(file.is_file(), "perform.py is missing: an Effect needs it.")
        defined = [
            part
            for part in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(part, ast.AsyncFunctionDef) and part.name == "perform"
        ]
        _require(
            defined and [a.arg for a in defined[0].args.args] == ["input", "context"],
            "perform.py should define: async def perform(input, context) -> Reply",
        )

    # -- the functions of the type

    def ports(self) -> None:
        """Legal, different names with a title."""
        for config in self._samples():
            ports = self.type.ports(config)
            names = [port.name for port in ports]
            _require(len(set(names)) == len(names), f"two ports have one name: {', '.join(names)}.")
            for port in ports:
                _require(_PORT.fullmatch(port.name), f"the port {port.name!r} should be named in small letters.")
                _require(port.title.strip(), f"the port {port.name!r} needs a title.")

    def behaviour(self) -> None:
        """One of the closed set, and the ports that belong to it."""
        for config, behaviour in self._behaviours():
            _require(
                isinstance(behaviour, get_args(Behaviour)),
                f"behaviour gives a {type(behaviour).__name__}, which is not one of the behaviours that exist.",
            )
            ports = [port.name for port in self.type.ports(config)]
            expected = _ports_of(behaviour)
            _require(
                expected is None or sorted(ports) == sorted(expected),
                f"a {type(behaviour).__name__} has the ports {expected}, but ports(config) gives {ports}.",
            )
            _require(not isinstance(behaviour, Pure) or ports, "a Pure step needs at least one port.")
            for use in behaviour.decisions if isinstance(behaviour, Pure) else ():
                _require(
                    (self.folder / f"{use.file}.dmn").is_file(),
                    f"the example asks {use.file}.dmn, which should lie beside it.",
                )
            _require(not isinstance(behaviour, Start) or len(ports) == 1, "a Start has exactly one port.")

    def output_schema(self) -> None:
        """A JSON Schema."""
        for config in self._samples():
            problems = schema_problems(self.type.output_schema(config))
            _require(not problems, f"output_schema is no JSON Schema: {problems[0] if problems else ''}")

    def summary(self) -> None:
        """One line in words."""
        for config in self._samples():
            said: Any = self.type.summary(config)
            _require(isinstance(said, str) and said.strip(), "summary should say what the step does.")
            _require("\n" not in said and len(said) <= 200, f"summary should be one line of 200 characters: {said!r}")
            _require(not set(said) & set("{}"), f"summary is read aloud, so it holds no braces: {said!r}")

    def purity(self) -> None:
        """Same config, same answers; same inputs, same way out; nothing is changed on the way."""
        for config in self._samples():
            before = config.model_dump()
            for name in ("ports", "output_schema", "summary", "check"):
                function = getattr(self.type, name)
                _require(function(config) == function(config), f"{name} gives different answers for one Config.")
            first, again = self.type.behaviour(config), self.type.behaviour(config)
            _require(type(first) is type(again), "behaviour gives different answers for one Config.")
            if isinstance(first, Pure) and isinstance(again, Pure):
                self._same_way(config, first, again)
            else:
                _require(first == again, "behaviour gives different answers for one Config.")
            _require(config.model_dump() == before, "a function of the type changed the Config that it was given.")

    def _same_way(self, config: Any, first: Pure, again: Pure) -> None:
        ports = {port.name for port in self.type.ports(config)}
        for answer in (True, False):
            inputs = {name: _sample(tree, answer) for name, tree in first.inputs.items()}
            before = json.dumps(inputs, default=str)
            routes = [_apply(pure, inputs, answer, self.folder) for pure in (first, first, again)]
            _require(routes[0] == routes[1] == routes[2], "apply gives different answers for the same inputs.")
            _require(json.dumps(inputs, default=str) == before, "apply changed the inputs that it was given.")
            route = routes[0]
            if isinstance(route, Routed):
                _require(route.port in ports, f"apply leaves by {route.port!r}, which is not among the ports.")

    # -- what they work on

    def _example(self) -> dict[str, Any]:
        file = self.folder / EXAMPLE
        _require(file.is_file(), f"{EXAMPLE} is missing beside type.py.")
        try:
            flow = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
            complete = all(isinstance(flow[part], list) for part in ("nodes", "edges"))
            complete = complete and all({"id", "type"} <= set(node) for node in flow["nodes"])
            complete = complete and all({"from", "port", "to"} <= set(edge) for edge in flow["edges"])
        except (ValueError, KeyError, TypeError) as problem:
            raise ConformanceFailure(f"{EXAMPLE} can't be read: {problem}") from problem
        _require(complete, f"{EXAMPLE} should have nodes (id, type) and edges (from, port, to).")
        return dict(flow)

    def _samples(self) -> list[Any]:
        """The Configs of this type in its example."""
        nodes = [node for node in self._example()["nodes"] if self._is_ours(node)]
        _require(nodes, f"{EXAMPLE} should use {self.type.id} version {self.type.version}.")
        return [self._read(self.type, node) for node in nodes]

    def _behaviours(self) -> list[tuple[Any, Any]]:
        return [(config, self.type.behaviour(config)) for config in self._samples()]

    def _is_ours(self, node: Mapping[str, Any]) -> bool:
        return (node["type"], node.get("version", 1)) == (self.type.id, self.type.version)

    def _type_of(self, node: Mapping[str, Any]) -> NodeType | None:
        if self._is_ours(node):
            return self.type
        if self.types is None:
            return None
        found = self.types(node["type"], node.get("version", 1))
        if not isinstance(found, NodeType):
            raise ConformanceFailure(f"{node['id']} of {EXAMPLE} is of a type that can't be used here: {node['type']}.")
        return found

    def _read(self, node_type: NodeType, node: Mapping[str, Any]) -> Any:
        try:
            return node_type.Config.model_validate(node.get("config", {}))
        except ValidationError as problem:
            first = problem.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ConformanceFailure(f"{node['id']} of {EXAMPLE} is not filled in: {where} {first['msg']}") from problem


def _models_in(config: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The Config and every model that its fields are made of."""
    seen: list[type[BaseModel]] = []

    def look(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in seen:
            seen.append(annotation)
            for field in annotation.model_fields.values():
                look(field.annotation)
        for part in get_args(annotation):
            look(part)

    look(config)
    return iter(seen)


def _ports_of(behaviour: Any) -> list[str] | None:
    """The ports that a behaviour must have; None where they are the type's own affair."""
    timed = [TIMEOUT.name] if getattr(behaviour, "timeout", None) is not None else []
    if isinstance(behaviour, Effect):
        return [DONE.name, ERROR.name]
    if isinstance(behaviour, Assign | Wait):
        return [DONE.name]
    if isinstance(behaviour, Join):
        return ["joined", *timed]
    if isinstance(behaviour, AwaitSignal):
        return ["received", *timed]
    if isinstance(behaviour, HumanTask):
        return [*(choice.port for choice in behaviour.choices), *timed]
    if isinstance(behaviour, End):
        return []
    if isinstance(behaviour, Children):
        return ["done", *(["stopped"] if behaviour.stop_on else []), *timed]
    if isinstance(behaviour, Start | Pure | Child):
        return None
    raise ConformanceFailure(f"a {type(behaviour).__name__} is not one of the behaviours that exist.")


_SAMPLES: dict[str, Value] = {
    "number": Decimal("1.5"),
    "integer": Decimal(2),
    "text": "some words",
    "list": [Decimal(1), "two"],
    "context": {"a": Decimal(1)},
    "instant": parse_date_time("2026-05-01T10:00:00Z"),
    "duration": parse_duration("PT4H"),
}


def _sample(tree: Tree, answer: bool) -> Value:
    """A value of the right kind for each field; ``answer`` is what conditions say."""
    if isinstance(tree, Expr):
        if not tree.is_feel:
            return tree.literal
        return answer if tree.expects == "boolean" else _SAMPLES.get(tree.expects, {"answer": answer})
    if isinstance(tree, Text):
        return tree.source
    if isinstance(tree, Mapping):
        return {key: _sample(item, answer) for key, item in tree.items()}
    return [_sample(item, answer) for item in tree] if isinstance(tree, list | tuple) else tree


def _apply(pure: Pure, inputs: Mapping[str, Value], answer: bool, folder: Path) -> Routed | str:
    evaluate: Evaluate = lambda expr: (_sample(expr, answer), {})  # noqa: E731  typed, as the engine's is

    def decide(use: DecisionUse, given: Mapping[str, Value]) -> Any:
        from nodes.dmn import DecisionError, read_model  # only types that ask decisions need it

        model = read_model(folder / f"{use.file}.dmn")
        try:
            return model.evaluate(use.decision, model.read_inputs(given))
        except DecisionError as problem:
            raise StepProblem(str(problem)) from problem

    try:
        return pure.apply(inputs, evaluate, decide) if pure.decisions else pure.apply(inputs, evaluate)
    except StepProblem as problem:
        return f"StepProblem: {problem}"


def _imported(file: Path) -> Iterator[str]:
    """Every module that a file imports, anywhere in it; ``.name`` for those of its own folder."""
    for part in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(part, ast.Import):
            yield from (alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom) and part.level:
            yield from ([f".{part.module}"] if part.module else [f".{alias.name}" for alias in part.names])
        elif isinstance(part, ast.ImportFrom):
            yield part.module or ""
