"""``Following``: keeps the canvas equal to the document: flow, changes, selection, findings, marks, what types say.

Made by the canvas. Types are asked about steps a little at a time, so that opening a large flow never stops the window.
A change of very many steps is followed in slices, too. Law: who asks for what stands on the canvas (`Stage.projector`,
`Stage.drawing`, a gesture) gets all of it; only what is painted may be some turns behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from designer.canvas.arranging import answer, ask
from designer.canvas.card import make_card
from designer.canvas.places import places_of
from designer.canvas.projection.assembly import without_garbage
from designer.canvas.projection.pipe import Key
from designer.canvas.projection.projector import Steps
from designer.canvas.routing import Routing
from designer.canvas.stage import Stage
from designer.document.document import Change
from designer.document.edits import layout_of
from designer.document.flow_changes import FlowChanges, flow_changes
from runtime.model.flow import Flow, Node
from runtime.model.layout import LayoutFile
from runtime.model.problems import Severity
from runtime.model.project import ProjectFile

AT_ONCE, CATCH_MS = 250, 16
"""steps that come, go or move up to which a change is followed on the spot, and of every turn of the event loop while a
larger one is followed"""
ARRANGED_AT_ONCE = 40
"""steps, arranged in some 50 ms where each has two ways out; larger flows stand in plain columns until tidied up"""
SLICE_MS = 8
"""of every turn of the event loop while the types are asked about steps that nobody asked before"""


@dataclass(slots=True)
class _Late:
    """A change that is being followed."""

    change: Change
    steps: Steps[None]
    large: bool
    waited: bool = False
    """whether the turn in which it came is over"""
    begun: bool = False
    running: bool = False


class Following(QObject):
    """``begin`` is called before anything changes under a gesture; ``shown`` after another flow is shown, ``changed``
    after every change."""

    def __init__(
        self, stage: Stage, routing: Routing, begin: Callable[[], object], shown: Callable[[], object],
        changed: Callable[[], object], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._stage, self._routing = stage, routing
        self._begin, self._shown, self._after = begin, shown, changed
        self._fresh: frozenset[str] = frozenset()
        """new steps that are shown unmarked"""
        self._built: tuple[Flow, LayoutFile, ProjectFile] | None = None
        """what stands on the canvas"""
        self._to_ask: list[str] = []
        self._asking = QTimer(self, interval=0)
        self._asking.timeout.connect(self._ask_some)
        self._linking = QTimer(self, singleShot=True, interval=0)
        self._linking.timeout.connect(self._complete)
        self._late: _Late | None = None
        """a large change that is being followed"""
        self._catching = QTimer(self, interval=0)
        self._catching.timeout.connect(self._catch_some)
        stage.viewer.late = lambda: self._late is not None
        stage.viewer.catch_up = self.catch_up
        services = stage.services
        services.document.changed.connect(self._on_changed)
        services.selection.flow_changed.connect(self._on_flow)
        services.selection.changed.connect(self._on_selected)
        services.checking.changed.connect(self.show_problems)

    def show_flow(self) -> None:
        """Everything anew; items only if others are needed than those that stand there. A run that is looked at is as a
        rule one of the flow as it is drawn, and to make a thousand items takes longer than a frame may.
        """
        self._begin()
        if self._late is not None:
            self._forget_late()
        wanted = self._wanted()
        if wanted is None or wanted != self._built:
            self._build(self._stage.flow)
        self._built = wanted
        self._fresh = frozenset()
        self.show_problems()
        self._on_selected()
        self._shown()

    def _wanted(self) -> tuple[Flow, LayoutFile, ProjectFile] | None:
        flow = self._stage.flow
        return None if flow is None else (flow, self._stage.layout, self._stage.services.document.project.file)

    def _build(self, flow: Flow | None) -> None:
        stage = self._stage
        project = stage.services.document.project
        self._routing.forget()
        stage.drawing.clear()
        stage.projector.show(project, flow, places_of(flow, stage.layout) if flow is not None else {})
        stage.drawing.show(stage.layout, project)
        self._linking.start()
        self._to_ask = [node_id for node_id, item in stage.projector.items.items() if not item.card.complete]
        self._to_ask.reverse()
        if self._to_ask:
            self._asking.start()
        self._arrange_undrawn()
        self._routing.flush()

    def _arrange_undrawn(self) -> None:
        """A flow that nobody has drawn (a program made it, or it was written by hand) stands as tidying up puts it.

        Its files stay as they are: the first edit keeps the places, as those of any step that has none.
        """
        if self._stage.layout.nodes or len(self._stage.projector.items) > ARRANGED_AT_ONCE:
            return
        while self._to_ask:
            self._ask_some()
        question = ask(self._stage.projector, self._stage.layout)
        if question is not None:
            found = answer(question)
            self._stage.projector.move(found.positions, found.routes)

    def refold(self) -> None:
        """Groups were folded or opened: the flow is the same."""
        self._begin()
        self._stage.drawing.show(self._stage.layout, self._stage.services.document.project)
        self._built = self._wanted()
        self._routing.flush()
        self._after()

    def _complete(self) -> None:
        if self._late is None:  # else it makes them
            self._stage.projector.complete()
            self._routing.flush()

    def settle(self) -> None:
        """Ask about all that is left, now."""
        self._stage.projector.complete()
        while self._to_ask:
            self._ask_some()
        self._routing.settle()

    def show_problems(self) -> None:
        """Counts on cards, red edges. A run's own version has none. What was found at a step that was just added may be
        mended by the very step that came after it, so a step that was just left is marked by the next check.
        """
        if self._put_off:
            return
        stage = self._stage
        services = stage.services
        counts: dict[str, tuple[int, int]] = {}
        edges: set[Key] = set()
        checked = services.checking.checked is services.document.project
        self._fresh = services.selection.fresh | (frozenset() if checked else self._fresh)
        if stage.fixed is None and stage.flow_id:
            for problem in services.checking.of(stage.flow_id):
                edge, node = problem.where.edge, problem.where.node
                if edge is not None:
                    edges.add(edge)
                node = node or (edge[0] if edge is not None else None)
                if node is not None and node not in self._fresh:
                    errors, warnings = counts.get(node, (0, 0))
                    grave = problem.severity is Severity.ERROR
                    counts[node] = (errors + grave, warnings + (not grave))
        stage.projector.show_problems(counts, edges)
        stage.drawing.show_inside()

    def show_marks(self, breakpoints: frozenset[str], mocked: frozenset[str]) -> None:
        """Breakpoints and mocks of the session."""
        for node_id, item in self._stage.projector.items.items():
            look = item.state.look
            wanted = (node_id in breakpoints, node_id in mocked)
            if (look.breakpoint, look.mocked) != wanted:
                item.state.look = replace(look, breakpoint=wanted[0], mocked=wanted[1])
                item.refresh()

    def _on_flow(self, _flow: object) -> None:
        if self._stage.fixed is None:
            self.show_flow()

    def _on_changed(self, change: Change) -> None:
        stage = self._stage
        shown = stage.services.selection.flow
        if stage.fixed is not None or shown is None:
            return
        before, after = change.before.flows.get(shown), change.after.flows.get(shown)
        if before is None or after is None:
            if before is not after:
                self.show_flow()
            return
        old, new = change.before.layouts.get(shown), change.after.layouts.get(shown)
        if before is after and old is new and change.before.file is change.after.file:
            return
        self._begin()
        changes = _recalled(flow_changes(before, after, old, new), change, after)
        if not change.undone:
            stage.services.selection.fresh |= set(changes.added)
        if self._late is not None and self._late.begun:
            self.catch_up()
        elif self._late is not None:
            change = replace(change, before=self._late.change.before)
            changes = flow_changes(change.before.flows[shown], after, change.before.layouts.get(shown), new)
            changes = _recalled(changes, change, after)
        large = sum(map(len, (changes.added, changes.removed, changes.changed, changes.moved))) > AT_ONCE
        self._late = _Late(change, self._follow(change, after, changes, select=not large), large)
        if large:
            self._follow_selection(change, after)
            self._catching.start()
        else:
            self.catch_up()

    @property
    def _put_off(self) -> bool:
        """Whether what stands here is to be left alone: somebody else is about to bring it to what the flow says."""
        return self._late is not None and not self._late.running

    def _catch_some(self) -> None:
        late = self._late
        if late is not None and not late.waited:
            late.waited = True
        else:
            self.catch_up(CATCH_MS)

    def catch_up(self, for_ms: int | None = None) -> None:
        """What a large change has left to do is done, or as much of it as this time allows."""
        late = self._late
        if late is None or late.running:
            return
        clock = QElapsedTimer()
        clock.start()
        late.begun = late.running = True
        try:
            with without_garbage() if late.large else nullcontext():
                for _ in late.steps:
                    if for_ms is not None and clock.elapsed() >= for_ms:
                        return
            if self._late is late:  # else a form that lost its step to it has changed the flow meanwhile
                self._late = None
        except BaseException:
            self._forget_late()
            raise
        finally:
            late.running = False
            if self._late is None:
                self._catching.stop()

    def _forget_late(self) -> None:
        """It is followed no more, so that what stands here is to be made anew."""
        self._late = self._built = None
        self._catching.stop()

    def _follow(self, change: Change, after: Flow, changes: FlowChanges, *, select: bool) -> Steps[None]:
        """Step by step, as a change of a thousand steps takes several times as long as the window may stand still."""
        stage, selection = self._stage, self._stage.services.selection
        places = places_of(after, layout_of(change.after, after.id))
        yield
        touched = yield from stage.projector.applying(change.after, after, changes, places, lambda: selection.nodes)
        self._built = self._wanted()
        if changes.moved:
            self._arrange_undrawn()  # the edit that kept their places was undone
        items = stage.projector.items
        every = change.before.file is not change.after.file
        self._to_ask += [n for n, item in items.items() if (every if n not in touched else not item.card.complete)]
        if self._to_ask:
            self._asking.start()
        yield
        if changes.drawing or changes.moved or changes.added or changes.removed or stage.drawing.members:
            stage.drawing.show(stage.layout, change.after)
        self._routing.flush()
        yield
        if select:
            self._follow_selection(change, after)
        self._on_selected()
        yield
        self.show_problems()
        yield
        self._after()

    def _follow_selection(self, change: Change, flow: Flow) -> None:
        selection = self._stage.services.selection
        nodes = selection.nodes
        if change.select is not None and not change.undone and change.flow == flow.id:
            nodes = change.select
        else:
            nodes = _renamed(nodes, change.before.flows.get(flow.id), flow)
        edges = {edge.key for edge in flow.edges} if selection.edges else set()
        layout = self._stage.layout
        drawn = {thing.id for part in (layout.notes, layout.groups, layout.lanes) for thing in part}
        selection.select(
            (node for node in nodes if flow.node(node) is not None),
            (key for key in selection.edges if key in edges and nodes is selection.nodes),
            (thing for thing in selection.drawn if thing in drawn and nodes is selection.nodes),
        )

    def _on_selected(self) -> None:
        if self._put_off:
            return
        selection = self._stage.services.selection
        self._stage.projector.select(selection.nodes, selection.edges)
        self._stage.drawing.select(selection.drawn, selection.nodes)
        if self._fresh != selection.fresh:
            self.show_problems()

    def _ask_some(self) -> None:
        if self._late is not None:
            return
        stage, flow = self._stage, self._stage.flow
        clock = QElapsedTimer()
        clock.start()
        moved: list[str] = []
        while self._to_ask and flow is not None and clock.elapsed() < SLICE_MS:
            node_id = self._to_ask.pop()
            node, item = flow.node(node_id), stage.projector.items.get(node_id)
            if node is None or item is None:
                continue
            used = {key[1] for key in stage.projector.edges_out(node_id)}
            card = make_card(node, stage.services.facts, stage.services.document.project, used)
            if stage.projector.renew(card, (item.x(), item.y())):
                moved.append(node_id)
        if flow is None:
            self._to_ask.clear()
        if moved:
            stage.drawing.frame_groups(moved)
            stage.forget_bounds()
        if not self._to_ask:
            self._asking.stop()
            stage.viewer.forget_overview()  # each of the times would paint all of it again
            self._routing.flush()


def _recalled(changes: FlowChanges, change: Change, flow: Flow) -> FlowChanges:
    """With the steps whose cards name a role by a title that it had before."""
    if change.before.file.roles is change.after.file.roles:
        return changes
    names = {name for name, _title in change.before.role_titles.items() ^ change.after.role_titles.items()}
    others = {*changes.added, *changes.changed}
    calling = [node.id for node in flow.nodes if node.id not in others and _calls(node, names)]
    return replace(changes, changed=(*changes.changed, *calling))


def _calls(node: Node, roles: Collection[str]) -> bool:
    return node.owner in roles or (isinstance(node.config, Mapping) and node.config.get("role") in roles)


def _renamed(nodes: tuple[str, ...], before: Flow | None, now: Flow) -> tuple[str, ...]:
    """Selected steps, one of which may have another name now: by undo, too."""
    gone = [node for node in nodes if now.node(node) is None]
    if before is None or len(gone) != 1 or len(before.nodes) != len(now.nodes):
        return nodes
    came = [node.id for node in now.nodes if before.node(node.id) is None]
    return tuple(came[0] if node == gone[0] else node for node in nodes) if len(came) == 1 else nodes
