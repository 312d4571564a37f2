"""The import rule of the house: the real tree keeps it, and a throw-away tree that breaks it is caught each time."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

SHELVES = {
    "designer": (
        "__main__ app services actions canvas document editors forms garbage keeping layout panels patience "
        "pieces session theme window"
    ),
    "designer.panels": "outline problems",
    "designer.editors": "decision_table samples",
    "nodes": "contract feel dmn pacing adapters approval control decision logging triggers",
    "runtime": "cli server client host connections secrets store metrics trace export engine wire model",
    "nodes.adapters": "http_request sql",
    "nodes.control": "join wait",
}
NODE_TYPES = ["adapters", "approval", "control", "decision", "logging", "triggers"]
PURE_SHELVES = {"model", "engine", "trace", "export", "wire", "client"}
OPEN_NODES = {"contract", "registry", "feel", "dmn", "pacing"}

ALLOWED = [
    ("designer.document", "runtime.model"),
    ("designer.canvas", "NodeGraphQt"),
    ("designer.window", "designer.canvas"),
    ("designer.panels.outline", "designer.services"),
    ("designer.panels.outline", "designer.forms"),
    ("designer.forms", "designer.session"),
    ("designer.session", "runtime.engine"),
    ("designer.session", "runtime.client"),
    ("designer.window", "nodes.registry"),
    ("runtime.cli", "runtime.server"),
    ("runtime.cli", "runtime.client"),
    ("runtime.cli", "runtime.host"),
    ("runtime.server", "runtime.host"),
    ("runtime.server", "runtime.wire"),
    ("runtime.host", "runtime.connections"),
    ("runtime.host", "runtime.store"),
    ("runtime.host", "nodes.registry"),
    ("runtime.connections", "runtime.secrets"),
    ("runtime.store", "runtime.trace"),
    ("runtime.store", "sqlalchemy"),
    ("runtime.trace", "runtime.engine"),
    ("runtime.engine", "runtime.model"),
    ("runtime.engine", "nodes.feel"),
    ("runtime.client", "runtime.wire"),
    ("runtime.wire", "runtime.model"),
    ("runtime.model", "nodes.contract"),
    ("runtime.model", "os"),
    ("nodes.adapters.http_request", "nodes.contract"),
    ("nodes.registry", "nodes.contract"),
    ("nodes.contract", "nodes.feel"),
]
FORBIDDEN = [
    ("nodes.feel", "runtime.model"),
    ("runtime.model", "designer"),
    ("runtime.engine", "runtime.store"),
    ("runtime.store", "runtime.host"),
    ("runtime.store", "runtime.secrets"),
    ("runtime.client", "runtime.server"),
    ("runtime.client", "runtime.host"),
    ("runtime.client", "runtime.engine"),
    ("runtime.host", "runtime.wire"),
    ("runtime.trace", "runtime.wire"),
    ("runtime.trace", "runtime.export"),
    ("runtime.engine", "runtime.wire"),
    ("runtime.host", "nodes.adapters"),
    ("runtime.model", "nodes.control"),
    ("nodes.adapters.http_request", "nodes.adapters.sql"),
    ("nodes.control.wait", "nodes.approval"),
    ("nodes.control.join", "nodes.registry"),
    ("nodes.registry", "nodes.triggers"),
    ("nodes.feel", "nodes.contract"),
    ("nodes.feel", "pydantic"),
    ("nodes.feel", "os"),
    ("designer.session", "runtime.host"),
    ("designer.session", "runtime.store"),
    ("designer.forms", "nodes.adapters"),
    ("designer.keeping", "sqlalchemy"),
    ("designer.forms", "NodeGraphQt"),
    ("designer.layout", "PySide6"),
    ("designer.layout", "runtime.model"),
    ("designer.window", "designer.app"),
    ("designer.actions", "designer.window"),
    ("designer.panels.problems", "designer.actions"),
    ("designer.canvas", "designer.editors.samples"),
    ("designer.canvas", "designer.forms"),
    ("designer.services", "designer.canvas"),
    ("designer.session", "designer.services"),
    ("designer.session", "designer.keeping"),
    ("designer.document", "designer.keeping"),
    ("designer.pieces", "designer.document"),
    ("designer.theme", "designer.pieces"),
    ("designer.panels.outline", "designer.panels.problems"),
    ("designer.editors.decision_table", "designer.editors.samples"),
    ("runtime.host", "PySide6"),
    ("nodes.contract", "NodeGraphQt"),
    ("runtime.engine", "time"),
    ("runtime.engine", "random"),
]


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _LINT, "--no-logo", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """An empty house: every shelf of the plan as a package without content, judged by the real pyproject.toml."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    packages = [
        *SHELVES,
        *(f"{above}.{name}" for above, names in SHELVES.items() for name in names.split()),
    ]
    for package in packages:
        folder = tmp_path.joinpath(*package.split("."))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    (tmp_path / "nodes" / "registry.py").touch()
    return tmp_path


def _add_import(house: Path, importer: str, imported: str, number: int) -> str:
    """Put the import into a module of its own (the registry is one file); returns that module's name."""
    place = house.joinpath(*importer.split("."))
    module = f"{importer}.line_{number}" if place.is_dir() else importer
    file = place / f"line_{number}.py" if place.is_dir() else place.with_suffix(".py")
    with file.open("a", encoding="utf-8") as text:
        text.write(f"import {imported}\n")
    return module


def test_the_house_keeps_its_rule() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_rule_allows_passes(house: Path) -> None:
    for number, (importer, imported) in enumerate(ALLOWED):
        _add_import(house, importer, imported, number)
    done = _lint(house)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_rule_forbids_is_caught(house: Path) -> None:
    broken = [
        (_add_import(house, importer, imported, number), imported)
        for number, (importer, imported) in enumerate(FORBIDDEN)
    ]
    done = _lint(house)
    assert done.returncode == 1, done.stdout + done.stderr
    unseen = [
        f"{module} -> {imported}" for module, imported in broken if f"{module} -> {imported} (l." not in done.stdout
    ]
    assert unseen == [], done.stdout


@pytest.mark.parametrize("place", ["runtime/cache", "nodes/connectors", "designer/helpers"])
def test_a_new_shelf_must_be_given_its_place(house: Path, place: str) -> None:
    (house / place).mkdir()
    (house / place / "__init__.py").touch()
    done = _lint(house)
    assert done.returncode == 1
    assert place.replace("/", ".") in done.stdout, done.stdout


def test_the_lists_of_shelves_agree() -> None:
    """`forbidden` contracts name what is closed; a shelf that is neither open nor named would slip through."""
    contracts = {
        contract["id"]: contract
        for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
            "contracts"
        ]
    }
    runtime = _members(contracts["runtime-layers"]["layers"])
    nodes = _members(contracts["nodes-layers"]["layers"])
    closed_nodes = {f"nodes.{name}" for name in nodes - OPEN_NODES}
    assert nodes >= OPEN_NODES
    assert runtime >= PURE_SHELVES
    assert set(contracts["runtime-nodes"]["forbidden_modules"]) == closed_nodes
    assert set(contracts["designer-shelves"]["forbidden_modules"]) == closed_nodes | {
        f"runtime.{name}" for name in runtime - PURE_SHELVES
    }
    assert {name.removesuffix(".*") for name in contracts["nodes-apart"]["modules"]} == closed_nodes
    below_server = runtime - {"cli", "server", "client", "wire"}
    assert set(contracts["runtime-wire"]["source_modules"]) == {f"runtime.{name}" for name in below_server}
    assert set(contracts["runtime-client"]["forbidden_modules"]) == {
        f"runtime.{name}" for name in below_server - {"model"}
    }
    assert [name for name, contract in contracts.items() if "ignore_imports" in contract] == []


def _members(layers: list[str]) -> set[str]:
    return {name.strip(" ()") for layer in layers for name in layer.split("|")}
