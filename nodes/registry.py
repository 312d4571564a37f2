"""Finds node types and connection kinds: Baton's own by walking this package, others by entry point or plug-in folder.

Called by the rules, the engine's compile step, the host, the server and the designer. Law: looking for types never
stops at one that is broken (it becomes a ``BrokenNodeType`` with the reason), never loads a ``perform.py``, and never
loads anything because a project names it: plug-in folders come from the caller, who has them from the user's settings.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import importlib
import importlib.metadata
import importlib.util
import inspect
import itertools
import pkgutil
import re
import sys
import traceback
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, TypeAlias

import nodes
from nodes.contract import BrokenNodeType, ConnectionKind, NodeConfig, NodeContext, NodeType, Reply, Value

ENTRY_POINTS = "baton.node_types"
"""The group in which a distribution names its node folders: ``slack = "their_package.slack"``."""

ANY_VERSION = 0
"""The version of a BrokenNodeType that never told its own: it stands for all of them."""

Perform: TypeAlias = Callable[[Mapping[str, Value], NodeContext], Coroutine[Any, Any, Reply]]


class PerformUnavailable(Exception):
    """A node type's ``perform.py`` can't be loaded here. The message names the type, the reason and what to install."""


class Registry:
    """What was found. Made by ``load``; never changed afterwards."""

    def __init__(
        self,
        types: Sequence[NodeType],
        broken: Sequence[BrokenNodeType],
        connection_kinds: Mapping[str, ConnectionKind],
    ) -> None:
        self.types: tuple[NodeType, ...] = tuple(sorted(types, key=lambda found: (found.id, found.version)))
        """all that can be used, by id and version"""
        self.broken: tuple[BrokenNodeType, ...] = tuple(sorted(broken, key=lambda found: (found.id, found.version)))
        """all that can't, each with its reason"""
        self.connection_kinds: dict[str, ConnectionKind] = dict(connection_kinds)
        """by id"""
        self._by_name = {(found.id, found.version): found for found in self.types}
        self._performs: dict[tuple[str, int], Perform] = {}

    def get(self, id: str, version: int) -> NodeType | BrokenNodeType | None:  # noqa: A002  it is the type's id
        """The type of this name; its broken stand-in; None if nobody has heard of it."""
        found = self._by_name.get((id, version))
        if found is not None:
            return found
        return next((b for b in self.broken if b.id == id and b.version in {version, ANY_VERSION}), None)

    def latest(self, id: str) -> NodeType | BrokenNodeType | None:  # noqa: A002  it is the type's id
        """The highest version of this id that can be used, else its broken stand-in, else None."""
        versions = [found for found in self.types if found.id == id]
        return versions[-1] if versions else next((b for b in self.broken if b.id == id), None)

    def perform(self, node_type: NodeType) -> Perform:
        """The coroutine function of the type's ``perform.py``, imported when first asked for. Or PerformUnavailable."""
        name = (node_type.id, node_type.version)
        if name not in self._performs:
            self._performs[name] = _load_perform(node_type)
        return self._performs[name]


def load(*, plugin_folders: Sequence[Path] = (), entry_points: bool = True) -> Registry:
    """Everything that can be found now: Baton's own types, then installed distributions, then the given folders.

    ``plugin_folders``: folders that the user's settings trust; each is a node folder (it holds ``type.py``) or a folder
    of such folders. Of two types with one name and version the first found stays, so nothing displaces Baton's own.
    """
    found = _Finds()
    for package in _walk(nodes.__name__, nodes.__path__):
        found.take_folder(package, fallback_id=package.partition(".")[2].replace(".", "/"))
    if entry_points:
        for entry in sorted(importlib.metadata.entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
            found.take_folder(entry.value.partition(":")[0].strip(), fallback_id=entry.name)
    for folder in plugin_folders:
        found.take_plugins(Path(folder))
    return Registry(list(found.types.values()), found.broken, found.kinds)


@cache
def built_ins() -> Registry:
    """Baton's own types alone, found once per process."""
    return load(entry_points=False)


# --- Finding --------------------------------------------------------------------------------------------------------

_TYPE, _CONNECTION, _PERFORM = "type", "connection", "perform"
"""The files of a node folder that mean something to the registry."""

_plugin_numbers = itertools.count(1)


def _walk(package: str, path: Sequence[str]) -> Iterator[str]:
    """Every package below that holds a ``type`` or ``connection`` module, without importing any of them."""
    for found in sorted(pkgutil.iter_modules(path), key=lambda module: module.name):
        if not found.ispkg:
            continue
        spec = found.module_finder.find_spec(found.name, None)
        inside = list(spec.submodule_search_locations or ()) if spec else []
        name = f"{package}.{found.name}"
        if {module.name for module in pkgutil.iter_modules(inside)} & {_TYPE, _CONNECTION}:
            yield name
        yield from _walk(name, inside)


class _Finds:
    """Collects while ``load`` looks around."""

    def __init__(self) -> None:
        self.types: dict[tuple[str, int], NodeType] = {}
        self.broken: list[BrokenNodeType] = []
        self.kinds: dict[str, ConnectionKind] = {}

    def take_folder(self, package: str, *, fallback_id: str) -> None:
        """Takes what the modules ``type`` and ``connection`` of a package export."""
        try:
            modules = {name for name in (_TYPE, _CONNECTION) if importlib.util.find_spec(f"{package}.{name}")}
        except Exception as problem:  # noqa: BLE001  a stranger's package may raise anything when it is imported
            self.broken.append(BrokenNodeType(fallback_id, ANY_VERSION, _reason(problem), package))
            return
        if not modules:
            reason = f"the package {package} holds neither type.py nor connection.py"
            self.broken.append(BrokenNodeType(fallback_id, ANY_VERSION, reason, package))
        if _TYPE in modules:
            self._take(package, _TYPE, fallback_id, self._types_of)
        if _CONNECTION in modules:
            self._take(package, _CONNECTION, fallback_id, self._kinds_of)

    def take_plugins(self, folder: Path) -> None:
        """Takes one plug-in folder, or each of the plug-in folders in it."""
        try:
            inside = [folder] if _is_node_folder(folder) else sorted(folder.iterdir())
        except OSError as problem:
            reason = f"the plug-in folder {folder} can't be read: {problem.strerror or problem}"
            self.broken.append(BrokenNodeType(folder.name or str(folder), ANY_VERSION, reason))
            return
        for each in inside:
            if _is_node_folder(each):
                package = f"_baton_plugin_{next(_plugin_numbers)}_{re.sub(r'[^A-Za-z0-9_]', '_', each.name)}"
                try:
                    _make_package(package, each)
                except Exception as problem:  # noqa: BLE001  a stranger's __init__.py may raise anything
                    self.broken.append(BrokenNodeType(each.name, ANY_VERSION, _reason(problem), package))
                    continue
                self.take_folder(package, fallback_id=each.name)

    def _take(self, package: str, name: str, fallback_id: str, read: Callable[[str, Any], None]) -> None:
        try:
            with contextlib.redirect_stdout(sys.stderr):  # standard output is for results, whatever a stranger prints
                module = importlib.import_module(f"{package}.{name}")
            read(package, module)
        except (Exception, SystemExit) as problem:  # noqa: BLE001  a stranger's module may raise anything
            for declared_id, version in _declared_names(package, name) or [(fallback_id, ANY_VERSION)]:
                if (declared_id, version) not in self.types:
                    self.broken.append(BrokenNodeType(declared_id, version, _reason(problem), package))

    def _types_of(self, package: str, module: Any) -> None:
        exported = [module.NODE_TYPE] if hasattr(module, "NODE_TYPE") else list(getattr(module, "NODE_TYPES", ()))
        if not exported:
            raise TypeError("type.py exports neither NODE_TYPE nor NODE_TYPES")
        for each in exported:
            if not isinstance(each, NodeType):
                raise TypeError(f"type.py exports a {type(each).__name__} where a NodeType should be")
            reason = self._refusal(each)
            if reason:
                self.broken.append(BrokenNodeType(str(each.id), _as_version(each.version), reason, package))
            else:
                self.types[each.id, each.version] = dataclasses.replace(each, module=package)

    def _refusal(self, found: Any) -> str | None:
        """Why this NodeType, which a stranger filled in, is not taken."""
        if not isinstance(found.id, str) or not re.fullmatch(r"[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)?", found.id):
            return f"its id {found.id!r} should be like adapters/slack: lower-case words with underscores"
        if type(found.version) is not int or found.version < 1:
            return f"its version {found.version!r} should be a whole number from 1"
        if not (isinstance(found.Config, type) and issubclass(found.Config, NodeConfig)):
            return "its Config should be a class derived from nodes.contract.NodeConfig"
        first = self.types.get((found.id, found.version))
        return f"{found.id} version {found.version} exists already, in {first.module}" if first else None

    def _kinds_of(self, package: str, module: Any) -> None:
        kind = getattr(module, "CONNECTION_KIND", None)
        if not isinstance(kind, ConnectionKind):
            raise TypeError("connection.py should export CONNECTION_KIND, a ConnectionKind")
        if kind.id in self.kinds:
            raise TypeError(f"the connection kind {kind.id!r} exists already, in {self.kinds[kind.id].module}")
        self.kinds[kind.id] = dataclasses.replace(kind, module=package)


def _is_node_folder(folder: Path) -> bool:
    return any((folder / f"{name}.py").is_file() for name in (_TYPE, _CONNECTION))


def _make_package(package: str, folder: Path) -> None:
    """Gives a folder a private package name, so that its modules (and theirs beside them) import without sys.path.

    Each load makes a new package: a plug-in that was edited is read afresh, and a Registry in use keeps its own.
    """
    init = folder / "__init__.py"
    if init.is_file():
        spec = importlib.util.spec_from_file_location(package, init, submodule_search_locations=[str(folder)])
    else:
        spec = ModuleSpec(package, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
    if spec is None:
        raise ImportError(f"{init} can't be read as a Python package")
    module = importlib.util.module_from_spec(spec)
    sys.modules[package] = module
    try:
        if spec.loader is not None:
            spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[package]
        raise


# --- Reasons --------------------------------------------------------------------------------------------------------


def _reason(problem: BaseException) -> str:
    """One sentence: what went wrong, and where in the stranger's file."""
    if isinstance(problem, ModuleNotFoundError) and problem.name:
        return f"it needs the Python package {problem.name.partition('.')[0]!r}, which is not installed here"
    if isinstance(problem, SyntaxError):
        return f"{_file_name(problem.filename)} line {problem.lineno}: {problem.msg}"
    words = " ".join(str(problem).split())[:300] or type(problem).__name__
    if isinstance(problem, SystemExit):
        words = f"it tried to end the program ({words})"
    frames = traceback.extract_tb(problem.__traceback__)
    inside = [f for f in frames if f.filename != __file__ and "importlib" not in f.filename]
    return f"{_file_name(inside[-1].filename)} line {inside[-1].lineno}: {words}" if inside else words


def _file_name(path: str | None) -> str:
    return Path(path).name if path else "its code"


def _as_version(version: object) -> int:
    return version if type(version) is int and version >= 1 else ANY_VERSION


_NAMED_ID = re.compile(r"""^\s*id\s*=\s*["']([a-z][a-z0-9_]*(?:/[a-z][a-z0-9_]*)?)["']""", re.MULTILINE)


def _declared_names(package: str, name: str) -> list[tuple[str, int]]:
    """The ids and versions that a module would have declared, read from its text, so that flows show its reason."""
    if name != _TYPE:
        return []
    try:
        spec = importlib.util.find_spec(f"{package}.{name}")
        text = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    except (OSError, ValueError):
        return []
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Nobody can parse it; a line that names an id is still the best guess at which step is meant.
        return [(declared, ANY_VERSION) for declared in _NAMED_ID.findall(text)]
    names = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == NodeType.__name__:
            given = {key.arg: key.value.value for key in call.keywords if isinstance(key.value, ast.Constant)}
            declared = given.get("id")
            if isinstance(declared, str):
                names.append((declared, _as_version(given.get("version"))))
    return names


# --- Performing -----------------------------------------------------------------------------------------------------


def _load_perform(node_type: NodeType) -> Perform:
    who = f"{node_type.id} version {node_type.version}"
    try:
        with contextlib.redirect_stdout(sys.stderr):
            module = importlib.import_module(f"{node_type.module}.{_PERFORM}")
    except ModuleNotFoundError as missing:
        if missing.name == f"{node_type.module}.{_PERFORM}":
            raise PerformUnavailable(f"{who} has no perform.py, so it can't do anything outside.") from missing
        needed = (missing.name or "unknown").partition(".")[0]
        raise PerformUnavailable(
            f"{who} needs the Python package {needed!r}, which is not installed here; "
            f"install it beside Baton: python -m pip install {needed}"
        ) from missing
    except (Exception, SystemExit) as problem:
        raise PerformUnavailable(f"perform.py of {who} can't be loaded: {_reason(problem)}") from problem
    perform = getattr(module, _PERFORM, None)
    if not inspect.iscoroutinefunction(perform):
        raise PerformUnavailable(f"perform.py of {who} should define: async def perform(input, context)")
    return perform
