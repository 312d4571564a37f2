"""``Dressing``: how cards and edges look beyond what the flow says: selection, findings, a run. The projector is one.

Law: only what differs from before is touched, so that a click in a flow of thousands costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from designer.canvas.looks import PLAIN_EDGE, PLAIN_STEP, EdgeLook, StepLook
from designer.canvas.projection.pipe import Key, LeanPipe
from designer.canvas.projection.step_item import StepItem
from designer.canvas.projection.viewer import LeanViewer


class Dressing:
    """Holds the items by id and key."""

    def __init__(self, viewer: LeanViewer) -> None:
        self._viewer = viewer
        self.items: dict[str, StepItem] = {}
        self._pipes: dict[Key, LeanPipe] = {}
        self._out: dict[str, set[Key]] = {}
        self.undress()

    @property
    def pipes(self) -> dict[Key, LeanPipe]:
        """All edges: those that are still to be made are made now."""
        self.complete()
        return self._pipes

    def complete(self) -> None:
        """All edges are there when it returns."""
        raise NotImplementedError

    def undress(self) -> None:
        """Another flow: nothing is known of how it looks."""
        self._counts: dict[str, tuple[int, int]] = {}
        self._broken: frozenset[Key] = frozenset()
        self._chosen: frozenset[str] = frozenset()
        self._lines: frozenset[Key] = frozenset()
        self._looked = False
        """whether anything may look otherwise than plain"""

    def show_looks(self, looks: Mapping[str, StepLook], edges: Mapping[Key, EdgeLook]) -> None:
        """How steps and edges look in a run; those that are not named look plain."""
        if not (looks or edges or self._looked):
            return
        self._looked = bool(looks or edges)
        for key, pipe in self.pipes.items():
            look = edges.get(key, PLAIN_EDGE)
            if pipe.state.look != look:
                pipe.state.look = look
                pipe.refresh()
        for node_id, item in self.items.items():
            look_of = looks.get(node_id, PLAIN_STEP)
            taken = frozenset(key[1] for key in self._out.get(node_id, ()) if edges.get(key, PLAIN_EDGE).taken)
            if item.state.look != look_of or item.state.taken != taken:
                item.state.look, item.state.taken = look_of, taken
                item.refresh()
        self._viewer.forget_overview()

    def show_problems(self, counts: Mapping[str, tuple[int, int]], broken_edges: Collection[Key]) -> None:
        """(errors, warnings) by node, and edges that have a problem of their own."""
        # Only what stands here is remembered: a step that comes back by undo is new to us.
        counts = {node_id: count for node_id, count in counts.items() if node_id in self.items}
        broken_edges = frozenset(key for key in broken_edges if key in self.pipes)
        if counts == self._counts and broken_edges == self._broken:
            return
        for node_id in {*self._counts, *counts}:
            item = self.items.get(node_id)
            wanted = counts.get(node_id, (0, 0))
            if item is not None and (item.state.errors, item.state.warnings) != wanted:
                item.state.errors, item.state.warnings = wanted
                item.refresh()
        for key in {*self._broken, *broken_edges}:
            pipe = self.pipes.get(key)
            if pipe is not None and pipe.state.problem != (key in broken_edges):
                pipe.state.problem = key in broken_edges
                pipe.refresh()
        self._counts, self._broken = counts, broken_edges
        self._viewer.forget_overview()

    def select(self, nodes: Collection[str], edges: Collection[Key]) -> None:
        """Exactly these look selected."""
        chosen = frozenset(nodes) & self.items.keys()
        lines = frozenset(edges) & self.pipes.keys() if edges else frozenset[Key]()
        changed, alone = False, len(chosen) == 1 and not lines
        for node_id in self._chosen | chosen:
            item = self.items.get(node_id)
            wanted = (node_id in chosen, node_id in chosen and alone)
            if item is not None and (item.state.selected, item.state.alone) != wanted:
                (item.state.selected, item.state.alone), changed = wanted, True
                item.refresh()
        for key in self._lines | lines:
            pipe = self.pipes.get(key)
            if pipe is not None and pipe.state.selected != (key in lines):
                pipe.state.selected, changed = key in lines, True
                pipe.refresh()
        self._chosen, self._lines = chosen, lines
        if changed:
            self._viewer.forget_overview()
