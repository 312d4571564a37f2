"""``Inspector``: follows the session's cursor and the selection, and shows one step of the story."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from designer.panels.inspector.answering import AnswerCard
from designer.panels.inspector.called import CalledRuns
from designer.panels.inspector.card import ReasonCard
from designer.panels.inspector.changes import ChangeRows
from designer.panels.inspector.deciding import IncidentCard
from designer.panels.inspector.details import details_of
from designer.panels.inspector.tile import Tile
from designer.pieces import Chip, EmptyState, IconButton, LinkButton, PlainText, Section, ValueRows
from designer.pieces.when_seen import WhenSeen
from designer.services import Services
from designer.session.leaves import Leaves, leaves_of
from designer.session.session import Session
from designer.session.story import Story
from designer.session.words import STATE_WORDS, took
from designer.theme.type_scale import PANEL_TITLE, SMALL
from runtime.trace.spans import Span


class Inspector(QScrollArea):
    """One step: header, reason, then what changed, input, output, technical details closed."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._session: Session = services.extras["session"]
        self.step: str | None = None
        self._seen: tuple[str, str] | None = None
        """which step in which state is shown: another one is read from its top"""
        """the step that is shown, ``node#k``"""
        theme = services.theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "panel")

        self._empty = EmptyState(
            "No step is selected",
            "Click a step that was reached, or move along the strip below.",
            "Run with sample data",
            lambda: services.window.run("run.run"),
        )
        self._tile = Tile(theme)
        self._title = PlainText("", PANEL_TITLE, wrap=True)
        self._about = PlainText("", SMALL, "muted", wrap=True)
        self.came = PlainText("", SMALL, "muted", wrap=True)
        self._chip = Chip(theme)
        self._back = IconButton(theme, "chevron-left", "Earlier pass through this step")
        self._forth = IconButton(theme, "chevron-right", "Later pass through this step")
        self._back.clicked.connect(lambda: self._pass(-1))
        self._forth.clicked.connect(lambda: self._pass(1))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._about)
        header = QHBoxLayout()
        header.setContentsMargins(14, 14, 14, 10)
        header.setSpacing(10)
        header.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignTop)
        header.addLayout(words, 1)
        header.addWidget(self._back)
        header.addWidget(self._forth)
        header.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignVCenter)

        self.reason = ReasonCard(services)
        self.answering = AnswerCard(services, self._session)
        self.deciding = IncidentCard(services, self._session)
        back = LinkButton("Back to the run that called this one")
        back.clicked.connect(self._to_parent)
        self.back = QWidget()
        """the way back from a called run, hidden in others"""
        around = QHBoxLayout(self.back)
        around.setContentsMargins(10, 8, 10, 0)
        around.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        self._called = Section(theme, "Called runs", lined=True)
        self.called = CalledRuns(self._look_into)
        self._called.body.addWidget(self.called)
        self._changed = Section(theme, "Changed in this step", lined=True)
        self.changes = ChangeRows(theme)
        self._changed.body.addWidget(self.changes)
        self._input = Section(theme, "Input", lined=True)
        self.input = ValueRows()
        self._input.body.addWidget(self.input)
        self._output = Section(theme, "Output", lined=True)
        self.output = ValueRows()
        self._output.body.addWidget(self.output)
        self._attempts = Section(theme, "Attempts", lined=True)
        self.attempts = ValueRows()
        self._attempts.body.addWidget(self.attempts)
        self._technical = Section(theme, "Technical details", open_=False, lined=True)
        self.technical = ValueRows()
        self._technical.body.addWidget(self.technical)

        self._shown = QWidget()
        column = QVBoxLayout(self._shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        self.came.setContentsMargins(14, 0, 14, 10)
        column.addWidget(self.came)
        cards = QVBoxLayout()
        cards.setContentsMargins(14, 0, 14, 12)
        cards.setSpacing(12)
        for card in (self.answering, self.deciding, self.reason):
            cards.addWidget(card)
        column.addLayout(cards)
        for section in (self._called, self._changed, self._input, self._output, self._attempts, self._technical):
            column.addWidget(section)
        column.addStretch(1)

        whole = QWidget()
        whole.setProperty("role", "panel")
        stack = QVBoxLayout(whole)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.addWidget(self.back)
        stack.addWidget(self._empty)
        stack.addWidget(self._shown)
        self.setWidget(whole)

        self._refreshed = WhenSeen(self, self.refresh)
        self._session.story_changed.connect(self._refreshed.wish)
        self._session.cursor_changed.connect(self._follow_cursor)
        services.selection.changed.connect(self._refreshed.wish)
        self.refresh()

    # --- which step ---

    def _follow_cursor(self) -> None:
        story = self._session.story
        if story is not None and not self._session.live and 0 < self._session.cursor <= story.last_seq:
            step = story.step_at(self._session.cursor)
            node = step.partition("#")[0]
            self.step = step or self.step
            if node and self._services.selection.nodes != (node,):
                self._services.selection.select((node,))
                return
        self._refreshed.wish()

    def _pass(self, by: int) -> None:
        story = self._session.story
        if story is None or self.step is None:
            return
        passes = [span.step for span in story.steps_of(self.step.partition("#")[0])]
        at = passes.index(self.step) + by if self.step in passes else -1
        if 0 <= at < len(passes):
            self.step = passes[at]
            self.refresh()

    def _wanted(self, story: Story) -> Span | None:
        node = self._services.selection.node
        if node is None:
            return None
        if self.step is not None and self.step.partition("#")[0] == node:
            span = story.span(self.step)
            if span is not None:
                return span
        passes = [span for span in story.steps_of(node) if span.first_seq <= self._session.cursor]
        return passes[-1] if passes else None

    def _look_into(self, run: str) -> None:
        self._session.look_into(run)
        if self._services.window is not None:
            self._services.window.show_mode("replay")

    def _to_parent(self) -> None:
        parent = self._session.story.called_by if self._session.story is not None else None
        if parent is not None:
            self._services.selection.select((parent[1].partition("#")[0],))
            self._look_into(parent[0])

    # --- showing it ---

    def refresh(self) -> None:
        """Show the step that is looked at, as it stands now."""
        story = self._session.story
        span = self._wanted(story) if story is not None else None
        self.back.setVisible(story is not None and story.called_by is not None)
        self._shown.setVisible(span is not None)
        self._empty.setVisible(span is None)
        self._empty.button.setVisible(story is None)
        if story is None:
            self._empty.title.setText("No runs yet")
            self._empty.hint.setText("Run the flow with a sample to see every step here.")
        elif span is None:
            reached = self._services.selection.node is None
            self._empty.title.setText("No step is selected" if reached else "This step was not reached")
            self._empty.hint.setText("Click a step that was reached, or move along the strip below.")
        if story is None or span is None:
            self.step = None
            return
        self.step = span.step
        self._show(story, span)

    def _show(self, story: Story, span: Span) -> None:
        passes = story.steps_of(span.node)
        order = next(n for n, found in enumerate(story.trace.spans, 1) if found.step == span.step)
        self._tile.show_kind(span.category, story.flow, span.node, self._services.facts)
        self._title.setText(span.title)
        length = took(span.seconds)
        some = [f"Step {order} of {len(story.trace.spans)}"]
        some += [f"pass {span.activation} of {len(passes)}"] if len(passes) > 1 else []
        some += [f"took {length}"] if length else []
        self._about.setText(" · ".join(some))
        self.came.setText(_came_from(story, span))
        self.came.setVisible(bool(self.came.text()))
        for button, at_end in ((self._back, passes[0]), (self._forth, passes[-1])):
            button.setVisible(len(passes) > 1)
            button.setEnabled(at_end.step != span.step)
        standing = story.standings(max(span.last_seq, 0)).get(span.node)
        words, tone, glyph = STATE_WORDS[standing.standing if standing and standing.step == span.step else "done"]
        self._chip.say(words, tone, glyph)
        if self._seen != (span.step, words):  # once it is laid out, and the focus of a button that went is elsewhere
            self._seen = (span.step, words)
            QTimer.singleShot(0, self, lambda: self.verticalScrollBar().setValue(0))
        self.answering.show_step(span.step)
        self.deciding.show_step(span.step)
        self.reason.show_span(story, span)
        if not self.answering.isHidden():
            self.reason.hide()  # it says no more than the question above it

        self._called.setVisible(bool(span.children))
        self._called.say_count(len(span.children) or None)
        self.called.show_runs(story, span)
        changed = story.changed_in(span.step)
        self._changed.say_count(len(changed.leaves) or None)
        self._changed.say_aside(f"against step {order - 1}" if changed.leaves and order > 1 else "")
        self.changes.show_changes(changed.leaves, changed.others)
        for rows, value, empty in (
            (self.input, span.input, "Nothing was given to it."),
            (self.output, span.output, "Nothing came out of it." if span.ended_at is not None else "Nothing yet."),
        ):
            leaves = leaves_of(value) if value is not None else Leaves()
            rows.show_values(leaves.rows, empty, leaves.empty)
        self._attempts.setVisible(len(span.attempts) > 1 or any(a.state == "failed" for a in span.attempts))
        self._attempts.say_count(len(span.attempts) or None)
        details = details_of(story, span)
        self.attempts.show_values(details.attempts)
        self.technical.show_values(details.technical)


def _came_from(story: Story, span: Span) -> str:
    """Which way the run came here, where there are several."""
    if len({edge.key[:2] for edge in story.flow.edges if edge.target == span.node}) < 2:
        return ""
    ways = []
    for source in span.sources:
        drawn = story.drawing.node(source.step.partition("#")[0])
        ways.append(f"“{drawn.title}” by {drawn.ports.get(source.port, source.port)}")
    return f"Came from {', '.join(ways)}" if ways else ""
