"""``CalledRuns``: the runs that a step has called, each a way into it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.document.names import title_of
from designer.pieces import LinkButton
from designer.pieces.emptying import emptied
from designer.session.story import Story
from nodes.contract import Child as CallsOne
from nodes.contract import Children as CallsMany
from runtime.trace.spans import Child, Span

FIRST = 20
"""are shown at once; the others when they are asked for"""
STATES = {"running": "under way", "completed": "ended", "cancelled": "cancelled"}


class CalledRuns(QWidget):
    """A line a run; a click shows it in place of the one that called it."""

    def __init__(self, look_into: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look_into = look_into
        self._lines: tuple[tuple[str, str], ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """(run, words) of all of them."""
        return self._lines

    def show_runs(self, story: Story, span: Span) -> None:
        """The runs of this step."""
        lines = _lines(story, span)
        if lines != self._lines:
            self._lines = lines
            self._draw(FIRST)

    def _draw(self, most: int) -> None:
        emptied(self._column)
        for run, words in self._lines[:most]:
            line = LinkButton(words)
            line.setAccessibleName(f"Look into {words}")
            line.clicked.connect(lambda _=False, wanted=run: self._look_into(wanted))
            self._column.addWidget(line, 0, Qt.AlignmentFlag.AlignLeft)
        beyond = len(self._lines) - most
        if beyond > 0:
            more = LinkButton(f"Show {min(beyond, 10 * FIRST)} more")
            more.clicked.connect(lambda: self._draw(most + 10 * FIRST))
            self._column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)


def _lines(story: Story, span: Span) -> tuple[tuple[str, str], ...]:
    does = story.plan.nodes[span.node].behaviour if span.node in story.plan.nodes else None
    flow = story.project.flows.get(does.flow) if isinstance(does, CallsOne | CallsMany) else None
    title = title_of(flow) if flow is not None else "Run"
    outcomes = {one.id: title_of(one) for one in flow.outcomes} if flow is not None else {}

    def how(child: Child) -> str:
        return outcomes.get(child.outcome or "") or child.outcome or STATES.get(child.state, child.state)

    return tuple(
        (child.run, f"{title}{'' if child.index is None else f' {child.index}'}: {how(child)}")
        for child in span.children
    )
