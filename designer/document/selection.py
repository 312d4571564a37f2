"""``Selection``: which flow is shown and what is selected in it. View state: never in the history, never saved."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

Key = tuple[str, str, str]


class Selection(QObject):
    """One for the window. Canvas, outline and panels set it and follow it."""

    flow_changed = Signal(object)
    """id of the flow that is shown now, or None"""
    changed = Signal()
    """what is selected has changed"""
    field_wanted = Signal(str, str, str)
    """(flow, node, field): show this step's form and put the cursor there (a click on a problem)"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.flow: str | None = None
        self.nodes: tuple[str, ...] = ()
        self.edges: tuple[Key, ...] = ()
        self.drawn: tuple[str, ...] = ()
        """ids of notes, groups and lanes"""
        self.fresh: frozenset[str] = frozenset()
        """steps that were just added: nothing is marked at them until they are first left"""

    @property
    def node(self) -> str | None:
        """The one selected node, or None if there is none or several."""
        return self.nodes[0] if len(self.nodes) == 1 and not self.edges else None

    def show_flow(self, flow: str | None) -> None:
        """Show another flow; nothing is selected in it."""
        if flow == self.flow:
            return
        self.flow, self.nodes, self.edges, self.drawn, self.fresh = flow, (), (), (), frozenset()
        self.flow_changed.emit(flow)
        self.changed.emit()

    def select(self, nodes: Iterable[str] = (), edges: Iterable[Key] = (), drawn: Iterable[str] = ()) -> None:
        """Select exactly these."""
        wanted = (tuple(nodes), tuple(edges), tuple(drawn))
        if wanted != (self.nodes, self.edges, self.drawn):
            self.nodes, self.edges, self.drawn = wanted
            self.fresh &= set(self.nodes)
            self.changed.emit()

    def show_field(self, flow: str, node: str, field: str = "") -> None:
        """Select a step and ask its form to show one field (path as in ``Where.field``)."""
        self.show_flow(flow)
        self.select((node,))
        if node in self.fresh:  # somebody asks what is wrong there
            self.fresh -= {node}
            self.changed.emit()
        self.field_wanted.emit(flow, node, field)
