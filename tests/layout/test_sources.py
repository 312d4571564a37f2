"""What the modules of the three floors must not do, wherever they stand: read clocks, execute text, hide an import."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.layout.module_source import Module, read_module

ROOT = Path(__file__).resolve().parents[2]
CLOCKS = {"runtime/host/clock.py", "designer/document/clock.py"}

READS_THE_CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.gmtime",
    "time.localtime",
    "time.ctime",
}
EXECUTES = {"eval", "exec", "__import__", "os.system", "os.popen", "runpy.run_path", "runpy.run_module"}
UNSAFE_FORMATS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}
VAGUE = {"manager", "helper", "helpers", "utils", "base", "common"}


def clock_reads(module: Module) -> Iterator[str]:
    if module.path in CLOCKS:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name) and module.meaning(node) in READS_THE_CLOCK:
            yield f"{module.path}:{node.lineno} {module.meaning(node)}"


def executed_text(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and module.meaning(node.func) in EXECUTES:
            yield f"{module.path}:{node.lineno} {module.meaning(node.func)}"
        if isinstance(node, ast.Attribute) and node.attr == "extractall":
            yield f"{module.path}:{node.lineno} extractall"
        if isinstance(node, ast.keyword) and node.arg == "shell" and not _is_false(node.value):
            yield f"{module.path}:{node.value.lineno} shell="


def unsafe_formats(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        yield from (f"{module.path}:{node.lineno} {name}" for name in names if name.split(".")[0] in UNSAFE_FORMATS)


def hidden_imports(module: Module) -> Iterator[str]:
    """An import by a literal string is one that the import rule cannot see; a walk passes names that it has found."""
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and module.meaning(node.func) == "importlib.import_module"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield f"{module.path}:{node.lineno} {node.args[0].value}"


def missing_docstring(module: Module) -> Iterator[str]:
    if module.tree.body and ast.get_docstring(module.tree) is None:
        yield module.path


def canvas_outside_its_folder(module: Module) -> Iterator[str]:
    if module.path.startswith("designer/canvas/"):
        return
    for node in ast.walk(module.tree):
        names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        yield from (f"{module.path}:{node.lineno}" for name in names if name.split(".")[0] == "NodeGraphQt")


def vague_names(module: Module) -> Iterator[str]:
    classes = [node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    # A method of a derived class may be named by the library whose method it overrides.
    named_elsewhere = {id(method) for node in classes if node.bases for method in node.body}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", node.name)}
            starts = node.name.lstrip("_").startswith(("handle_", "process_")) and id(node) not in named_elsewhere
            if words & VAGUE or starts:
                yield f"{module.path}:{node.lineno} {node.name}"


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


LOOKS: list[tuple[Callable[[Module], Iterator[str]], str]] = [
    (clock_reads, "from datetime import datetime as dt\nx = dt.now"),
    (clock_reads, "import time\nx = time.time()"),
    (clock_reads, "from time import time\nx = time()"),
    (clock_reads, "import datetime\nx = datetime.date.today()"),
    (executed_text, "eval('1')"),
    (executed_text, "archive.extractall('x')"),
    (executed_text, "import subprocess\nsubprocess.run('ls', shell=True)"),
    (unsafe_formats, "def f():\n    import pickle"),
    (unsafe_formats, "from shelve import open as o"),
    (hidden_imports, "import importlib\nimportlib.import_module('runtime.host')"),
    (hidden_imports, "from importlib import import_module as load\nload('runtime.host')"),
    (missing_docstring, "x = 1"),
    (canvas_outside_its_folder, "from NodeGraphQt import NodeGraph"),
    (vague_names, "class RunManager: ..."),
    (vague_names, "def process_event(): ..."),
    (vague_names, "class Worker:\n    async def handle_reply(self): ..."),
]


@pytest.mark.parametrize("look", sorted({look for look, _ in LOOKS}, key=lambda look: look.__name__))
def test_the_floors_hold(look: Callable[[Module], Iterator[str]], modules: list[Module]) -> None:
    found = [fault for module in modules for fault in look(module)]
    assert not found, "\n".join([look.__name__, *found])


@pytest.mark.parametrize(("look", "text"), LOOKS)
def test_each_look_sees_its_fault(look: Callable[[Module], Iterator[str]], text: str) -> None:
    assert list(look(read_module("runtime/engine/x.py", text))) != []


def test_a_clock_that_is_passed_in_is_no_fault() -> None:
    text = "from datetime import datetime\ndef f(clock): return clock.now() - datetime.fromisoformat('2026-05-01')"
    assert list(clock_reads(read_module("runtime/engine/x.py", text))) == []


def test_a_name_that_a_library_gave_is_no_fault() -> None:
    text = "class Guarded(httpx.AsyncHTTPTransport):\n    async def handle_async_request(self, request): ..."
    assert list(vague_names(read_module("runtime/connections/x.py", text))) == []


def test_the_registry_loads_no_driver() -> None:
    """What the designer and `baton check` load: every node type, and none of what performs them."""
    program = (
        "import sys, nodes.registry, runtime.engine, runtime.model\n"
        "found = nodes.registry.load(entry_points=False)\n"
        "heavy = {'sqlalchemy', 'fastapi', 'uvicorn', 'httpx', 'PySide6'} & set(sys.modules)\n"
        "performs = [name for name in sys.modules if name.startswith('nodes.') and name.endswith('.perform')\n"
        "            and name != 'nodes.contract.perform']\n"
        "print(sorted(heavy), performs, len(found.types))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    heavy, performs, types = done.stdout.strip().rsplit(" ", 2)
    assert (heavy, performs) == ("[]", "[]")
    assert int(types) > 0
