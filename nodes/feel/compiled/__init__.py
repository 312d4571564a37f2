"""Syntax trees to closures. Importing the files of this folder enters the compile function of each construct."""

from __future__ import annotations

from nodes.feel.compiled import calls, collections, names, operators, unary
from nodes.feel.compiled.compiler import INPUT_NAME, Code, Compiler

__all__ = ["INPUT_NAME", "Code", "Compiler", "calls", "collections", "names", "operators", "unary"]
