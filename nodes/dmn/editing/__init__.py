"""Changing the tables of a DMN file: texts in, a new file out, everything else kept. See README.md."""

from __future__ import annotations

from nodes.dmn.editing.alone import TableAlone, table_alone
from nodes.dmn.editing.fresh import fresh_model
from nodes.dmn.editing.sheet import Column, Row, Sheet, table_decisions
from nodes.dmn.editing.table import TableEdit, is_read, read_table, tables_of

__all__ = [
    "Column",
    "Row",
    "Sheet",
    "TableAlone",
    "TableEdit",
    "fresh_model",
    "is_read",
    "read_table",
    "table_alone",
    "table_decisions",
    "tables_of",
]
