"""``mark``: a property of a widget that the style sheet looks at (``invalid``, ``focused``, ``role``)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def mark(widget: QWidget, name: str, value: bool | str) -> None:
    """Sets it and has the widget styled anew, which is dear, so only where it is another value."""
    if widget.property(name) != value and (widget.property(name) is not None or value):
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
