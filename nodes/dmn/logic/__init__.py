"""Boxed expressions to closures. Importing the files of this folder enters the compile function of each kind."""

from __future__ import annotations

from nodes.dmn.logic import boxes, table
from nodes.dmn.logic.compiler import Compiled, LogicCompiler

__all__ = ["Compiled", "LogicCompiler", "boxes", "table"]
