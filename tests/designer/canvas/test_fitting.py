"""Titles: no word of a pill is cut at any zoom where words are drawn, and every word stands within its pill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from designer.canvas.canvas import Canvas
from designer.canvas.card import Card
from designer.canvas.painting.card import GROWS, OUT_LEFT, CardState, paint_card
from designer.canvas.painting.fitting import Seat, fitted, whole_words
from designer.canvas.painting.ink import STEP_TITLE, width_of
from designer.canvas.painting.scenery import Scenery
from runtime.model.project import Project
from tests.designer.canvas.conftest import SMALL, small_project

ZOOMS = (0.445, 0.5, 0.55, 0.6, 0.644, 0.65, 0.7, 0.8, 1.0, 1.3, 2.0)
TITLES = ("Paid", "Rejected", "Declined", "With support", "Needs investigation", "Investigated", "Dispute received",
          "Refund made at once", "Log approval", "Complaint arrived")  # fmt: skip


class Listening(QPainter):
    """Paints, and notes what texts were written where and how wide they are."""

    def __init__(self, image: QImage) -> None:
        super().__init__(image)
        self.texts: list[tuple[QRectF, str, float]] = []

    def drawText(self, *arguments: Any) -> None:  # type: ignore[override]  # noqa: N802  Qt's name
        box, text = arguments[0], arguments[-1]
        self.texts.append((box, text, QFontMetricsF(self.font()).horizontalAdvance(text)))
        super().drawText(*arguments)


def painted(card: Card, zoom: float) -> list[tuple[QRectF, str, float]]:
    image = QImage(400, 300, QImage.Format.Format_ARGB32)
    painter = Listening(image)
    paint_card(painter, card, CardState(), Scenery(zoom=zoom))
    painter.end()
    return painter.texts


@pytest.fixture
def cards(make_canvas: Callable[[Project], Canvas]) -> Callable[[str], dict[str, Card]]:
    def made(title: str) -> dict[str, Card]:
        project = small_project()
        flow = project.flows[SMALL]
        nodes = tuple(node.model_copy(update={"title": title}) for node in flow.nodes)
        canvas = make_canvas(project.model_copy(update={"flows": {SMALL: flow.model_copy(update={"nodes": nodes})}}))
        return {node: item.card for node, item in canvas.stage.projector.items.items()}

    return made


@pytest.mark.parametrize("title", TITLES)
def test_every_word_of_a_pill_is_drawn_whole(cards: Callable[[str], dict[str, Card]], title: str) -> None:
    for node, card in cards(title).items():
        if card.shape == "card":
            continue
        for zoom in ZOOMS:
            written = painted(card, zoom)
            words = " ".join(text for _, text, _ in written)
            assert words.startswith(title), (node, zoom, words)
            for box, text, width in written:
                assert box.left() >= (OUT_LEFT.left if node == "start" else 5)
                assert box.left() + width <= card.width, (node, zoom, text)
                assert box.top() >= -GROWS, (node, zoom, text)
                assert box.bottom() <= card.height + GROWS, (node, zoom, text)


@pytest.mark.parametrize("title", TITLES)
def test_no_word_on_a_card_far_away_is_cut(cards: Callable[[str], dict[str, Card]], title: str) -> None:
    card = cards(title)["ask"]
    for zoom in (0.445, 0.5, 0.6, 0.644):
        words = " ".join(text for box, text, _ in painted(card, zoom) if box.left() < card.width)
        assert words.startswith(title), (zoom, words)


def test_a_trigger_is_as_wide_as_it_is_drawn_in_the_looks(cards: Callable[[str], dict[str, Card]]) -> None:
    for title in ("A", "The customer complains about the bill of last month"):
        start = cards(title)["start"]
        assert (start.width, start.height) == (132.0, 48.0)


def test_what_is_too_long_ends_behind_a_whole_word(qapp: QApplication) -> None:
    title = "Handed over to the ombudsman of the federal network agency"
    seats = (Seat(8, 22, 37, 8), Seat(0, 0, 8, 6))
    found = fitted(title, STEP_TITLE, 130.0, 36.0, 2, seats, (16.0, 14.0))
    assert found.lines[-1].endswith("…")
    said = " ".join(found.lines).removesuffix("…")
    assert title.startswith(said + " ")
    assert all(width_of(line, STEP_TITLE, found.px) <= 130 - 8 - 6 for line in found.lines)
    (cut,) = whole_words("Rückerstattungsantragsbearbeitung", STEP_TITLE, 90.0, 2, 14.0)
    assert cut.endswith("…")
    assert width_of(cut, STEP_TITLE, 14.0) <= 90


def test_the_tile_gives_way_before_the_letters_get_small(qapp: QApplication) -> None:
    seats = (Seat(8, 22, 37, 8), Seat(0, 0, 8, 6))
    wide = width_of("Rejected", STEP_TITLE, 22.0)
    assert fitted("Rejected", STEP_TITLE, wide + 45, 36.0, 2, seats, (22.0, 19.0)).seat.tile == 22
    assert fitted("Rejected", STEP_TITLE, wide + 14, 36.0, 2, seats, (22.0, 19.0))[:2] == (seats[1], 22.0)
    assert fitted("Rejected", STEP_TITLE, wide + 13, 36.0, 2, seats, (22.0, 19.0))[:2] == (seats[1], 19.0)
