"""What is seen: runs, problems, zoom levels, themes, pictures, and texts of strangers that stay plain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.canvas import picture as pictures
from designer.canvas.canvas import Canvas
from designer.canvas.card import Card
from designer.canvas.gestures.hits import Hit, body
from designer.canvas.looks import EdgeLook, StepLook
from designer.canvas.overlays.ground import SHADOW
from designer.canvas.painting.drawn import DrawnState, paint_note
from designer.canvas.painting.levels import Level, level_at
from designer.canvas.painting.ports import _written
from designer.canvas.painting.scenery import Scenery
from designer.canvas.picture import PictureRefused
from designer.canvas.tips import spoken_step, tip_of
from designer.document.commands.delete import delete
from designer.document.commands.notes import add_drawn
from designer.document.commands.set_field import set_field
from designer.document.commands.set_part import set_role
from runtime.model.layout import CanvasNote, SeatLane
from runtime.model.project import Project
from tests.designer.canvas.conftest import SMALL, Hand, history, small_project


def image(canvas: Canvas) -> QImage:
    canvas.settle()
    return canvas.viewer.grab().toImage()


@pytest.mark.parametrize(
    ("zoom", "level"),
    [
        (1.0, Level.FULL),
        (0.65, Level.FULL),
        (0.6451, Level.FULL),  # the zoom bar says 65 %
        (0.6449, Level.TITLE),
        (0.6, Level.TITLE),
        (0.45, Level.TITLE),
        (0.3, Level.ICON),
        (0.1, Level.BLOCK),
    ],
)
def test_each_level_is_painted(canvas: Canvas, zoom: float, level: Level) -> None:
    assert level_at(zoom) is level
    canvas.viewer.look_at(canvas.stage.bounds().center(), zoom)
    assert canvas.stage.scenery.level is level
    drawn = image(canvas)
    colours = {drawn.pixelColor(x, y).name() for x in range(0, 1100, 7) for y in range(0, 800, 7)}
    assert len(colours) > 3


def test_the_far_view_follows_what_changes(canvas: Canvas) -> None:
    canvas.viewer.look_at(canvas.stage.bounds().center(), 0.1)
    before = image(canvas)
    canvas.show_looks({"ask": StepLook("failed")}, {})
    failed = image(canvas)
    assert failed != before
    wanted = QColor(canvas.stage.scenery.palette.state.failed)
    centre = canvas.to_view("ask")
    assert failed.pixelColor(centre) == wanted
    canvas.show_looks({}, {})
    assert image(canvas) == before


def test_a_run_is_painted_and_gone_again(canvas: Canvas) -> None:
    before = image(canvas)
    looks = {
        "start": StepLook("done", order=1),
        "ask": StepLook("waiting_person", "Finance"),
        "note": StepLook(reached=False),
    }
    canvas.show_looks(looks, {("start", "started", "ask"): EdgeLook(taken=True)})
    assert image(canvas) != before
    item = canvas.stage.projector.items["ask"]
    assert spoken_step(item.card, item.state) == "Ask finance, approval, waiting for Finance"
    canvas.show_looks({}, {})
    assert image(canvas) == before


def test_only_running_steps_breathe_and_reduced_motion_is_still(canvas: Canvas) -> None:
    canvas.show_looks(
        {"ask": StepLook("running")}, {("start", "started", "ask"): EdgeLook(taken=True, travelling=True)}
    )
    assert not canvas._animation.moving  # the fixture asks for reduced motion
    canvas.stage.services.theme.reduce_motion = False
    canvas.show_looks({}, {})
    canvas.show_looks(
        {"ask": StepLook("running")}, {("start", "started", "ask"): EdgeLook(taken=True, travelling=True)}
    )
    assert canvas._animation.moving
    QTest.qWait(120)
    assert canvas.stage.projector.pipes["start", "started", "ask"].way is not None
    canvas.show_looks({"ask": StepLook("waiting_person")}, {})
    QTest.qWait(80)
    assert not canvas._animation.moving
    assert canvas.stage.projector.pipes["start", "started", "ask"].way is None


def test_problems_are_counted_on_the_card_but_not_on_a_step_that_was_just_added(canvas: Canvas) -> None:
    services = canvas.stage.services
    services.checking.check_now()
    before = canvas.stage.projector.items["ask"].state
    assert before.errors + before.warnings > 0
    added = canvas.deeds.add("adapters/http_request", None, (0, 400))
    assert added is not None
    services.checking.check_now()
    state = canvas.stage.projector.items[added].state
    assert (state.errors, state.warnings) == (0, 0)
    services.selection.select(["ask"])
    assert state.errors + state.warnings > 0


def test_a_step_that_comes_back_has_its_problems_and_its_selection(canvas: Canvas) -> None:
    services = canvas.stage.services
    services.checking.check_now()
    services.selection.select(["ask"])
    state = canvas.stage.projector.items["ask"].state
    before = (state.errors, state.warnings)
    canvas.delete_selection()
    services.document.undo()
    services.selection.select(["ask"])
    state = canvas.stage.projector.items["ask"].state
    assert (state.errors, state.warnings) == before != (0, 0)
    assert state.selected


def test_the_theme_changes_every_colour(canvas: Canvas) -> None:
    light = image(canvas).pixelColor(3, 3)
    canvas.stage.services.theme.choose("dark")
    dark = image(canvas).pixelColor(3, 3)
    assert (light.lightness() > 200, dark.lightness() < 50) == (True, True)


HOSTILE = '<img src="http://127.0.0.1:9/x.png"><b>Bold</b>\n\x00\u202e <script>' + "x" * 5_000


def hostile_project() -> Project:
    project = small_project()
    flow = project.flows[SMALL]
    nodes = tuple(node.model_copy(update={"title": HOSTILE, "owner": HOSTILE}) for node in flow.nodes)
    layout = dict(project.layouts[SMALL])
    layout["notes"] = [{"id": "n", "text": f"# {HOSTILE}\n[link](http://127.0.0.1:9)\n![i](x.png)", "x": 0, "y": -200}]
    return project.model_copy(
        update={"flows": {SMALL: flow.model_copy(update={"nodes": nodes})}, "layouts": {SMALL: layout}}
    )


def test_texts_of_a_hostile_project_are_plain(make_canvas: Callable[[Project], Canvas]) -> None:
    canvas = make_canvas(hostile_project())
    assert not image(canvas).isNull()
    for item in canvas.stage.projector.items.values():
        tip = tip_of(canvas.stage, Hit("card", item))
        assert "<img" not in tip
        assert "<b>" not in tip
        assert "&lt;img" in tip
        spoken = spoken_step(item.card, item.state)
        assert "\n" not in spoken
        assert len(spoken) < 2_000
    assert canvas.stage.projector.items["end"].card.width <= 240
    canvas.floating.refuse(HOSTILE, canvas.camera.centre, "ask")
    assert not canvas.grab().isNull()


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_picture_is_saved_at_full_detail(canvas: Canvas, tmp_path: Path, suffix: str, qtbot: QtBot) -> None:
    canvas.stage.services.selection.select(["ask"])
    canvas.viewer.look_at(canvas.stage.bounds().center(), 0.1)
    file = tmp_path / f"flow{suffix}"
    said: list[PictureRefused | None] = []
    canvas.picture(file, said.append)
    qtbot.waitUntil(lambda: said == [None])
    content = file.read_bytes()
    assert len(content) > 2_000
    assert canvas.stage.scenery.level is Level.BLOCK
    assert canvas.stage.projector.items["ask"].state.selected
    if suffix == ".png":
        drawn = QImage(str(file))
        assert drawn.width() > 1_000
    elif suffix == ".svg":
        text = content.decode()
        assert "Ask finance" in text
        assert "<image" not in text
    else:
        assert content.startswith(b"%PDF")
    assert history(canvas) == []


def test_a_picture_of_another_kind_is_refused_in_words(canvas: Canvas, tmp_path: Path) -> None:
    with pytest.raises(PictureRefused, match=r"\.png, \.svg or \.pdf"):
        canvas.picture(tmp_path / "flow.bmp", print)


def test_a_picture_is_painted_a_part_at_a_time_as_it_stood_when_it_was_asked_for(
    canvas: Canvas, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "SLICE_MS", 0)
    file, said = tmp_path / "flow.svg", []
    canvas.picture(file, said.append)
    picture = canvas.findChild(pictures.Picture)
    picture._go_on()
    assert said == []
    assert canvas.stage.scenery.vector is False, "what is seen is painted as before"
    canvas.stage.services.document.do(delete(canvas.stage.flow_id, ["ask"]))
    qtbot.waitUntil(lambda: said == [None])
    assert "Ask finance" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_picture_that_cannot_be_written_says_so(canvas: Canvas, tmp_path: Path, qtbot: QtBot, suffix: str) -> None:
    said: list[PictureRefused | None] = []
    try:
        canvas.picture(tmp_path / "no_such_folder" / f"flow{suffix}", said.append)
    except PictureRefused as at_once:
        said.append(at_once)
    qtbot.waitUntil(lambda: bool(said))
    assert "can't be written. Choose another folder." in str(said[0])


def test_a_lane_gives_its_owner_to_an_approval_dropped_into_it(canvas: Canvas, hand: Hand) -> None:
    lane = SeatLane(id="lane_1", owner="legal", seat="agent", x=200, y=400, width=400, height=300)  # type: ignore[arg-type]
    canvas.stage.services.document.do(add_drawn(SMALL, lane))
    hand.drag(hand.middle("ask"), hand.at(330, 470))
    flow = canvas.stage.flow
    assert flow is not None
    node = flow.node("ask")
    assert node is not None
    assert (node.owner, node.seat, node.config["role"]) == ("legal", "agent", "legal")
    assert history(canvas) == ["Add lane", "Move step"]
    hand.drag(hand.middle("note"), hand.at(500, 640))
    flow = canvas.stage.flow
    assert flow is not None
    note = flow.node("note")
    assert note is not None
    assert note.owner is None


def test_a_note_is_typed_in_place(canvas: Canvas) -> None:
    canvas.add_note()
    editor = canvas.floating.typing.editor
    assert editor is not None
    QTest.keyClicks(editor, "Ask **legal** first")
    canvas.floating.typing.close(keep=True)
    (note,) = canvas.stage.layout.notes
    assert isinstance(note, CanvasNote)
    assert note.text == "Ask **legal** first"
    assert history(canvas) == ["Add note"]


def test_tidy_up_is_one_step_and_undo_puts_all_back(canvas: Canvas) -> None:
    before = {node: (item.x(), item.y()) for node, item in canvas.stage.projector.items.items()}
    canvas.tidy_up()
    after = {node: (item.x(), item.y()) for node, item in canvas.stage.projector.items.items()}
    assert after != before
    assert history(canvas) == ["Tidy up"]
    canvas.stage.services.document.undo()
    assert {node: (item.x(), item.y()) for node, item in canvas.stage.projector.items.items()} == before


def test_changing_the_kind_keeps_the_wires(canvas: Canvas) -> None:
    found = canvas.stage.services.registry.latest("decision/condition")
    canvas.stage.services.document.do(set_field(SMALL, "ask", "config.nonsense", 1))
    assert canvas.deeds.change_kind("ask", found)  # type: ignore[arg-type]
    flow = canvas.stage.flow
    assert flow is not None
    node = flow.node("ask")
    assert node is not None
    assert node.type == "decision/condition"
    assert [edge.target for edge in flow.edges if edge.source == "ask"] == ["end"]
    assert [edge.source for edge in flow.edges if edge.target == "ask"] == ["start"]


def test_each_step_is_seen_at_two_device_pixels(make_canvas: Callable[[Project], Canvas]) -> None:
    canvas = make_canvas(small_project())
    drawn = QImage(2200, 1600, QImage.Format.Format_ARGB32_Premultiplied)
    drawn.setDevicePixelRatio(2.0)
    canvas.render(drawn)
    assert drawn.pixelColor(drawn.rect().center()).isValid()


@pytest.mark.parametrize("zoom", [0.45, 0.5, 0.55, 0.6, 0.64])
def test_names_of_outcomes_are_whole_or_not_there(canvas: Canvas, zoom: float) -> None:
    canvas.viewer.look_at(canvas.camera.centre, zoom)
    scenery = canvas.stage.scenery
    assert scenery.level is Level.TITLE
    ask = canvas.stage.projector.items["ask"].card
    for spot in ask.ports:
        text, px, glyph = _written(ask, spot, scenery)
        assert text == spot.title
        assert px is not None
        assert px * zoom >= 8.2
        assert (glyph > 0) == (spot.glyph is not None)
    long = replace(ask.ports[0], title="Hand to investigators")
    card = replace(ask, ports=(long, *ask.ports[1:]))
    texts = [_written(card, spot, scenery)[0] for spot in card.ports if spot.side == "right"]
    grown = long.label_width * (round(8.4 / zoom) / 12 - 1)
    assert texts == ([spot.title for spot in card.ports if spot.side == "right"] if grown <= 40 else [""] * len(texts))


def test_a_running_step_goes_on_breathing_while_the_run_tells_much(canvas: Canvas) -> None:
    canvas.stage.services.theme.reduce_motion = False
    breaths = set()
    for number in range(30):
        canvas.show_looks({"ask": StepLook("running", words=f"0:{number:02}")}, {})
        QTest.qWait(10)
        breaths.add(round(canvas.stage.scenery.breath, 2))
    assert len(breaths) > 4
    assert min(breaths) >= 0.6


def test_a_revealed_step_stands_clear_of_what_floats(canvas: Canvas) -> None:
    floating = canvas.floating
    floating.toggle_minimap()
    item = canvas.stage.projector.items["end"]
    for thing in (floating.minimap, floating.bar):
        there = canvas.viewer.place(QPointF(thing.geometry().center()))
        canvas.viewer.look_at(canvas.camera.centre + body(item).center() - there, 1.0)
        assert floating.on_view(body(item)).intersects(thing.geometry())
        canvas.reveal("end")
        seen = floating.on_view(body(item))
        assert canvas.viewer.viewport().rect().contains(seen)
        for other in (floating.minimap, floating.bar):
            assert not seen.intersects(other.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW))


def test_a_step_in_sight_is_not_moved(canvas: Canvas) -> None:
    before = canvas.camera.centre
    canvas.reveal("ask")
    assert canvas.camera.centre == before


def test_the_selected_step_stays_in_sight_when_the_canvas_becomes_smaller(canvas: Canvas) -> None:
    item = canvas.stage.projector.items["note"]
    canvas.stage.services.selection.select(["note"])
    canvas.resize(1100, 420)
    assert not QRect(0, 0, 1100, 420).contains(canvas.floating.on_view(body(item)).translated(0, 400))
    QTest.qWait(1)
    assert canvas.viewer.viewport().rect().contains(canvas.floating.on_view(body(item)))


class Words(QPainter):
    """Writes down what is written, and how low."""

    def __init__(self, on: QImage) -> None:
        super().__init__(on)
        self.said: list[tuple[float, str]] = []

    def drawText(self, at: QPointF, text: str) -> None:  # type: ignore[override]  # noqa: N802  Qt's name
        self.said.append((at.y(), text))


@pytest.mark.parametrize("zoom", [0.45, 0.65, 1.0])
def test_a_note_that_is_too_long_ends_in_dots_and_shows_no_half_line(canvas: Canvas, zoom: float) -> None:
    long = "one of very many words that nobody can read on such a small paper " * 5
    for text in (long, "- " + "\n- ".join(long.split()[:40])):
        on = QImage(200, 200, QImage.Format.Format_ARGB32_Premultiplied)
        painter = Words(on)
        paint_note(painter, QRectF(0, 0, 128, 106), text, None, DrawnState(), Scenery(zoom=zoom))
        painter.end()
        lowest = max(y for y, _ in painter.said)
        assert 60 < lowest < 106 - 8, "letters reach a fifth of their size below their line"
        if text is long:
            assert painter.said[-1] == (lowest, "…")


def test_a_card_calls_a_role_as_people_do_and_follows_its_title(canvas: Canvas) -> None:
    """It said “Asks finance”, the id: “Asks ap team 2” for the accounts."""
    document = canvas.stage.services.document

    def card() -> Card:
        canvas.settle()
        return canvas.stage.projector.items["ask"].card

    assert card().summary.startswith("Asks finance: ")
    document.do(set_role("finance", "The accounts department"))
    assert card().summary.startswith("Asks The accounts department: ")
    assert card().chips[0].text == "The accounts department"
    document.undo()
    assert card().summary.startswith("Asks finance: ")
