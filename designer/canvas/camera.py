"""``Camera``: where the canvas looks: fit, zoom, reveal. It glides 240 ms unless motion is reduced."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QEasingCurve, QPointF, QRect, QRectF, QVariantAnimation

from designer.canvas.painting.levels import LARGEST, SMALLEST
from designer.canvas.projection.viewer import LeanViewer

GLIDE_MS = 240
ROOM = 48.0
"""px left around what is fitted"""
APART = 12.0
"""px between what is revealed and what floats at the lower right"""
READABLE, LEGIBLE = 0.65, 0.45
"""zoom that a step is brought to where it could not be read, and below which it can't"""
STEPS = (0.05, 0.1, 0.15, 0.22, 0.33, 0.45, 0.65, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
"""zoom factors of the + and - buttons"""


class Camera:
    """One per canvas."""

    def __init__(self, viewer: LeanViewer, still: Callable[[], bool]) -> None:
        self._viewer, self._still = viewer, still
        self._glide = QVariantAnimation(viewer)
        self._glide.setDuration(GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.valueChanged.connect(self._on_glide)
        self._way: tuple[QPointF, float, QPointF, float] | None = None
        self.covered: Callable[[], Collection[QRect]] = tuple
        """what floats over the view, in its pixels"""

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self._viewer.zoom

    @property
    def centre(self) -> QPointF:
        """What stands in the middle."""
        return self._viewer.visible_rect().center()

    def fit(self, rect: QRectF, *, largest: float = 1.0, glide: bool = True) -> None:
        """All of a rectangle, at most at this zoom."""
        if rect.isEmpty():
            return
        view = self._viewer.viewport().rect()
        across = max(view.width() - 2 * ROOM, 40) / rect.width()
        down = max(view.height() - 2 * ROOM, 40) / rect.height()
        self.go(rect.center(), max(SMALLEST, min(across, down, largest)), glide=glide)

    def zoom_to(self, zoom: float, *, glide: bool = True) -> None:
        """This zoom; the middle stays."""
        self.go(self.centre, max(SMALLEST, min(LARGEST, zoom)), glide=glide)

    def step(self, up: bool) -> None:
        """The next zoom factor up or down."""
        now = self.zoom
        ahead = [z for z in STEPS if (z > now * 1.01 if up else z < now * 0.99)]
        if ahead:
            self.zoom_to(ahead[0] if up else ahead[-1])

    def reveal(self, rects: Collection[QRectF], *, glide: bool = True) -> None:
        """Move only as far as is needed to see them, and zoom in where they could not be read."""
        if not rects:
            return
        whole = QRectF()
        for rect in rects:
            whole = whole.united(rect)
        seen = self._viewer.visible_rect()
        margin = 40 / self.zoom
        inner = seen.adjusted(margin, margin, -margin, -margin)
        centre, zoom = seen.center(), max(self.zoom, READABLE)
        if inner.contains(whole) and self.zoom >= LEGIBLE:
            zoom = self.zoom
        elif (
            whole.width() * zoom > self._viewer.viewport().width() - 80
            or whole.height() * zoom > self._viewer.viewport().height() - 80
        ):
            self.fit(whole, glide=glide)
            return
        elif zoom > self.zoom:
            centre = whole.center()
        else:
            dx = min(0.0, whole.left() - inner.left()) or max(0.0, whole.right() - inner.right())
            dy = min(0.0, whole.top() - inner.top()) or max(0.0, whole.bottom() - inner.bottom())
            centre += QPointF(dx, dy)
        centre += self._clear(whole, centre, zoom)
        if centre != seen.center() or zoom != self.zoom:
            self.go(centre, zoom, glide=glide)

    def _clear(self, whole: QRectF, centre: QPointF, zoom: float) -> QPointF:
        """How much further to look, so that nothing that floats covers a rectangle: up or left, the shorter way."""
        view = self._viewer.viewport().rect()
        left = (whole.left() - centre.x()) * zoom + view.width() / 2
        top = (whole.top() - centre.y()) * zoom + view.height() / 2
        shown = QRectF(left, top, whole.width() * zoom, whole.height() * zoom)
        way = QPointF()
        for covered in self.covered():
            there = QRectF(covered).adjusted(-APART, -APART, APART, APART)
            if not shown.intersects(there):
                continue
            up, aside = shown.bottom() - there.top(), shown.right() - there.left()
            if up <= aside and shown.top() - up >= APART:
                way += QPointF(0, up / zoom)
                shown.translate(0, -up)
            elif shown.left() - aside >= APART:
                way += QPointF(aside / zoom, 0)
                shown.translate(-aside, 0)
        return way

    def go(self, centre: QPointF, zoom: float, *, glide: bool = True) -> None:
        """Look there."""
        self._glide.stop()
        if not glide or self._still() or not self._viewer.isVisible():
            self._viewer.look_at(centre, zoom)
            return
        self._way = (self.centre, self.zoom, centre, zoom)
        self._glide.start()

    @property
    def gliding(self) -> bool:
        """Whether it is still on its way."""
        return self._glide.state() == QVariantAnimation.State.Running

    def finish(self) -> None:
        """Be at once where a glide would end."""
        if self.gliding and self._way is not None:
            self._glide.stop()
            self._viewer.look_at(self._way[2], self._way[3])

    def _on_glide(self, share: float) -> None:
        if self._way is None:
            return
        start, zoom, end, last = self._way
        # Between two zooms the factor grows evenly, and the middle moves so that nothing jumps.
        now = zoom * (last / zoom) ** share
        weight = share if abs(last - zoom) < 1e-6 else (1 / zoom - 1 / now) / (1 / zoom - 1 / last)
        self._viewer.look_at(start + (end - start) * weight, now)
