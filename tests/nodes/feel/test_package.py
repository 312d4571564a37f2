"""The package as a whole: what it exports, what it may import, how quickly it is there."""

from __future__ import annotations

import ast
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import nodes.feel
from nodes.feel import BUILTIN_NAMES, KEYWORDS, compile_expression

FOLDER = Path(nodes.feel.__file__).parent


def test_all_that_is_promised_is_there():
    assert all(hasattr(nodes.feel, name) for name in nodes.feel.__all__)
    assert {"if", "then", "item", "partial", "not", "null"} <= KEYWORDS
    assert {"count", "date and time", "string join"} <= BUILTIN_NAMES
    assert len(BUILTIN_NAMES) > 80


def test_it_imports_the_standard_library_re2_and_the_checkpoints_alone():
    allowed = {*sys.stdlib_module_names, "re2", "nodes"}
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            for module in modules:
                assert module.split(".")[0] in allowed, f"{file.name} imports {module}"
                own = module.startswith(("nodes.feel", "nodes.pacing"))
                assert own or not module.startswith("nodes."), f"{file.name}: {module}"


def test_no_text_is_ever_evaluated_as_python():
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "__import__"}, f"{file.name}:{node.lineno}"
                assert node.func.id != "compile" or (file.name, ast.unparse(node.args[0])) == (
                    "direct.py",
                    "ast.fix_missing_locations(module)",
                )
            if isinstance(node, ast.Attribute):
                assert (getattr(node.value, "id", None), node.attr) not in {("dt", "now"), ("datetime", "now")}
                assert node.attr not in {"utcnow", "today"}, f"{file.name}:{node.lineno} reads a clock"


def test_a_direct_function_holds_texts_and_names_of_the_user_as_constants_only():
    expression = compile_expression(r'a > 5 and b in ("__import__(1)", "x\"); import os #") and not(c.d = "lambda: 0")')
    scope = {"a": Decimal(6), "b": "__import__(1)", "c": {"d": "e"}}
    for _ in range(20):
        assert expression.evaluate(scope) is True
    made = expression.__dict__["evaluate"]
    assert made.__globals__["__builtins__"] == {}
    ours = {"get", "__class__", "general", "surprise", "Decimal", "str", "dict", "Exception"}
    assert set(made.__code__.co_names) - ours <= {name for name in made.__globals__ if name.startswith("k")}
    assert {"a", "b", "c", "d", "lambda: 0"} <= set(made.__code__.co_consts)


@pytest.mark.slow
def test_importing_loads_neither_patterns_nor_zones():
    """What makes the import quick; how quick it is, `bench feel` measures."""
    program = "import nodes.feel, sys; print([name for name in ('re2', 'zoneinfo', 'tzdata') if name in sys.modules])"
    environment = {"PYTHONPATH": str(FOLDER.parents[1])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
