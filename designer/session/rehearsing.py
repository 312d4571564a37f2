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

ANSWERED, SHOWN = 50, 500
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
        self._turn = 0
        """counts what was asked: older wishes end"""

    def go_on(self, until: Callable[[State], bool] = lambda _state: False, *, one: bool = False) -> None:
        """Until it waits, ends or meets a breakpoint, or ``until`` holds; ``one`` answers a single effect."""
        self._turn += 1
        self._advance(self._turn, until, one)

    def show(self) -> None:
        """What has happened already."""
        self._turn += 1
        self._show(self._turn, lambda: self.rested.emit(""))

    def stop(self) -> None:
        """Nothing comes any more."""
        self._turn += 1

    def _advance(self, turn: int, until: Callable[[State], bool], one: bool) -> None:
        if turn != self._turn:
            return
        try:
            why = self._rehearsal.advance(until, one=one, most=ANSWERED)
        except RehearsalRefused as refused:
            self.refused.emit(str(refused))
            why = ""
        if why == "more":
            self._show(turn, lambda: QTimer.singleShot(0, self, lambda: self._advance(turn, until, one)))
        else:
            self._show(turn, lambda: self.rested.emit(why))

    def _show(self, turn: int, then: Callable[[], object]) -> None:
        if turn != self._turn:
            return
        entries = self._rehearsal.simulation.entries()
        seen = self._story.last_seq
        self._story.add(entries[seen : seen + SHOWN])
        self.grew.emit()
        if self._story.last_seq < len(entries):
            QTimer.singleShot(0, self, lambda: self._show(turn, then))
        else:
            then()
