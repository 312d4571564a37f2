"""Copying and pasting through the system's clipboard, within a window, between windows and between projects."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QMimeData, QPointF, QRectF, QTimer
from PySide6.QtGui import QGuiApplication

from designer.canvas.stage import Stage
from designer.document.clip import LARGEST, MIME, Clip, clip_of, read, written
from designer.document.commands.delete import delete, deletion_title
from designer.document.commands.paste import fresh_drawn, paste
from designer.document.needs import needs_of
from runtime.model.layout import CanvasNote, SeatLane

AWAY, APART = 40.0, 20.0
"""how far a copy stands from what it was copied from, and at least from any other card"""
MOST_APART, MOST_TRIES = 40, 100


class Clipboard:
    """One per canvas."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._pasted: tuple[str, int] = ("", 0)
        """text that was pasted last, and how often"""
        self._gone = False
        """what was copied was taken away: its place is free"""
        self._known: tuple[str, Clip | None] = ("", None)
        """text that was read last, and what it holds: reading a thousand steps takes a third of a paste"""

    def copy(self) -> bool:
        """What is selected goes to the clipboard."""
        clip = self._selected()
        if clip:
            self._keep(clip)
        return bool(clip)

    def _keep(self, clip: Clip) -> None:
        text = written(clip)
        mime = QMimeData()
        mime.setData(MIME, text.encode())
        mime.setText(text)
        QGuiApplication.clipboard().setMimeData(mime)
        self._pasted, self._gone = ("", 0), False
        QTimer.singleShot(0, lambda: self._read(text))  # it is known then when it is pasted

    def cut(self) -> bool:
        """Copied, then deleted: all that was copied, so that pasting it does not make it twice."""
        stage, drawn = self._stage, self._stage.services.selection.drawn
        clip = self._selected()
        nodes = [node.id for node in clip.nodes]
        if stage.flow is None or not clip:
            return False
        self._keep(clip)
        title = deletion_title(stage.flow, stage.layout, nodes, (), drawn, "Cut")
        self._gone = stage.do(delete(stage.flow_id, nodes, (), drawn=drawn, title=title))
        return self._gone

    def paste(self, at: QPointF | None = None) -> bool:
        """What the clipboard holds, at a place, else where it can be seen. Anything that is no clip of ours is left."""
        text = self._text()
        clip = self._read(text)
        if clip is None or not clip or not self._stage.editable:
            return False
        times = self._pasted[1] + 1 if self._pasted[0] == text else 1
        self._pasted = (text, times)
        bounds = _bounds(clip)
        seen = self._stage.viewer.visible_rect()
        if at is not None:
            by = at - bounds.center()
        elif seen.contains(bounds.center()):
            by = QPointF(AWAY, AWAY) * (times - self._gone)
        else:
            by = seen.center() - bounds.center() + QPointF(AWAY, AWAY) * (times - 1)
        return self._put(clip, by, "Paste")

    def _read(self, text: str) -> Clip | None:
        if self._known[0] != text:
            self._known = (text, read(text))
        return self._known[1]

    def duplicate(self) -> bool:
        """A copy of what is selected beside it; the clipboard keeps what it has."""
        clip = self._selected()
        return bool(clip) and self._put(clip, QPointF(AWAY, AWAY), "Duplicate")

    def _put(self, clip: Clip, by: QPointF, title: str) -> bool:
        stage, flow = self._stage, self._stage.flow
        if flow is None:
            return False
        way = self._clear(clip, (round(by.x() / 20) * 20.0, round(by.y() / 20) * 20.0))
        drawn = fresh_drawn(stage.layout, clip)
        brought = clip.needs.missing_in(stage.services.document.project).words()
        command = paste(stage.flow_id, clip, way, flow=flow, layout=stage.layout, title=title)
        done = stage.do(command)
        if done and brought and stage.services.window is not None:
            stage.services.window.say(f"Came along from the other project: {brought}.")
        if done and drawn:
            selection = stage.services.selection
            selection.select(selection.nodes, (), drawn.values())
        return done

    def _clear(self, clip: Clip, way: tuple[float, float]) -> tuple[float, float]:
        """So much further down that no copy lies on a card; many copies are kept clear as one."""
        dx, dy = way
        copies = [(float(at.x) + dx, float(at.y), 176.0, 92.0) for at in clip.layout.nodes.values()]
        if len(copies) > MOST_APART:
            left, top = min(x for x, *_ in copies), min(y for _, y, *_ in copies)
            right, bottom = max(x + w for x, _, w, _ in copies), max(y + h for _, y, _, h in copies)
            copies = [(left, top, right - left, bottom - top)]
        cards = [
            (item.x(), item.y() - APART, item.card.width, item.card.height + 2 * APART)
            for item in self._stage.projector.items.values()
            if item.isVisible()
        ]
        pairs = [
            (copy, card)
            for copy in copies
            for card in cards
            if copy[0] < card[0] + card[2] and card[0] < copy[0] + copy[2]
        ]
        for _ in range(MOST_TRIES):
            covered = [
                card[1] + card[3] - copy[1] - dy
                for copy, card in pairs
                if copy[1] + dy < card[1] + card[3] and card[1] < copy[1] + dy + copy[3]
            ]
            if not covered:
                break
            dy += ceil(max(covered) / 20) * 20.0
        return dx, dy

    def _selected(self) -> Clip:
        stage, selection = self._stage, self._stage.services.selection
        if stage.flow is None:
            return Clip()
        places = {node_id: (item.x(), item.y()) for node_id, item in stage.projector.items.items()}
        project, facts = stage.services.document.project, stage.services.facts
        return clip_of(
            stage.flow, stage.layout, selection.nodes, selection.drawn, places, lambda n: needs_of(n, project, facts)
        )

    @staticmethod
    def _text() -> str:
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None:
            return ""
        if mime.hasFormat(MIME):
            return bytes(mime.data(MIME).data())[: LARGEST + 1].decode("utf-8", "replace")
        return mime.text() if mime.hasText() else ""


def _bounds(clip: Clip) -> QRectF:
    whole = QRectF()
    for at in clip.layout.nodes.values():
        whole = whole.united(QRectF(float(at.x), float(at.y), 176, 64))
    drawn: tuple[CanvasNote | SeatLane, ...] = (*clip.layout.notes, *clip.layout.lanes)
    for thing in drawn:
        whole = whole.united(
            QRectF(float(thing.x), float(thing.y), float(thing.width or 128), float(thing.height or 106))
        )
    return whole
