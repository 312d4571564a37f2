"""One Python file as the layout tests see it: its path, its syntax tree, and what its names stand for."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root, its tree, and what its imported names stand for."""

    path: str
    tree: ast.Module
    names: dict[str, str]  # "dt" -> "datetime", "now" -> "datetime.datetime.now"

    def meaning(self, node: ast.expr) -> str | None:
        """The dotted name that an expression stands for: `dt.datetime.now` -> "datetime.datetime.now"."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, node.id)
        if isinstance(node, ast.Attribute) and (owner := self.meaning(node.value)) is not None:
            return f"{owner}.{node.attr}"
        return None


def read_module(path: str, text: str) -> Module:
    tree = ast.parse(text, path)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for item in node.names:
                names[item.asname or item.name.split(".")[0]] = item.name if item.asname else item.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for item in node.names:
                names[item.asname or item.name] = f"{node.module}.{item.name}"
    return Module(path, tree, names)
