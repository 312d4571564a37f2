"""The rows of the outline, as a tree model: steps in reading order, below each its outcomes and where they lead.

Words, icons and outcomes of a step are made when they are looked at: a flow has a thousand steps, a panel shows thirty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor

from designer.document.counted import counted
from designer.document.edits import layout_of
from designer.document.grouping import Grouping
from designer.document.names import title_of
from designer.panels.outline.order import reading_order, ways
from designer.pieces import plain_tooltip
from designer.services import Services
from designer.session.words import STATE_WORDS
from designer.theme.icons import icon
from runtime.model.flow import Flow, Node

if TYPE_CHECKING:  # the engine behind it is loaded by whoever runs something
    from designer.session.story import Story

ID = Qt.ItemDataRole.UserRole
"""id of the step; of an outcome, that of the step which it leaves"""
EDGE = Qt.ItemDataRole.UserRole + 1
"""(source, port, target) of an outcome, without a target where it is not connected; None for a step"""
ROW = 26
_ROW_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
WAY_FLAGS = _ROW_FLAGS | Qt.ItemFlag.ItemNeverHasChildren
STEP_FLAGS = _ROW_FLAGS | Qt.ItemFlag.ItemIsEditable
"""made once: a tree that is laid out asks each of its rows twice"""
NOT_REACHED = "Not reached"
COMPARED = 50
"""changed steps whose outcomes are compared; of more, all rows are made anew"""
Index = QModelIndex | QPersistentModelIndex
_NO = QModelIndex()


@dataclass(frozen=True, slots=True)
class Way:
    """One outcome of a step; ``target`` is empty where it leads nowhere yet."""

    key: tuple[str, str, str]
    title: str
    target: str


class OutlineRows(QAbstractItemModel):
    """``show(flow)`` shows a flow as it is now; ``rename(node, title)`` is called for what was typed in place."""

    def __init__(self, services: Services, rename: Callable[[str, str], None]) -> None:
        super().__init__()
        self._services, self._rename = services, rename
        self._flow: Flow | None = None
        self._steps: list[Node] = []
        self._rows: dict[str, int] = {}
        self._ways: dict[int, list[Way]] = {}
        self._groups: Grouping | None = None
        self._story: Story | None = None
        self._seq = 0

    def show_run(self, story: Story | None, seq: int) -> None:
        """The run of which the rows say how far it was after this event; None: they say nothing of runs."""
        if (story, seq) != (self._story, self._seq):
            self._story, self._seq = story, seq
            if self._steps:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._steps) - 1, 0), [])

    def show(self, flow: Flow | None) -> bool:
        """Another flow, or the same one changed; whether other rows stand here now, so that all of them are closed."""
        steps = reading_order(flow) if flow is not None else []
        others = flow is None or not self._same_rows(flow, steps)
        if others:
            self.beginResetModel()
        self._flow, self._steps = flow, steps
        self._rows = {node.id: row for row, node in enumerate(steps)}
        self._ways = {}
        self._groups = None
        if others:
            self.endResetModel()
        elif steps:
            self.dataChanged.emit(self.index(0, 0), self.index(len(steps) - 1, 0), [])
        return others

    def _same_rows(self, flow: Flow, steps: list[Node]) -> bool:
        """Whether the steps stand as they did, with as many outcomes: only words can be others then. A tree of a
        thousand steps is laid out anew in 20 ms, and most changes are of one step.
        """
        before, ways_of = self._flow, self._services.facts.ways
        if before is None or before.id != flow.id or before.edges != flow.edges or len(steps) != len(self._steps):
            return False
        changed = [(one, other) for one, other in zip(self._steps, steps, strict=True) if one is not other]
        return len(changed) <= COMPARED and all(
            one.id == other.id and [way.name for way in ways_of(one)] == [way.name for way in ways_of(other)]
            for one, other in changed
        )

    def find(self, node_id: str | None) -> QModelIndex:
        """A step's place; none that is valid if it is not there."""
        row = self._rows.get(node_id or "")
        return QModelIndex() if row is None else self.index(row, 0)

    def rows_of(self, steps: Iterable[str]) -> list[int]:
        """Where these steps stand, from above."""
        return sorted(self._rows[step] for step in steps if step in self._rows)

    def steps_at(self, first: int, last: int) -> list[str]:
        """The steps from one row to another."""
        return [node.id for node in self._steps[first : last + 1]]

    def ways_at(self, row: int) -> list[Way]:
        """The outcomes of the step in this row."""
        known = self._ways.get(row)
        if known is None:
            known = self._ways[row] = self._made_ways(self._steps[row])
        return known

    # --- Qt ---

    def index(self, row: int, column: int, parent: Index = _NO) -> QModelIndex:
        """``internalId`` is 0 for a step, and the number of its step, from 1, for an outcome."""
        step = parent.row() + 1 if parent.isValid() else 0
        count = len(self._steps) if not step else 0 if parent.internalId() else len(self.ways_at(step - 1))
        return self.createIndex(row, 0, step) if column == 0 and 0 <= row < count else QModelIndex()

    def parent(self, index: Index = _NO) -> QModelIndex:  # type: ignore[override]  # QObject's takes none
        step = index.internalId() if index.isValid() else 0
        return self.createIndex(step - 1, 0, 0) if step else QModelIndex()

    def rowCount(self, parent: Index = _NO) -> int:  # noqa: N802  Qt's name
        if not parent.isValid():
            return len(self._steps)
        return 0 if parent.internalId() else len(self.ways_at(parent.row()))

    def columnCount(self, _parent: Index = _NO) -> int:  # noqa: N802  Qt's name
        return 1

    def hasChildren(self, parent: Index = _NO) -> bool:  # noqa: N802  Qt's name
        """Asked of each step whenever the tree is laid out, so it counts no outcomes."""
        if not parent.isValid():
            return bool(self._steps)
        if parent.internalId() or self._flow is None:
            return False
        node = self._steps[parent.row()]
        return next(self._flow.edges_from(node.id), None) is not None or bool(self._services.facts.ways(node))

    def flags(self, index: Index) -> Qt.ItemFlag:
        return WAY_FLAGS if index.internalId() else STEP_FLAGS

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802  Qt's name
        if role != Qt.ItemDataRole.EditRole or index.internalId():
            return False
        self._rename(self._steps[index.row()].id, str(value).strip())
        return True

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, ROW)
        step = index.internalId()
        if not step:
            return self._of_step(self._steps[index.row()], role)
        return _of_way(self.ways_at(step - 1)[index.row()], role)

    # --- inside ---

    def _of_step(self, node: Node, role: int) -> Any:
        services = self._services
        title = title_of(node)
        if role == ID:
            return node.id
        if role == Qt.ItemDataRole.EditRole:
            return title
        if role == Qt.ItemDataRole.DisplayRole:
            problems, standing = self._problems(node), self._standing(node)
            named = f"{title}  ({problems})" if problems else title
            return f"{named}  ·  {standing}" if standing else named
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(services.theme.palette.text.muted) if self._standing(node) == NOT_REACHED else None
        if role == Qt.ItemDataRole.DecorationRole:
            facts = services.facts.of(node)
            palette = services.theme.palette
            colour = getattr(palette.category, services.facts.category(node), palette.text.muted)
            return icon(facts.type.icon if facts.type is not None else "circle-help", colour)
        if role == Qt.ItemDataRole.ToolTipRole:
            summary = services.facts.summary(node, services.document.project)
            return plain_tooltip("\n".join(filter(None, (summary, self._lies_in(node)))))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            summary = services.facts.summary(node, services.document.project)
            owner = f"owner {node.owner}" if node.owner else ""
            about = (services.facts.category(node), summary, owner, self._lies_in(node), self._problems(node))
            said = (title, self._standing(node).lower(), *about)
            return ", ".join(words for words in said if words)
        return None

    def _lies_in(self, node: Node) -> str:
        """The groups around a step, from the inside: ``in Ask again, in Gather the facts``."""
        assert self._flow is not None
        layout = layout_of(self._services.document.project, self._flow.id)
        if self._groups is None:
            self._groups = Grouping(layout.groups)
        titles = {group.id: group.title or "a group" for group in layout.groups}
        return ", ".join(f"in {titles[group]}" for group in self._groups.around_step(node.id))

    def _problems(self, node: Node) -> str:
        assert self._flow is not None
        number = len(self._services.checking.of(self._flow.id, node.id))
        return counted(number, "problem") if number else ""

    def _standing(self, node: Node) -> str:
        """How the run that is looked at stands at this step; empty where it is not known yet whether it comes there."""
        story = self._story
        if story is None:
            return ""
        standing = story.standings(self._seq).get(node.id)
        if standing is None:
            return NOT_REACHED if story.ended and self._seq == story.last_seq else ""
        if standing.standing == "person" and standing.words:
            return f"Waiting for {standing.words}"
        return STATE_WORDS[standing.standing][0]

    def _made_ways(self, node: Node) -> list[Way]:
        """What is connected, exceptions last, then what is not."""
        flow = self._flow
        assert flow is not None
        titles = {port.name: port.title for port in self._services.facts.ways(node)}
        made = []
        for edge in ways(flow, node.id):
            target = flow.node(edge.target)
            name = title_of(target) if target is not None else edge.target
            made.append(Way(edge.key, titles.get(edge.port, edge.port), name))
        connected = {way.key[1] for way in made}
        made += [Way((node.id, port, ""), title, "") for port, title in titles.items() if port not in connected]
        return made


def _of_way(way: Way, role: int) -> Any:
    if role == ID:
        return way.key[0]
    if role == EDGE:
        return way.key
    if role == Qt.ItemDataRole.DisplayRole:
        return f"{way.title} → {way.target or 'not connected'}"
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return f"{way.title} leads to {way.target}" if way.target else f"{way.title} → not connected"
    return None
