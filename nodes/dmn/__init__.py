"""DMN, decision models and tables (1.2 to 1.5): files in, decisions out, with the reason.

Everyone may import this package; it imports `nodes.feel` and the standard library. See README.md.
"""

from __future__ import annotations

from nodes.dmn.errors import DecisionError, DmnError, DmnReadError, Problem
from nodes.dmn.files import model_text, parse_model, read_model, write_model
from nodes.dmn.model import DecisionModel
from nodes.dmn.result import Cell, DecisionResult, Evaluated, Fired

__all__ = [
    "Cell",
    "DecisionError",
    "DecisionModel",
    "DecisionResult",
    "DmnError",
    "DmnReadError",
    "Evaluated",
    "Fired",
    "Problem",
    "model_text",
    "parse_model",
    "read_model",
    "write_model",
]
