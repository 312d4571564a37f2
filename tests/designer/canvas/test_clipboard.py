"""Copy and paste over the system's clipboard: what comes back may be anybody's text."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body
from designer.canvas.projection.projector import ASKED_AT_ONCE
from designer.document.clip import MIME, clip_of, read, written
from designer.document.edits import layout_of
from tests.designer.canvas.conftest import SMALL, edges, history, small_project

GOOD = {"baton_clip": 1, "nodes": [{"id": "a", "type": "logging/note"}], "edges": [], "layout": {"nodes": {}}}


def put(text: str, *, as_text: bool = False) -> None:
    mime = QMimeData()
    mime.setText(text) if as_text else mime.setData(MIME, text.encode("utf-8", "surrogatepass"))
    QGuiApplication.clipboard().setMimeData(mime)


HOSTILE = {
    "empty": "",
    "no json": '{"baton_clip": 1, "nodes": [',
    "another list": '["baton_clip"]',
    "another version": json.dumps({**GOOD, "baton_clip": 99}),
    "deep": '{"baton_clip": 1, "nodes": ' + "[" * 50_000 + "]" * 50_000 + "}",
    "deep config": json.dumps({**GOOD, "nodes": [{"id": "a", "type": "x", "config": {"a": [[]] * 1}}]}).replace(
        "[[]]", "[" * 400 + "]" * 400
    ),
    "nan": json.dumps(GOOD).replace('"nodes": {}', '"nodes": {"a": {"x": NaN, "y": Infinity}}'),
    "no id": json.dumps({**GOOD, "nodes": [{"type": "logging/note"}]}),
    "empty id": json.dumps({**GOOD, "nodes": [{"id": "", "type": "logging/note"}]}),
    "twice": json.dumps({**GOOD, "nodes": GOOD["nodes"] * 2}),  # type: ignore[operator]
    "too many": json.dumps({**GOOD, "nodes": [{"id": f"n{n}", "type": "x"} for n in range(3_001)]}),
    "wrong kinds": json.dumps({**GOOD, "nodes": {"a": 1}, "edges": "x", "layout": 3}),
    "huge": '{"baton_clip": 1, "x": "' + "x" * 8_100_000 + '"}',
    "surrogate": '{"baton_clip": 1, "nodes": "\ud800"}',
}


@pytest.mark.parametrize(
    ("name", "as_text"),
    [(name, as_text) for name in HOSTILE for as_text in (False, True) if (name, as_text) != ("surrogate", True)],
)
def test_a_hostile_clipboard_pastes_nothing(canvas: Canvas, name: str, as_text: bool) -> None:
    put(HOSTILE[name], as_text=as_text)
    canvas.paste()
    assert history(canvas) == []


NAMES = st.sampled_from(["id", "type", "config", "from", "to", "port", "nodes", "x", "y", "notes"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner),
    max_leaves=20,
)


@given(JSON)
@settings(max_examples=60, deadline=None)
def test_reading_a_clip_never_raises(inside: Any) -> None:
    for name in ("nodes", "edges", "layout"):
        read(json.dumps({**GOOD, name: inside}))


def test_files_on_the_clipboard_are_left_alone(canvas: Canvas) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/etc/hosts")])
    QGuiApplication.clipboard().setMimeData(mime)
    canvas.paste()
    assert history(canvas) == []


def test_places_that_no_screen_can_show_are_not_taken(canvas: Canvas) -> None:
    far = {**GOOD, "layout": {"nodes": {"a": {"x": 10**30, "y": 5}}, "notes": [{"id": "n", "x": 10**12, "y": 0}]}}
    put(json.dumps(far))
    canvas.paste()
    assert history(canvas) == ["Paste"]
    assert canvas.stage.layout.notes == ()
    (pasted,) = canvas.stage.services.selection.nodes
    assert pasted == "a"
    assert abs(canvas.stage.projector.items["a"].x()) < 10_000


def test_a_clip_keeps_edges_notes_and_numbers() -> None:
    project = small_project()
    flow = project.flows[SMALL]
    layout = layout_of(project, SMALL)
    clip = clip_of(flow, layout, ["ask", "end"], [], {"ask": (240.0, -8.0), "end": (640.0, 6.0)})
    back = read(written(clip))
    assert back == clip
    assert [edge.key for edge in clip.edges] == [("ask", "approve", "end")]
    assert clip.layout.nodes["ask"].y == Decimal(-8)


def test_pasting_twice_gives_two_copies_side_by_side(canvas: Canvas) -> None:
    canvas.stage.services.selection.select(["ask", "end"])
    canvas.copy_selection()
    canvas.paste()
    first = canvas.stage.services.selection.nodes
    canvas.paste()
    second = canvas.stage.services.selection.nodes
    assert (first, second) == (("ask_2", "end_2"), ("ask_3", "end_3"))
    assert {("ask_2", "approve", "end_2"), ("ask_3", "approve", "end_3")} <= edges(canvas)
    items = canvas.stage.projector.items
    assert len({(items[n].x(), items[n].y()) for n in ("ask", "ask_2", "ask_3")}) == 3
    canvas.stage.services.selection.select(["note"])
    canvas.duplicate_selection()
    cards = [body(item) for item in items.values()]
    assert not [one for n, one in enumerate(cards) for other in cards[n + 1 :] if one.intersects(other)], (
        "a copy does not hide a card"
    )


def test_cut_takes_away_and_paste_brings_back_the_ids(canvas: Canvas) -> None:
    canvas.stage.services.selection.select(["note"])
    canvas.cut_selection()
    assert "note" not in canvas.stage.projector.items
    canvas.paste()
    assert canvas.stage.services.selection.nodes == ("note",)
    item = canvas.stage.projector.items["note"]
    assert (item.x(), item.y()) == (240, 260), "its place was free"


def test_of_many_steps_at_once_the_cards_come_at_once_and_what_they_say_a_moment_later(canvas: Canvas) -> None:
    """What the types of 200 steps say takes 10 ms, which the hand that pastes would feel."""
    steps = [
        {"id": f"said_{n}", "type": "logging/note", "version": 1, "title": f"Said {n}", "config": {"text": f"No. {n}"}}
        for n in range(ASKED_AT_ONCE + 20)
    ]
    put(json.dumps({**GOOD, "nodes": steps, "edges": [], "layout": {}}), as_text=True)
    canvas.paste()
    items = canvas.stage.projector.items
    assert {f"said_{n}" for n in range(len(steps))} <= items.keys()
    assert not items["said_0"].card.complete
    canvas.settle()
    assert all(items[step["id"]].card.complete for step in steps)
    assert items["said_7"].card.summary
    assert items["said_7"].card.port("done") is not None
