"""A value's name on its way from a list into a field: what the mouse carries, and what the field finds in it.

A field for words writes it in braces, one for a fixed value becomes an expression; any other program gets its text.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData

VALUE = "application/x-baton-value"


def carried(name: str) -> QMimeData:
    """The name of a value, to be dropped into a field."""
    made = QMimeData()
    made.setText(name)
    made.setData(VALUE, name.encode())
    return made


def carried_name(data: QMimeData) -> str | None:
    """The name that is carried; None for other texts."""
    return bytes(data.data(VALUE).data()).decode() if data.hasFormat(VALUE) else None
