"""How a run moves: a dot along edges that are taken, and a border that breathes on at most five running steps.

Waiting steps never move. With reduced motion nothing does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from designer.canvas.looks import PLAIN_EDGE, EdgeLook, StepLook
from designer.canvas.projection.pipe import Key, LeanPipe
from designer.canvas.stage import Stage

FRAME_MS = 33
TRAVEL_MS = 400
BREATH_MS = 1600
MOST_BREATHING = 5
MOST_TRAVELLING = 12


class Animation(QObject):
    """One timer for all, and none while nothing moves."""

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._tick)
        self._travelling: dict[Key, int] = {}
        self._breathing: tuple[str, ...] = ()

    @property
    def moving(self) -> bool:
        """Whether anything moves just now."""
        return self._timer.isActive()

    def show(self, looks: Mapping[str, StepLook], edges: Mapping[Key, EdgeLook]) -> None:
        """Shows looks; what is new in them moves."""
        stage = self._stage
        begun = [
            key
            for key, look in edges.items()
            if look.travelling and key in stage.projector.pipes and not stage.projector.pipes[key].state.look.travelling
        ]
        stage.projector.show_looks(looks, edges)
        stage.drawing.show_inside()
        for key in list(self._travelling):
            if not edges.get(key, PLAIN_EDGE).travelling:
                self._land(key)
        still = stage.services.theme.reduce_motion
        running = [node for node, look in looks.items() if look.state == "running" and node in stage.projector.items]
        self._breathing = () if still or len(running) > MOST_BREATHING else tuple(running)
        if not still:
            now = self._clock.elapsed()
            for key in begun[: MOST_TRAVELLING - len(self._travelling)]:
                self._travelling[key] = now
        if not self._breathing:
            stage.scenery.breath = 1.0
        if (self._travelling or self._breathing) and not self._timer.isActive():
            self._timer.start()  # it goes on else: a run that tells much would begin it again before it came

    def _tick(self) -> None:
        stage, now = self._stage, self._clock.elapsed()
        for key, begun in list(self._travelling.items()):
            pipe: LeanPipe | None = stage.projector.pipes.get(key)
            if pipe is None or now - begun >= TRAVEL_MS:
                self._land(key)
                continue
            pipe.way = (now - begun) / TRAVEL_MS
            pipe.update()
        breath = 0.8 + 0.2 * math.cos(2 * math.pi * (now % BREATH_MS) / BREATH_MS)
        stage.scenery.breath = breath if self._breathing else 1.0
        for node in self._breathing:
            item = stage.projector.items.get(node)
            if item is not None:
                item.update()
        if not self._travelling and not self._breathing:
            self._timer.stop()

    def _land(self, key: Key) -> None:
        self._travelling.pop(key, None)
        pipe = self._stage.projector.pipes.get(key)
        if pipe is not None and pipe.way is not None:
            pipe.way = None
            pipe.update()
