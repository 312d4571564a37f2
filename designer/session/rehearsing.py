"""``Rehearsing``: plays a rehearsal on and shows what happens, in slices: the window lives between two of them.

Made by the session, one per rehearsal. Law: slices are counted, not timed, so a rehearsal is shown in the same way
everywhere; who stops it, or asks it something else, ends what was still to come.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from designer.session.answers import RehearsalRefused

if TYPE_CHECKING:
    from designer.session.rehearsal import Rehearsal
    from designer.session.story import Story
    from runtime.engine.state import State

LARGE = 100
"""steps of a flow from which on its rehearsal begins in one turn and goes on in the next"""
ANSWERED, SHOWN = 50, 150
"""effects that are answered, and events that are taken into the story, in one turn: 30 ms"""


class Rehearsing(QObject):
    """``go_on`` from wherever it stands."""

    grew = Signal()
    """the story has new events"""
    rested = Signal(str)
    """all of it is shown, and it halted: why, as ``Rehearsal.advance`` says it; empty after a refusal"""
    refused = Signal(str)

    def __init__(self, rehearsal: Rehearsal, story: Story, parent: QObject) -> None:
        super().__init__(parent)
        self._rehearsal, self._story = rehearsal, story
        self._next: Callable[[], object] = lambda: None
        self._soon = QTimer(self, singleShot=True, interval=1)  # with 0 it would come again in the same turn
        self._soon.timeout.connect(self._go)

    def go_on(self, until: Callable[[State], bool] = lambda _state: False, *, one: bool = False) -> None:
        """Until it waits, ends or meets a breakpoint, or ``until`` holds; ``one`` answers a single effect."""
        self._soon.stop()
        if len(self._story.flow.nodes) < LARGE:
            self._advance(until, one)
        else:
            self._then(lambda: self._advance(until, one))

    def show(self) -> None:
        """What has happened already."""
        self._soon.stop()
        self._show(lambda: self.rested.emit(""))

    def watch(self, story: Story) -> None:
        """From now on the events of this run are shown, one that it called or that called it; first those it has."""
        self._story = story
        going = self._next if self._soon.isActive() else lambda: self.rested.emit("")
        self._soon.stop()
        self._show(going)

    def stop(self) -> None:
        """Nothing comes any more."""
        self._soon.stop()

    def _go(self) -> None:
        self._next()

    def _then(self, do: Callable[[], object]) -> None:
        self._next = do
        self._soon.start()

    def _advance(self, until: Callable[[State], bool], one: bool) -> None:
        try:
            why = self._rehearsal.advance(until, one=one, most=ANSWERED)
        except RehearsalRefused as refused:
            self.refused.emit(str(refused))
            why = ""
        if why == "more":
            self._show(lambda: self._then(lambda: self._advance(until, one)))
        else:
            self._show(lambda: self.rested.emit(why))

    def _show(self, then: Callable[[], object]) -> None:
        entries = self._rehearsal.simulation.entries(self._story.run)
        seen = self._story.last_seq
        self._story.add(entries[seen : seen + SHOWN])
        self.grew.emit()
        if self._story.last_seq < len(entries):
            self._then(lambda: self._show(then))
        else:
            then()
