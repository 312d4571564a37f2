"""``follow_sight``: the Tab key goes through a part of the window in the order in which it is seen.

Qt goes by the order in which widgets were made; rows of a list and folded sections are made long after what stands
below them. Law: what stands in layouts comes in their order; a widget outside of any keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

from designer.pieces.emptying import parts_in


def follow_sight(root: QWidget) -> None:
    """Chain what takes the focus under ``root`` in the order of its layouts. What is hidden is chained too: it may be
    shown before it is asked for again.
    """
    chain = [*_seen(root)]
    for before, after in pairwise(chain):
        if before.nextInFocusChain() is not after:
            QWidget.setTabOrder(before, after)


def follow_sight_around(widget: QWidget | None) -> None:
    """The same for the form or page in which a widget stands, if it stands in one."""
    while widget is not None and not isinstance(widget, QScrollArea):
        widget = widget.parentWidget()
    content = widget.widget() if widget is not None else None
    if content is not None:
        follow_sight(content)


def first_seen(root: QWidget) -> QWidget:
    """Where typing begins in a page: what it names itself, else the first part that takes the keyboard; the page
    itself if none does.
    """
    proxy = root.focusProxy()
    if proxy is not None:
        return proxy
    ready = (
        one
        for one in _seen(root)
        if one is not root and not isinstance(one, QScrollArea) and one.isVisibleTo(root) and one.isEnabled()
    )
    return next(ready, root)


def _seen(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
    layout = widget.layout()
    content = widget.widget() if isinstance(widget, QScrollArea) else None
    if content is not None:
        yield from _seen(content)
    elif layout is not None:
        yield from _in(layout)


def _in(layout: QLayout) -> Iterator[QWidget]:
    for part in parts_in(layout):
        yield from _in(part) if isinstance(part, QLayout) else _seen(part)
