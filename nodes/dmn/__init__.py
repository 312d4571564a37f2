"""DMN, decision models and tables (1.2 to 1.5): files in, decisions out, with the reason.

Everyone may import this package; it imports `nodes.feel` and the standard library. See README.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodes.dmn.errors import DecisionError, DmnError, DmnReadError, Problem
from nodes.dmn.files import model_text, parse_model, read_model, write_model
from nodes.dmn.model import DecisionModel
from nodes.dmn.result import Cell, DecisionResult, Evaluated, Fired

if TYPE_CHECKING:
    from nodes.dmn.analysis import Analysis, analyse

__all__ = [
    "Analysis",
    "Cell",
    "DecisionError",
    "DecisionModel",
    "DecisionResult",
    "DmnError",
    "DmnReadError",
    "Evaluated",
    "Fired",
    "Problem",
    "analyse",
    "model_text",
    "parse_model",
    "read_model",
    "write_model",
]


def __getattr__(name: str) -> Any:
    """The names of `nodes.dmn.analysis`, loaded by whoever uses them: a runtime that only decides needs none of it."""
    if name in {"Analysis", "analyse"}:
        from nodes.dmn import analysis

        return getattr(analysis, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
