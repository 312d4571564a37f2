"""The picture of a flow as PNG, SVG or PDF: everything at full detail, on the canvas colour, whatever is shown now."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsItem

from designer.canvas.stage import Stage

AROUND = 24.0
SCALE = 2.0
"""pixels of a PNG for each unit of the canvas"""
MOST_PIXELS = 60_000_000
SUFFIXES = (".png", ".svg", ".pdf")


class PictureRefused(Exception):
    """It can't be drawn or written; the message is for people."""


def save_picture(stage: Stage, path: Path) -> None:
    """Draws what is shown into a file; its suffix says how."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise PictureRefused(f"A picture is saved as .png, .svg or .pdf, not as “{path.name}”.")
    whole = stage.bounds().adjusted(-AROUND, -AROUND, AROUND, AROUND)
    if stage.bounds().isEmpty():
        raise PictureRefused("There is nothing to draw: the flow has no steps yet.")
    if suffix == ".png":
        _png(stage, whole, path)
    elif suffix == ".svg":
        _svg(stage, whole, path)
    else:
        _pdf(stage, whole, path)


def _png(stage: Stage, whole: QRectF, path: Path) -> None:
    scale = min(SCALE, (MOST_PIXELS / (whole.width() * whole.height())) ** 0.5)
    image = QImage(
        round(whole.width() * scale), round(whole.height() * scale), QImage.Format.Format_ARGB32_Premultiplied
    )
    _draw(stage, whole, image, QRectF(image.rect()), scale)
    if not image.save(str(path), "PNG"):  # type: ignore[call-overload]
        raise PictureRefused(f"“{path}” can't be written. Choose another folder.")


def _svg(stage: Stage, whole: QRectF, path: Path) -> None:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(QSize(round(whole.width()), round(whole.height())))
    generator.setViewBox(QRect(0, 0, round(whole.width()), round(whole.height())))
    flow = stage.flow
    generator.setTitle((flow.title or flow.id) if flow is not None else "Flow")
    _draw(stage, whole, generator, QRectF(0, 0, whole.width(), whole.height()), 1.0)
    if not path.is_file():
        raise PictureRefused(f"“{path}” can't be written. Choose another folder.")


def _pdf(stage: Stage, whole: QRectF, path: Path) -> None:
    writer = QPdfWriter(str(path))
    points = QSizeF(whole.width() * 0.75, whole.height() * 0.75)
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "Flow", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageOrientation(QPageLayout.Orientation.Portrait)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    flow = stage.flow
    writer.setTitle((flow.title or flow.id) if flow is not None else "Flow")
    _draw(stage, whole, writer, QRectF(0, 0, writer.width(), writer.height()), 1.0)
    if not path.is_file():
        raise PictureRefused(f"“{path}” can't be written. Choose another folder.")


def _draw(stage: Stage, whole: QRectF, device: QPaintDevice, target: QRectF, scale: float) -> None:
    scenery, scene, items = stage.scenery, stage.viewer.scene(), stage.projector.items.values()
    selection = stage.services.selection
    zoom = scenery.zoom
    modes = {item: item.cacheMode() for item in items}
    stage.projector.select((), ())
    stage.drawing.select(())
    scenery.look_from(1.0)
    scenery.vector = True
    for item in items:
        item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
    painter = QPainter(device)
    try:
        painter.setRenderHints(stage.viewer.renderHints())
        painter.fillRect(target, QColor(scenery.palette.surface.canvas))
        scene.render(painter, target, whole)
    finally:
        painter.end()
        scenery.vector = False
        scenery.look_from(zoom)
        for item, mode in modes.items():
            item.setCacheMode(mode)
        stage.projector.select(selection.nodes, selection.edges)
        stage.drawing.select(selection.drawn)
