"""``Rehearsing``: plays a rehearsal on and shows what happens, in slices: the window lives between two of them.

Made by the session, one per rehearsal. Law: slices are counted, not timed, so a rehearsal is shown in the same way
everywhere; who stops it, or asks it something else, ends what was still to come.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from designer.session.answers import RehearsalRefused
from designer.session.in_slices import InSlices

if TYPE_CHECKING:
    from designer.session.rehearsal import Rehearsal
    from designer.session.story import Story
    from runtime.engine.events import Envelope
    from runtime.engine.state import State

LARGE = 100
"""steps of a flow from which on its rehearsal is asked for in one turn, and the flow read from the next"""
READ, PLAYED, SHOWN = 100, 50, 100
"""nodes that are read, pieces that are played, each the answer of an effect or as much, and events that are taken into
the story, in one turn: 30 ms"""


class Rehearsing(QObject):
    """``go_on`` from wherever it stands; ``starting`` are the pieces of its start."""

    grew = Signal()
    """the story has new events"""
    rested = Signal(str)
    """all of it is shown, and it halted: why, as ``Rehearsal.advance`` says it; empty after a refusal"""
    refused = Signal(str)
    not_begun = Signal(str)
    """its start was refused"""

    def __init__(self, rehearsal: Rehearsal, starting: Iterator[None], story: Story, parent: QObject) -> None:
        super().__init__(parent)
        self._rehearsal, self._starting, self._story = rehearsal, starting, story
        self._begun = self.resting = False
        """resting: it plays nothing now; what it reached may still be on its way to whoever looks"""
        self._large = len(story.flow.nodes) >= LARGE
        self._reading = InSlices(READ, self)
        self._next: Callable[[], object] = lambda: None
        self._soon = QTimer(self, singleShot=True, interval=1)  # with 0 it would come again in the same turn
        self._soon.timeout.connect(self._go)

    def go_on(self, until: Callable[[State], bool] = lambda _state: False, *, one: bool = False) -> None:
        """Until it waits, ends or meets a breakpoint, or ``until`` holds; ``one`` answers a single effect."""
        self._begin(self._advancing(until, one))

    def start(self) -> None:
        """Only to where the first effect is asked for."""
        self._begin(self._started())

    def watch(self, story: Story) -> None:
        """From now on the events of this run are shown, one that it called or that called it; first those it has."""
        self._story = story
        going = self._next if self._soon.isActive() else lambda: self.rested.emit("")
        self._soon.stop()
        self._show(going)

    def stop(self) -> None:
        """Nothing comes any more."""
        self._soon.stop()
        self._reading.stop()

    def _go(self) -> None:
        self._next()

    def _then(self, do: Callable[[], object]) -> None:
        self._next = do
        self._soon.start()

    def _started(self) -> Generator[None, None, str]:
        for _ in self._starting:  # not "yield from": whoever leaves this doesn't end what is left
            yield
        self._begun = True
        return ""

    def _advancing(self, until: Callable[[State], bool], one: bool) -> Generator[None, None, str]:
        yield from self._started()
        return (yield from self._rehearsal.advance_in_pieces(until, one=one))

    def _begin(self, pieces: Generator[None, None, str]) -> None:
        self.stop()
        self.resting = False
        if self._large:
            self._then(lambda: self._read(pieces))
        else:
            self._read(pieces)

    def _read(self, pieces: Generator[None, None, str]) -> None:
        """The flow first, of which nothing is shown."""
        self._reading.begin(self._rehearsal.read_in_pieces(), lambda: self._play(pieces))

    def _play(self, pieces: Generator[None, None, str]) -> None:
        try:
            for _ in range(PLAYED):
                next(pieces)
        except StopIteration as end:
            why = str(end.value)
        except RehearsalRefused as refused:
            if not self._begun:
                self.not_begun.emit(str(refused))
                return
            self.refused.emit(str(refused))
            why = ""
        else:
            if len(self._entries()) > self._story.last_seq:
                self._show(lambda: self._then(lambda: self._play(pieces)))
            else:
                self._then(lambda: self._play(pieces))
            return
        self.resting = True
        self._show(lambda: self.rested.emit(why))

    def _entries(self) -> list[Envelope]:
        return self._rehearsal.simulation.entries(self._story.run)

    def _show(self, then: Callable[[], object]) -> None:
        entries = self._entries()
        seen = self._story.last_seq
        self._story.add(entries[seen : seen + SHOWN])
        self.grew.emit()
        if self._story.last_seq < len(entries):
            self._then(lambda: self._show(then))
        else:
            then()
