"""``Shown``: the run that is looked at, up to which moment, and what is said of it as it grows.

``Session`` is one, and knows where the run comes from: a rehearsal in memory, or the runtime.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from designer.session.answers import Answers
from designer.session.waiting import OpenIncident, OpenTask, open_incidents, open_tasks
from designer.session.words import ended_words, standing_words, waiting_words

if TYPE_CHECKING:  # see session.py
    from designer.session.story import Story

WAIT_WORDS = {"breakpoint": "Stopped at a breakpoint.", "waits": "Waiting.", "reached": "Stopped as asked."}


class Shown(QObject):
    """``_show`` another run; its events come by ``_take``, or into the story itself (``_grown``)."""

    story_changed = Signal()
    """another story, or this one has grown; its newest moment is looked at if it is live"""
    cursor_changed = Signal()
    """another moment of the same story is looked at"""
    said = Signal(str)
    """a sentence for the status bar"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.answers = Answers()
        self.story: Story | None = None
        self.live = True
        """the cursor follows the newest event"""
        self._cursor = 0
        self._wish: object = None
        """what the user asked for last: whatever comes of anything before it is not shown in its place"""

    @property
    def cursor(self) -> int:
        """Number of the event up to which the story is shown."""
        if self.story is None:
            return 0
        return self.story.last_seq if self.live else min(self._cursor, self.story.last_seq)

    def look_at(self, seq: int) -> None:
        """Show the story as it stood after this event; the newest one makes it follow again."""
        if self.story is None:
            return
        self._cursor = max(0, min(seq, self.story.last_seq))
        self.live = self._cursor == self.story.last_seq and not self.story.ended
        self.cursor_changed.emit()

    @property
    def running(self) -> bool:
        """Whether the run that is shown can still go on."""
        return self.story is not None and not self.story.ended

    @property
    def tasks(self) -> tuple[OpenTask, ...]:
        """What waits for people in the run that is shown."""
        return open_tasks(self.story) if self.story is not None else ()

    @property
    def incidents(self) -> tuple[OpenIncident, ...]:
        """What stands still in it."""
        return open_incidents(self.story) if self.story is not None else ()

    # --- growing ---

    def _wished(self) -> Callable[[], bool]:
        """Another run is to be shown; what is given back tells whether nothing else was wished since."""
        self._wish = wish = object()
        return lambda: self._wish is wish

    def _show(self, story: Story | None) -> None:
        self.story, self.live, self._cursor = story, True, 0
        self.story_changed.emit()

    def _grown(self) -> None:
        self._ended()
        self.story_changed.emit()

    def _read_ahead(self) -> None:
        """What Replay asks for first, in a turn of its own."""
        if self.story is not None:
            _ = self.story.values_set

    def _halted(self, why: str) -> None:
        QTimer.singleShot(0, self, self._read_ahead)
        if why in WAIT_WORDS:
            self.said.emit(
                self._waits() if why == "waits" else waiting_words(self.incidents, self.tasks) or WAIT_WORDS[why]
            )

    def _take(self, entries: Any) -> None:
        if self.story is None or not entries or entries[0].stream != self.story.run:
            return
        if self.story.add(entries):
            self._ended()
            if self.story.state == "cancelling":
                self.said.emit(standing_words(self.story))
            self.story_changed.emit()

    def _ended(self) -> None:
        story = self.story
        if story is None or not story.ended:
            return
        self.answers.seen.update(story.outputs() if not story.rehearsed else {})
        self.said.emit(ended_words(story))

    def _rested(self, _view: Any) -> None:
        QTimer.singleShot(0, self, self._read_ahead)
        QTimer.singleShot(0, self, self.story_changed.emit)  # the last events were shown in this turn already
        if self.running:
            self.said.emit(self._waits())

    def _waits(self) -> str:
        """What has to happen before the run goes on."""
        waits = waiting_words(self.incidents, self.tasks)
        return waits or (standing_words(self.story) if self.story is not None else "") or WAIT_WORDS["waits"]
