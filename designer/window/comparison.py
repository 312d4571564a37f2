"""``Comparison``: what differs between two versions of the project, as a list: added, removed, changed, field by field.

Words and glyphs say it, colour only helps. Changes of the drawing alone stand apart. A double click shows the step.
What is found first is shown at once, the rest in the next turns of the event loop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.document.field_words import field_words
from designer.document.names import title_of
from designer.forms.duration_words import words_of
from designer.keeping.differences import Difference, differences
from designer.pieces import PlainText, plain_tooltip
from designer.services import Services
from designer.theme.icons import icon
from designer.theme.type_scale import BODY, HEADING
from runtime.model.canonical import write_json
from runtime.model.project import Project

AT_ONCE = 50
"""differences that are found and shown in one turn: 10 ms"""
LONGEST = 120
GLYPHS = {"added": "plus", "removed": "minus", "changed": "pencil"}
NOT_SET = "not set"
WORDS = {"added": "Added", "removed": "Removed", "changed": "Changed"}
_PLACE = Qt.ItemDataRole.UserRole


class Comparison(QDialog):
    """``before`` and ``after`` as two values; ``title`` says which versions they are."""

    def __init__(
        self, services: Services, title: str, before: Project, after: Project, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("comparison")
        self._services, self._versions = services, (after, before)
        self.setWindowTitle(title)
        self.resize(980, 560)
        self.found: list[Difference] = []
        self._coming = differences(before, after)
        self._to_show: deque[Difference] = deque()
        self._heads: dict[str, QTreeWidgetItem] = {}
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._go_on)
        self.summary = PlainText("Comparing …", BODY, "secondary", wrap=True)
        self.tree = QTreeWidget(self)
        self.tree.setProperty("role", "boxed")
        self.tree.setHeaderLabels(["What", "Field", "Before", "Now"])
        self.tree.setRootIsDecorated(True)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((340, 140)):
            self.tree.setColumnWidth(column, width)
        for column in (2, 3):  # what stood there and what stands there now share what is left
            self.tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.tree.itemActivated.connect(self._show)
        self._drawing = QCheckBox(self)
        self._drawing.hide()
        self._drawing.toggled.connect(lambda _shown: self._show_all())
        close = QPushButton("Close", self)
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(24, 20, 24, 20)
        column_.setSpacing(12)
        column_.addWidget(PlainText(title, HEADING, wrap=True))
        column_.addWidget(self.summary)
        column_.addWidget(self.tree, 1)
        row = QHBoxLayout()
        row.addWidget(self._drawing)
        row.addStretch(1)
        row.addWidget(close)
        column_.addLayout(row)
        self._turn.start()
        self._go_on()

    def _go_on(self) -> None:
        """Finds some more, and shows some of those that are found."""
        fresh = list(islice(self._coming, AT_ONCE))
        self.found += fresh
        self._to_show.extend(one for one in fresh if not one.layout or self._drawing.isChecked())
        self._add([self._to_show.popleft() for _ in range(min(AT_ONCE, len(self._to_show)))])
        if len(fresh) == AT_ONCE or self._to_show:
            return
        self._turn.stop()
        drawing = [one for one in self.found if one.layout]
        self.summary.setText(_counted([one for one in self.found if not one.layout], drawing))
        self._drawing.setText(f"Show the drawing, too ({len(drawing)})")
        self._drawing.setVisible(bool(drawing))

    def _show_all(self) -> None:
        """From the beginning, with the drawing or without."""
        self.tree.clear()
        self._heads.clear()
        self._to_show = deque(one for one in self.found if not one.layout)
        if self._drawing.isChecked():
            self._to_show.extend(one for one in self.found if one.layout)
        self._turn.start()
        self._go_on()

    def _add(self, some: Sequence[Difference]) -> None:
        """Below the flows that they are in, as one: a tree that is seen is measured anew at each change of a line."""
        made: dict[str, list[QTreeWidgetItem]] = {}
        for one in some:
            flow = self._services.document.project.flows.get(one.flow or "")
            group = title_of(flow) if flow is not None else (one.flow or "Project")
            made.setdefault(group, []).append(self._item(one))
        for group, items in made.items():
            if group not in self._heads:
                self._heads[group] = QTreeWidgetItem(self.tree, [group])
                self._heads[group].setFirstColumnSpanned(True)
                self._heads[group].setExpanded(True)
            self._heads[group].addChildren(items)
            for item in items:
                if not any(item.text(column) for column in (1, 2, 3)):
                    item.setFirstColumnSpanned(True)

    def _item(self, one: Difference) -> QTreeWidgetItem:
        palette = self._services.theme.palette
        colours = {"added": palette.state.done, "removed": palette.state.failed, "changed": palette.state.running}
        how = how_of(one)
        before, after = (shown(value) or (NOT_SET if one.field else "") for value in (one.before, one.after))
        item = QTreeWidgetItem([f"{WORDS[how]}: {one.what}", self._field(one), before, after])
        item.setIcon(0, icon(GLYPHS[how], colours[how]))
        item.setForeground(0, QColor(colours[how]))
        for column in range(4):
            item.setToolTip(column, plain_tooltip(item.text(column)) if len(item.text(column)) > 24 else "")
        item.setData(0, _PLACE, (one.flow, one.node, one.field))
        return item

    def _field(self, one: Difference) -> str:
        """The field as the form of its step calls it."""
        for project in self._versions:
            flow = project.flows.get(one.flow or "")
            node = flow.node(one.node) if flow is not None and one.node is not None else None
            if node is not None:
                return field_words(one.field, self._services.facts.of(node).type)
        return field_words(one.field)

    def _show(self, item: QTreeWidgetItem) -> None:
        place = item.data(0, _PLACE)
        if not place or place[0] not in self._services.document.project.flows:
            return
        flow, node, field = place
        self._services.selection.show_flow(flow)
        if node is not None and self._services.document.project.flows[flow].node(node) is not None:
            self._services.selection.show_field(flow, node, field)
            self._services.window.canvas.reveal(node)


def how_of(found: Difference) -> str:
    """What happened to the thing itself: one that gained or lost a field is changed."""
    return "changed" if found.field else found.how


def shown(value: Any) -> str:
    """A value in one line; of a step or another thing with an id, its name."""
    if value is None:
        return ""
    if isinstance(value, Mapping) and "id" in value:
        return str(value.get("title") or value["id"])
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    text = words_of(value) if isinstance(value, str) else write_json(value).decode().strip()
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"


def _counted(meaning: Sequence[Difference], drawing: Sequence[Difference]) -> str:
    if not meaning and not drawing:
        return "Nothing differs."
    said = [
        f"{number} {word}"
        for word, how in (("added", "added"), ("removed", "removed"), ("changed", "changed"))
        if (number := sum(how_of(found) == how for found in meaning))
    ]
    words = f"{', '.join(said)}." if said else "Nothing that it does differs."
    return f"{words} {len(drawing)} in the drawing only." if drawing else words
