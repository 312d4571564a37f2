"""``Camera``: where the canvas looks: fit, zoom, reveal. It glides 240 ms unless motion is reduced."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QVariantAnimation

from designer.canvas.painting.levels import LARGEST, SMALLEST
from designer.canvas.projection.viewer import LeanViewer

GLIDE_MS = 240
ROOM = 48.0
"""px left around what is fitted"""
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
        if inner.contains(whole) and self.zoom >= 0.45:
            return
        zoom = max(self.zoom, 0.65)
        if (
            whole.width() * zoom > self._viewer.viewport().width() - 80
            or whole.height() * zoom > self._viewer.viewport().height() - 80
        ):
            self.fit(whole, glide=glide)
            return
        if zoom > self.zoom:
            self.go(whole.center(), zoom, glide=glide)
            return
        dx = min(0.0, whole.left() - inner.left()) or max(0.0, whole.right() - inner.right())
        dy = min(0.0, whole.top() - inner.top()) or max(0.0, whole.bottom() - inner.bottom())
        self.go(seen.center() + QPointF(dx, dy), self.zoom, glide=glide)

    def go(self, centre: QPointF, zoom: float, *, glide: bool = True) -> None:
        """Look there."""
        self._glide.stop()
        if not glide or self._still() or not self._viewer.isVisible():
            self._viewer.look_at(centre, zoom)
            return
        self._way = (self.centre, self.zoom, centre, zoom)
        self._glide.start()

    def finish(self) -> None:
        """Be at once where a glide would end."""
        if self._glide.state() == QVariantAnimation.State.Running and self._way is not None:
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
