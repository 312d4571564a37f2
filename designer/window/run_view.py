"""``RunView``: paints the run that is looked at onto the canvas: states, order and the way taken.

Design shows the drawing alone. Test shows the run on the drawing while both are the same flow; Replay is read-only, on
the version that the run is pinned to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from designer.canvas.looks import EdgeLook, Key, RunState, StepLook
from designer.document.names import title_of
from designer.session.session import Session
from designer.session.words import case_words, day_words, ran_words, story_words
from designer.theme.alive import alive
from designer.window.notice import Notice
from nodes.contract import Effect

if TYPE_CHECKING:
    from designer.session.standings import Standing
    from designer.session.story import Story
    from designer.window.main_window import MainWindow

AHEAD_MS = 600
"""after Test was entered, what Replay shows is built: the first look at a run does not wait for it"""
STATES: dict[Standing, RunState] = {
    "running": "running",
    "retrying": "running",
    "person": "waiting_person",
    "time": "waiting_time",
    "done": "done",
    "failed": "failed",
    "incident": "incident",
    "cancelled": "idle",
}


class RunView(QObject):
    """One for the window; follows its mode and its session."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._fixed: Story | None = None
        self._taken: frozenset[Key] = frozenset()
        self._opened: Story | None = None
        """the run that Replay has shown"""
        self._asked: tuple[str, str] | None = None
        """the step that waits for people and was shown"""
        self._notice: Notice | None = None
        """what was refused last, above the canvas"""
        self._ahead = QTimer(self, singleShot=True, interval=AHEAD_MS)
        self._ahead.timeout.connect(lambda: window.panel("inspector"))
        session.story_changed.connect(self._grown)
        session.cursor_changed.connect(self._move)
        session.said.connect(window.say)
        session.problem.connect(self._tell)
        session.said.connect(self._hush)
        window.mode_changed.connect(self._hush)
        window.mode_changed.connect(lambda *_mode: self._ahead.start() if window.mode == "test" else self._ahead.stop())
        window.services.document.changed.connect(lambda _change: self.refresh())
        window.services.selection.flow_changed.connect(lambda _flow: self.refresh())
        window.services.selection.changed.connect(self._go_on)

    def refresh(self) -> None:
        """Show the run as the session looks at it, in the way of the mode."""
        canvas = self._window.canvas
        story = self._session.story
        mode = self._window.mode
        shown = self._window.services.flow
        canvas.lock(locked=mode == "replay")
        self._tell_replay(story if mode == "replay" else None, mode)
        if mode == "replay" and story is not None and story is not self._opened and story.entries:
            self._opened = story
            self._open(story)
        if story is None or mode == "design" or (mode == "test" and (shown is None or shown.id != story.flow_id)):
            self._leave()
            canvas.show_looks(*self._plain(mode))
            return
        if mode == "replay" or shown != story.flow:
            if self._fixed is not story:
                same = self._fixed is None and shown is not None and shown.id == story.flow_id
                zoom = canvas.zoom
                self._fixed = story
                canvas.show_fixed(story.flow, story.project.layouts.get(story.flow_id))
                self._window.work.draw()
                if same:
                    canvas.zoom_to(zoom)  # the eye stays where it was
                    self._reveal(story)
        else:
            self._leave()
        canvas.show_looks(*self._looks(story, replay=mode == "replay"))

    def _grown(self) -> None:
        self.refresh()
        if self._session.live:
            self._reveal_moment()
        if self._window.mode != "test" or not self._session.live:
            return
        waiting = self._session.incidents or self._session.tasks
        key = (waiting[0].step, self._session.story.run) if waiting and self._session.story is not None else None
        if key is not None and key != self._asked:
            self._window.services.selection.select((waiting[0].node,))
            self._window.canvas.reveal(waiting[0].node)
        self._asked = key

    def _move(self) -> None:
        self.refresh()
        self._reveal_moment()

    def _reveal_moment(self) -> None:
        story = self._session.story
        if story is not None and self._window.mode == "replay" and 0 < self._session.cursor <= len(story.entries):
            node = story.step_at(self._session.cursor).partition("#")[0]
            if node:
                self._window.canvas.reveal(node)

    def _go_on(self) -> None:
        """A step that the run came to later is asked for: there its values and its reason are to be seen."""
        story, node = self._session.story, self._window.services.selection.node
        if story is None or node is None or self._window.mode == "design":
            return
        passes = story.steps_of(node)
        if passes and passes[0].first_seq > self._session.cursor:
            step = passes[0].step
            self._session.look_at(next((s for s in story.stops() if story.step_at(s) == step), passes[0].last_seq))

    def _reveal(self, story: Story) -> None:
        node = self._window.services.selection.node
        if node is None and story.entries:
            node = next((m.node for m in reversed(story.moments()) if m.node), None)
        if node is not None:
            self._window.canvas.reveal(node)

    def _open(self, story: Story) -> None:
        """Replay begins at the decision that says most, with its reason; without one, where the run stands."""
        session = self._session
        if session.live and not story.ended:
            waiting = session.incidents or session.tasks
            node = waiting[0].node if waiting else story.step_at(session.cursor).partition("#")[0]
            self._window.services.selection.select((node,) if node else ())
            return
        at = story.telling_stop() or session.cursor
        self._window.services.selection.select((story.step_at(at).partition("#")[0],))
        if at != session.cursor:
            session.look_at(at)

    def _leave(self) -> None:
        if self._fixed is not None:
            self._fixed = None
            self._window.canvas.show_document()
            self._window.work.draw()
        self._taken = frozenset()

    def _plain(self, mode: str) -> tuple[dict[str, StepLook], dict[Key, EdgeLook]]:
        """Breakpoints, and in Test the steps that samples answer."""
        flow = self._window.services.flow
        if flow is None:
            return {}, {}
        stops = {node for of, node in self._session.breakpoints if of == flow.id}
        mocked: set[str] = set()
        if mode == "test" and self._session.where == "samples":
            mocked = set(self._session.answers.typed) | self._session.answers.fails
            mocked &= {node.id for node in flow.nodes}
        return {node: StepLook(breakpoint=node in stops, mocked=node in mocked) for node in stops | mocked}, {}

    def _looks(self, story: Story, *, replay: bool) -> tuple[dict[str, StepLook], dict[Key, EdgeLook]]:
        cursor = self._session.cursor
        standings = story.standings(cursor)
        taken = story.taken(cursor)
        ended = story.ended and cursor == story.last_seq
        current = story.step_at(cursor).partition("#")[0] if replay else ""
        stops = {node for of, node in self._session.breakpoints if of == story.flow_id}
        looks: dict[str, StepLook] = {}
        for node in story.flow.nodes:
            standing = standings.get(node.id)
            if standing is None:
                looks[node.id] = StepLook(reached=not (replay or ended), breakpoint=node.id in stops)
                continue
            done = replay and standing.standing == "done"
            does = story.plan.nodes[node.id].behaviour if node.id in story.plan.nodes else None
            looks[node.id] = StepLook(
                state="idle" if done else STATES[standing.standing],
                words=standing.words,
                order=standing.order if replay else None,
                current=node.id == current,
                mocked=story.rehearsed and not replay and isinstance(does, Effect) and standing.standing != "done",
                breakpoint=node.id in stops,
            )
        fresh = taken - self._taken if self._session.live and not story.ended else frozenset()
        self._taken = taken
        edges = {
            edge.key: EdgeLook(taken=edge.key in taken, reached=edge.key in taken or not (replay or ended),
                               travelling=edge.key in fresh)
            for edge in story.flow.edges
        }  # fmt: skip
        return looks, edges

    def _tell_replay(self, story: Story | None, mode: str) -> None:
        """Top bar and status line say which run is looked at."""
        window = self._window
        window.canvas.show_legend(story is not None)
        if mode != "replay":
            window.status.show_replay(None)
            return
        if story is None or not story.entries:
            window.status.show_replay((0, 0))
            window.top_bar.show_run("", "", ("", "idle", ""))
            return
        reached = len(story.standings(story.last_seq))
        ran = ran_words(story, practised=self._session.practised)
        acts = not story.rehearsed and not story.ended
        window.status.show_replay((reached, len(story.flow.nodes)), ran, acts=acts)
        first = story.entries[0]
        case = case_words(getattr(first.event, "case", None))
        name = f"Case {case}" if case else "Rehearsal" if story.rehearsed else f"Run {story.run}"
        if story.flow_id != self._window.services.selection.flow:
            name = f"{title_of(story.flow)}: {name}"
        when = f"{day_words(first.at)}, version {story.project.file.version}"
        window.top_bar.show_run(name, when, story_words(story))

    def _tell(self, what: str, todo: str) -> None:
        text = f"{what} {todo}".strip()
        self._window.say(text)
        self._hush()
        self._notice = Notice(self._window.services.theme, "run", text, [], warning=True, closable=True)
        self._window.notice(self._notice)

    def _hush(self, *_news: object) -> None:
        """What was refused or broke is past: something else has happened since, or another mode is shown."""
        if self._notice is not None and alive(self._notice):
            self._notice.leave()
        self._notice = None
