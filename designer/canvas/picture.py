"""The picture of a flow as PNG, SVG or PDF: everything at full detail, on the canvas colour, whatever is shown now.

Law: the window is not held up. What is drawn is as it stands when the picture is asked for; it is painted a part in
each turn of the event loop, and what takes long without Qt's widgets (a PNG is packed for seconds) is done on a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QMarginsF, QObject, QRect, QRectF, QSize, QSizeF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from designer.canvas.painting.ink import SMALL, font, pen, wrapped
from designer.canvas.painting.scenery import Scenery
from designer.canvas.projection.drawn_item import DrawnItem
from designer.canvas.projection.pipe import LeanPipe
from designer.canvas.projection.step_item import StepItem
from designer.canvas.stage import Stage
from designer.document.counted import counted
from designer.document.names import listed
from designer.keeping.work import Worker

AROUND = 24.0
SCALE = 2.0
"""pixels of a PNG for each unit of the canvas"""
MOST_PIXELS = 60_000_000
LINE, MOST_LINES = 20.0, 4
"""what is said below the flow: height of a line, and how many"""
SUFFIXES = (".png", ".svg", ".pdf")
SLICE_MS = 12
"""of every turn of the event loop while it is painted"""
STRETCH = 8_000_000
"""pixels that are filled in one turn"""


class PictureRefused(Exception):
    """It can't be drawn or written; the message is for people."""


class Picture(QObject):
    """Draws what is shown into a file; its suffix says how. ``done`` gets None, or why it could not be written.

    Raises PictureRefused for what can be known at once. It belongs to ``parent`` and goes when it is done.
    """

    def __init__(self, stage: Stage, path: Path, done: Callable[[PictureRefused | None], object], parent: QObject):
        super().__init__(parent)
        suffix = path.suffix.lower()
        if suffix not in SUFFIXES:
            raise PictureRefused(f"A picture is saved as .png, .svg or .pdf, not as “{path.name}”.")
        if stage.bounds().isEmpty():
            raise PictureRefused("There is nothing to draw: the flow has no steps yet.")
        self._path, self._done = path, done
        self._whole = stage.bounds().adjusted(-AROUND, -AROUND, AROUND, AROUND)
        words = _folded(stage)
        self._said = wrapped(words, SMALL, self._whole.width() - 2 * AROUND, MOST_LINES) if words else ()
        self._whole.adjust(0, 0, 0, LINE * len(self._said))
        self._title = (stage.flow.title or stage.flow.id) if stage.flow is not None else "Flow"
        self._scenery = replace(stage.scenery, zoom=1.0, vector=True, breath=1.0)
        portraits = _portraits(stage)
        self._worker = Worker(self)
        self._device, target = {".png": self._image, ".svg": self._drawing, ".pdf": self._document}[suffix]()
        self._painter = painter = QPainter(self._device)
        if not painter.isActive():
            raise self._unwritable()
        painter.setRenderHints(stage.viewer.renderHints())
        self._parts: Iterator[Paint] = chain(_ground(target), portraits, [self._say])
        painter.scale(target.width() / self._whole.width(), target.height() / self._whole.height())
        painter.translate(-self._whole.topLeft())
        self.destroyed.connect(lambda: painter.end() if painter.isActive() else None)  # the window was closed meanwhile
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._go_on)
        self._turn.start()

    def _go_on(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        for paint in self._parts:
            self._painter.save()
            paint(self._painter, self._scenery)
            self._painter.restore()
            if clock.elapsed() >= SLICE_MS:
                return
        self._turn.stop()
        QTimer.singleShot(0, self, self._finish)  # a PDF is written then, which takes a turn of its own

    def _finish(self) -> None:
        self._painter.end()
        self._write()

    def _say(self, painter: QPainter, scenery: Scenery) -> None:
        """Below the flow, what is not drawn of it."""
        painter.setFont(font(SMALL))
        painter.setPen(pen(scenery.palette.text.secondary, 1))
        left, top = self._whole.left() + AROUND, self._whole.bottom() - AROUND / 2 - LINE * len(self._said)
        for number, line in enumerate(self._said):
            where = QRectF(left, top + LINE * number, self._whole.width() - 2 * AROUND, LINE)
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)

    def _write(self) -> None:
        image = self._device
        if isinstance(image, QImage):
            self._worker.do(lambda: image.save(str(self._path), "PNG"), self._end)  # type: ignore[call-overload]
        else:
            self._end(self._path.is_file())

    def _end(self, written: bool) -> None:
        self.deleteLater()
        self._done(None if written else self._unwritable())

    def _unwritable(self) -> PictureRefused:
        return PictureRefused(f"“{self._path}” can't be written. Choose another folder.")

    # --- what is painted on, and where on it ---

    def _image(self) -> tuple[QImage, QRectF]:
        whole = self._whole
        scale = min(SCALE, (MOST_PIXELS / (whole.width() * whole.height())) ** 0.5)
        size = QSize(round(whole.width() * scale), round(whole.height() * scale))
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        return image, QRectF(image.rect())

    def _drawing(self) -> tuple[QSvgGenerator, QRectF]:
        size = QSize(round(self._whole.width()), round(self._whole.height()))
        generator = QSvgGenerator()
        generator.setFileName(str(self._path))
        generator.setSize(size)
        generator.setViewBox(QRect(0, 0, size.width(), size.height()))
        generator.setTitle(self._title)
        generator.setDescription(" ".join(self._said))
        return generator, QRectF(0, 0, self._whole.width(), self._whole.height())

    def _document(self) -> tuple[QPagedPaintDevice, QRectF]:
        writer = QPdfWriter(str(self._path))
        points = QSizeF(self._whole.width() * 0.75, self._whole.height() * 0.75)
        writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "Flow", QPageSize.SizeMatchPolicy.ExactMatch))
        writer.setPageOrientation(QPageLayout.Orientation.Portrait)
        writer.setPageMargins(QMarginsF(0, 0, 0, 0))
        writer.setTitle(self._title)
        return writer, QRectF(0, 0, writer.width(), writer.height())


Paint = Callable[[QPainter, Scenery], None]


def _ground(target: QRectF) -> Iterator[Paint]:
    """The canvas colour, in stretches: the first touch of so much memory takes its time."""
    whole = target.toAlignedRect()
    high = max(1, STRETCH // max(1, whole.width()))
    for top in range(whole.top(), whole.bottom() + 1, high):
        yield partial(_fill, QRect(whole.left(), top, whole.width(), min(high, whole.bottom() + 1 - top)))


def _fill(rect: QRect, painter: QPainter, scenery: Scenery) -> None:
    painter.resetTransform()
    painter.fillRect(rect, QColor(scenery.palette.surface.canvas))


def _folded(stage: Stage) -> str:
    """Whether the picture leaves something out; empty where it does not."""
    members, names = stage.drawing.members, [stage.drawing.items[one] for one in stage.drawing.outermost_folded]
    if not names:
        return ""
    steps = sum(len(members[item.id]) for item in names)
    what, left_out = counted(len(names), "group is", "groups are"), counted(steps, "step is", "steps are")
    titles = [f"“{item.text or 'Group'}”" for item in names]
    return f"{what} folded, {left_out} not drawn: {listed(titles)}."


def _portraits(stage: Stage) -> list[Paint]:
    """All that is drawn, lowest first."""
    items = stage.viewer.scene().items(Qt.SortOrder.AscendingOrder)
    kinds = (StepItem, LeanPipe, DrawnItem)
    return [item.portrait() for item in items if isinstance(item, kinds) and item.isVisible()]
