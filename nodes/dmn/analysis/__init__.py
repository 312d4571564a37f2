"""What a decision table leaves open, says twice or never says; see README.md."""

from __future__ import annotations

from nodes.dmn.analysis.carrying_out import carried_out
from nodes.dmn.analysis.findings import (
    Analysis,
    CellError,
    Gap,
    Overlap,
    Region,
    Repair,
    Subsumed,
    Unknown,
    Unreachable,
)
from nodes.dmn.analysis.questions import PlacedTable, outputs_of, results_of, tables_of
from nodes.dmn.analysis.table import analyse

__all__ = [
    "Analysis",
    "CellError",
    "Gap",
    "Overlap",
    "PlacedTable",
    "Region",
    "Repair",
    "Subsumed",
    "Unknown",
    "Unreachable",
    "analyse",
    "carried_out",
    "outputs_of",
    "results_of",
    "tables_of",
]
