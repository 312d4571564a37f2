"""The minimap: its frame is dragged, and it covers no step for longer than the view moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body
from designer.canvas.overlays.ground import SHADOW
from runtime.model.project import Project
from tests.designer.canvas.test_inserting import row


def inner(canvas: Canvas) -> QRect:
    return canvas.floating.minimap.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)


def rest(canvas: Canvas) -> None:
    """The view has not moved for a while."""
    canvas.floating._moving.stop()
    canvas.floating._redraw_map()


def place_under(canvas: Canvas, node: str, where: QRect) -> None:
    there = canvas.viewer.place(QPointF(where.center()))
    canvas.viewer.look_at(canvas.camera.centre + body(canvas.stage.projector.items[node]).center() - there, 1.0)


@pytest.fixture
def wide(make_canvas: Callable[[Project], Canvas]) -> Canvas:
    """Six steps that do not fit, with room between them."""
    canvas = make_canvas(
        row({"a": (0, 0), "b": (700, 0), "c": (1400, 0), "d": (2100, 0), "aside": (0, 900), "lone": (2100, 900)})
    )
    canvas.viewer.look_at(QPointF(1000, 300), 1.0)
    rest(canvas)
    assert canvas.floating.minimap.isVisible()
    return canvas


def test_the_frame_is_dragged_from_where_it_is_taken(wide: Canvas) -> None:
    minimap, before = wide.floating.minimap, wide.camera.centre
    to_map = minimap._transform()
    assert to_map is not None
    inside = to_map.map(before + QPointF(250, 100)).toPoint()
    QTest.mousePress(minimap, Qt.MouseButton.LeftButton, pos=inside)
    assert (wide.camera.centre - before).manhattanLength() < 30, "a press on the frame moves nothing"
    assert minimap.held
    way = QPointF(10, 0) / to_map.m11()
    QTest.mouseMove(minimap, inside + QPoint(10, 0))
    assert abs((wide.camera.centre - before).x() - way.x()) < 40
    QTest.mouseRelease(minimap, Qt.MouseButton.LeftButton, pos=inside + QPoint(10, 0))
    assert not minimap.held


def test_a_press_beside_the_frame_looks_there(wide: Canvas) -> None:
    minimap = wide.floating.minimap
    to_map = minimap._transform()
    assert to_map is not None
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=to_map.map(QPointF(2000, 900)).toPoint())
    assert (wide.camera.centre - QPointF(2000, 900)).manhattanLength() < 60


def test_it_moves_aside_where_it_would_cover_a_step_and_stays_where_nothing_is(wide: Canvas) -> None:
    home = inner(wide)
    place_under(wide, "d", home)
    rest(wide)
    minimap = wide.floating.minimap
    assert minimap.isVisible()
    assert inner(wide) != home
    assert not inner(wide).intersects(wide.floating.on_view(body(wide.stage.projector.items["d"])))
    aside = inner(wide)
    wide.viewer.look_at(QPointF(1000, 400), 1.0)
    rest(wide)
    assert inner(wide) == aside, "it does not jump about"


def test_where_no_corner_is_free_it_folds_away_unless_it_is_pinned(make_canvas: Callable[[Project], Canvas]) -> None:
    full = make_canvas(
        row({"a": (0, 500), "b": (880, 0), "c": (880, 560), "d": (3000, 0), "aside": (440, 300), "lone": (0, 560)})
    )
    full.viewer.look_at(QPointF(530, 300), 1.0)
    minimap = full.floating.minimap
    full.floating._redraw_map()
    assert minimap.isVisible(), "while the view moves"
    rest(full)
    assert not minimap.isVisible()
    full.toggle_minimap()
    assert minimap.isVisible()


def test_a_canvas_that_becomes_smaller_brings_the_zoom_bar_over_no_selected_step(wide: Canvas) -> None:
    wide.stage.services.selection.select(["b"])
    bar = wide.floating.bar.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
    place_under(wide, "b", bar.translated(-140, -215))
    wide.resize(wide.width() - 100, wide.height() - 200)
    card = wide.stage.projector.items["b"]
    QTest.qWait(1)
    seen = wide.floating.on_view(body(card))
    assert wide.viewer.viewport().rect().contains(seen)
    assert not seen.intersects(wide.floating.bar.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW))
