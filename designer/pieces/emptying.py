"""What stands in a layout: its widgets, and how all of them leave before it is filled anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shiboken6
from PySide6.QtWidgets import QLayout, QWidget

_let_go_of: Any = shiboken6.invalidate


def parts_in(layout: QLayout) -> Iterator[QWidget | QLayout]:
    """Its widgets and the layouts within it, in order.

    The item that Qt makes for a widget goes with the widget, of which PySide is not told: it would take whatever comes
    to stand at that address later, be it a window, for the item. So PySide lets go of it here.
    """
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if isinstance(item, QLayout):
            yield item
            continue
        widget = item.widget() if item is not None else None
        _let_go_of(item)
        if widget is not None:
            yield widget


def widgets_in(layout: QLayout) -> Iterator[QWidget]:
    """Its own, in order; not those of layouts within it."""
    return (part for part in parts_in(layout) if isinstance(part, QWidget))


def emptied(layout: QLayout) -> None:
    """All its widgets go: from sight at once, for good when nothing looks at them any more."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
