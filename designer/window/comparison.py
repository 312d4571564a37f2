"""``Comparison``: what differs between two versions of the project, as a list: added, removed, changed, field by field.

Words and glyphs say it, colour only helps. Changes of the drawing alone stand apart. A double click shows the step.
The first of many differences are shown at once, the rest in the next turns of the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
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
)

from designer.document.facts import Facts
from designer.document.field_words import field_words
from designer.document.names import title_of
from designer.forms.duration_words import words_of
from designer.keeping.differences import Difference, differences
from designer.pieces import PlainText, asked, plain_tooltip
from designer.services import Services
from designer.theme.alive import alive
from designer.theme.icons import icon
from designer.theme.type_scale import BODY, HEADING
from runtime.model.canonical import write_json
from runtime.model.project import Project

Sides = tuple[str, str]
BEFORE_AND_NOW: Sides = ("Before", "Now")
AT_ONCE = 50
"""differences that are shown in one turn: 10 ms"""
LONGEST = 120
LONG = 24
"""characters that may have no room in their column"""
ROW = 26
GLYPHS = {"added": "plus", "removed": "minus", "changed": "pencil"}
NOT_SET = "not set"
WORDS = {"added": "Added", "removed": "Removed", "changed": "Changed"}
_PLACE = Qt.ItemDataRole.UserRole


class Comparison(QDialog):
    """``before`` and ``after`` as two values; ``title`` says which versions they are; ``found`` is what differs."""

    def __init__(
        self,
        services: Services,
        title: str,
        before: Project,
        after: Project,
        found: tuple[Difference, ...],
        sides: Sides = BEFORE_AND_NOW,
    ) -> None:
        super().__init__(services.window)
        self.setObjectName("comparison")
        self._services, self._versions = services, (after, before)
        self.setWindowTitle(title)
        self.resize(980, 560)
        self._meaning = [one for one in found if not one.layout]
        self._layout = [one for one in found if one.layout]
        self._filling: Iterator[None] = iter(())
        self._made: list[tuple[QTreeWidgetItem, QTreeWidgetItem]] = []
        """lines that the tree has not seen yet, each with the one that it belongs under"""
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._go_on)
        self.finished.connect(self._turn.stop)
        self.summary = PlainText(_counted(self._meaning, self._layout), BODY, "secondary", wrap=True)
        self.tree = QTreeWidget(self)
        self.tree.setProperty("role", "boxed")
        self.tree.setHeaderLabels(["What", "Field", *sides])
        self.tree.setRootIsDecorated(True)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((320, 200)):
            self.tree.setColumnWidth(column, width)
        for column in (2, 3):  # what stood there and what stands there now share what is left
            self.tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.tree.itemActivated.connect(self._show)
        self._drawing = QCheckBox(f"Show the drawing, too ({len(self._layout)})", self)
        self._drawing.setVisible(bool(self._layout))
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
        self._show_all()

    def _show_all(self) -> None:
        """From the beginning, with the drawing or without."""
        self.tree.clear()
        self._filling = self._fill([*self._meaning, *(self._layout if self._drawing.isChecked() else ())])
        self._turn.start()
        self._go_on()

    def _go_on(self) -> None:
        """Some more of them, all at once: a tree that is seen is measured anew at each change of a line."""
        if sum(1 for _ in islice(self._filling, AT_ONCE)) < AT_ONCE:
            self._turn.stop()
        for head, pairs in groupby(self._made, lambda pair: pair[0]):
            items = [item for _, item in pairs]
            head.addChildren(items)
            for item in items:
                item.setFirstColumnSpanned(not any(item.text(column) for column in (1, 2, 3)))
                item.setExpanded(True)
        self._made.clear()

    def _fill(self, found: Sequence[Difference]) -> Iterator[None]:
        """Makes their lines one by one."""
        heads: dict[str, QTreeWidgetItem] = {}
        things = groupby(found, lambda one: (one.flow, one.node, one.what, how_of(one)))
        for (name, node, what, how), several in things:
            flow = self._services.document.project.flows.get(name or "")
            group = title_of(flow) if flow is not None else (name or "Project")
            if group not in heads:
                heads[group] = head = _row([group])
                self.tree.addTopLevelItem(head)
                head.setFirstColumnSpanned(True)
                head.setExpanded(True)
            of_one = list(several)
            said, thing = f"{WORDS[how]}: {what}", None
            if len(of_one) > 1:  # one thing with several fields is said once
                thing = self._coloured(_row([said]), how)
                thing.setData(0, _PLACE, (name, node, "", of_one[0].page))
                self._made.append((heads[group], thing))
            for one in of_one:
                if thing is None:
                    self._made.append((heads[group], self._coloured(self._line(one, said), how)))
                else:
                    thing.addChild(self._line(one, ""))
                yield

    def _line(self, one: Difference, said: str) -> QTreeWidgetItem:
        values = (shown(self._plainly(one, value)) for value in (one.before, one.after))
        empty = "" if not one.field or one.field == "content" else NOT_SET
        item = _row([said, self._field(one), *(value or empty for value in values)])
        item.setData(0, _PLACE, (one.flow, one.node, one.field, one.page))
        return item

    def _coloured(self, item: QTreeWidgetItem, how: str) -> QTreeWidgetItem:
        palette = self._services.theme.palette
        colours = {"added": palette.state.done, "removed": palette.state.failed, "changed": palette.state.running}
        item.setIcon(0, icon(GLYPHS[how], colours[how]))
        item.setForeground(0, QColor(colours[how]))
        return item

    def _field(self, one: Difference) -> str:
        """The field as the form of its step calls it."""
        if one.label:
            return one.label
        for project in self._versions:
            flow = project.flows.get(one.flow or "")
            node = flow.node(one.node) if flow is not None and one.node is not None else None
            if node is not None:
                return field_words(one.field, self._services.facts.of(node).type)
        return field_words(one.field)

    def _plainly(self, one: Difference, value: Any) -> Any:
        """A role by its title."""
        if one.field.rpartition(".")[2] != "owner":
            return value
        roles = {role.id: role.title for project in self._versions for role in project.file.roles}
        return roles.get(value) or value

    def _show(self, item: QTreeWidgetItem) -> None:
        place = item.data(0, _PLACE)
        if not place:
            return
        flow, node, field, page = place
        if page is not None:
            name, key = page
            project = self._services.document.project
            if key in {"decision_table": project.decisions, "form": project.forms}.get(name, project.connections):
                self._services.window.open_editor(name, key)
            return
        if flow not in self._services.document.project.flows:
            return
        self._services.selection.show_flow(flow)
        if node is not None and self._services.document.project.flows[flow].node(node) is not None:
            self._services.selection.show_field(flow, node, field)
            self._services.window.canvas.reveal(node)


def _row(texts: Sequence[str]) -> QTreeWidgetItem:
    item = QTreeWidgetItem(list(texts))
    item.setSizeHint(0, QSize(0, ROW))
    for column, text in enumerate(texts):
        item.setToolTip(column, plain_tooltip(text) if len(text) > LONG else "")
    return item


def compare(
    services: Services,
    title: str,
    before: Project,
    after: Project,
    then: Callable[[], object] = lambda: None,
    sides: Sides = BEFORE_AND_NOW,
) -> None:
    """Finds what differs beside the window, then shows it; ``then`` comes once it was closed."""

    def show(found: tuple[Difference, ...]) -> None:
        if alive(services.window):
            services.window.say("")
            asked(Comparison(services, title, before, after, found, sides))
            then()

    services.window.say("Comparing …")
    services.extras["keeper"].aside.do(lambda: differences(before, after, Facts(services.registry)), show)


def how_of(found: Difference) -> str:
    """What happened to the thing itself: one that gained or lost a field is changed."""
    return "changed" if found.field else found.how


def shown(value: Any) -> str:
    """A value in one line; of a step or another thing with an id, its name."""
    if value is None:
        return ""
    if isinstance(value, Mapping) and "id" in value:
        return str(value.get("title") or value["id"])
    if isinstance(value, Mapping) and list(value) == ["feel"]:
        return " ".join(str(value["feel"]).split())[:LONGEST]
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
