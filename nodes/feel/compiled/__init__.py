"""Syntax trees to closures, and what runs often to code objects.

Importing the files of this folder enters the compile function of each construct.
"""

from __future__ import annotations

from nodes.feel.compiled import calls, collections, names, operators, unary
from nodes.feel.compiled.compiler import INPUT_NAME, WORTH, Code, Compiler

__all__ = [
    "INPUT_NAME", "WORTH", "Code", "Compiler", "calls", "collections", "names", "operators", "unary",
]  # fmt: skip
