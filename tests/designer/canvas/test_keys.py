"""Everything by keyboard: walking, moving, renaming, connecting, adding, deleting, copying."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from designer.canvas.canvas import Canvas
from designer.canvas.gestures.hits import body
from designer.canvas.menu import entries
from designer.document.command import Command
from nodes.contract import NodeType
from tests.designer.canvas.conftest import Hand, edges, history

SHIFT, ALT, CONTROL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def selected(canvas: Canvas) -> tuple[str, ...]:
    return canvas.stage.services.selection.nodes


def test_arrows_walk_along_edges_then_to_the_nearest(canvas: Canvas, hand: Hand) -> None:
    spoken: list[str] = []
    canvas.spoke.connect(spoken.append)
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down):
        hand.key(key)
        walked.append(selected(canvas))
    assert walked == [("start",), ("ask",), ("end",), ("ask",), ("note",)]
    assert spoken[1] == "Ask finance, approval, finance, 2 days"
    hand.key(Qt.Key.Key_Up, SHIFT)
    assert selected(canvas) == ("note", "ask")


def test_alt_arrows_move_and_are_one_step_of_the_history(canvas: Canvas, hand: Hand) -> None:
    canvas.stage.services.selection.select(["note"])
    for _ in range(3):
        hand.key(Qt.Key.Key_Right, ALT)
    item = canvas.stage.projector.items["note"]
    assert (item.x(), item.y()) == (300, 260)
    assert history(canvas) == ["Move step"]
    canvas.stage.services.document.undo()
    assert (item.x(), item.y()) == (240, 260)


def test_a_step_is_connected_by_c_arrows_and_enter(canvas: Canvas, hand: Hand) -> None:
    spoken: list[str] = []
    canvas.spoke.connect(spoken.append)
    canvas.stage.services.selection.select(["ask"])
    hand.key(Qt.Key.Key_C)
    assert "Connect “Reject” to “Paid”" in spoken[-1]
    assert canvas.stage.projector.items["start"].state.faded
    hand.key(Qt.Key.Key_Down)
    assert "to “Write down”" in spoken[-1]
    hand.key(Qt.Key.Key_Return)

    assert ("ask", "reject", "note") in edges(canvas)
    assert history(canvas) == ["Connect"]
    assert not canvas.stage.projector.items["start"].state.faded


def test_esc_stops_connecting_and_then_selects_nothing(canvas: Canvas, hand: Hand) -> None:
    canvas.stage.services.selection.select(["ask"])
    hand.key(Qt.Key.Key_C)
    hand.key(Qt.Key.Key_Escape)
    assert not any(item.state.faded for item in canvas.stage.projector.items.values())
    assert selected(canvas) == ("ask",)
    hand.key(Qt.Key.Key_Escape)
    assert selected(canvas) == ()
    assert history(canvas) == []


def test_f2_types_over_the_title_and_esc_forgets(canvas: Canvas, hand: Hand) -> None:
    canvas.stage.services.selection.select(["ask"])
    hand.key(Qt.Key.Key_F2)
    editor = canvas.floating.typing.editor
    assert editor is not None
    QTest.keyClicks(editor, "Finance looks")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    flow = canvas.stage.flow
    assert flow is not None
    node = flow.node("ask")
    assert node is not None
    assert node.title == "Finance looks"
    assert canvas.stage.projector.items["ask"].card.title == "Finance looks"

    hand.key(Qt.Key.Key_F2)
    editor = canvas.floating.typing.editor
    assert editor is not None
    QTest.keyClicks(editor, "Something else")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert history(canvas) == ["Rename to “Finance looks”"]


def test_a_note_is_not_put_under_a_step_and_esc_keeps_what_was_written(canvas: Canvas, hand: Hand) -> None:
    item = canvas.stage.projector.items["ask"]
    canvas.viewer.look_at(body(item).center(), 1.0)
    canvas.add_note()
    (note,) = canvas.stage.layout.notes
    drawn = canvas.stage.drawing.items[note.id].rect
    assert not any(drawn.intersects(body(step)) for step in canvas.stage.projector.items.values())
    editor = canvas.floating.typing.editor
    assert editor is not None
    QTest.keyClicks(editor, "Ask Mira")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "about it")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert canvas.stage.layout.notes[0].text == "Ask Mira\nabout it"
    canvas.stage.services.document.undo()
    assert not canvas.stage.layout.notes, "a note and its first words are one step"


def test_tab_adds_behind_the_selected_step(canvas: Canvas, hand: Hand) -> None:
    canvas.stage.services.selection.select(["note"])
    opened: list[str] = []
    canvas.step_opened.connect(opened.append)
    hand.key(Qt.Key.Key_Tab)
    popup = canvas.floating.quick_add
    assert popup.isVisible()
    QTest.keyClicks(popup.line, "condi")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)

    (edge,) = [edge for edge in edges(canvas) if edge[0] == "note"]
    assert selected(canvas) == (edge[2],)
    assert opened == [edge[2]]
    item = canvas.stage.projector.items[edge[2]]
    assert item.x() > canvas.stage.projector.items["note"].x() + 144


def test_delete_heals_and_undo_brings_back_the_same(canvas: Canvas, hand: Hand) -> None:
    before = canvas.stage.services.document.project
    canvas.stage.services.selection.select(["ask"])
    hand.key(Qt.Key.Key_Delete)
    assert edges(canvas) == {("start", "started", "end")}
    assert set(canvas.stage.projector.items) == {"start", "note", "end"}
    canvas.stage.services.document.undo()
    assert canvas.stage.services.document.project is before
    assert set(canvas.stage.projector.items) == {"start", "ask", "note", "end"}
    assert set(canvas.stage.projector.pipes) == edges(canvas)


def test_what_is_copied_reads_the_copies(canvas: Canvas, hand: Hand) -> None:
    canvas.stage.services.selection.select(["ask", "note"])
    hand.key(Qt.Key.Key_C, CONTROL)
    hand.key(Qt.Key.Key_V, CONTROL)

    flow = canvas.stage.flow
    assert flow is not None
    assert selected(canvas) == ("ask_2", "note_2")
    copy = flow.node("note_2")
    assert copy is not None
    assert copy.config["text"] == "Asked {ask_2.choice}."
    original = flow.node("note")
    assert original is not None
    assert original.config["text"] == "Asked {ask.choice}."
    assert history(canvas) == ["Paste"]


def test_select_all_group_fold_and_ungroup(canvas: Canvas, hand: Hand) -> None:
    canvas.stage.services.selection.select(["ask", "note"])
    hand.key(Qt.Key.Key_G, CONTROL)
    editor = canvas.floating.typing.editor
    assert editor is not None
    QTest.keyClicks(editor, "Ask people")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    (group,) = canvas.stage.layout.groups
    assert (group.title, set(group.nodes)) == ("Ask people", {"ask", "note"})

    canvas.fold_all()
    assert not canvas.stage.projector.items["ask"].isVisible()
    pipe = canvas.stage.projector.pipes["start", "started", "ask"]
    frame = canvas.stage.drawing.items[group.id].rect
    assert pipe.isVisible()
    assert pipe.points[-1] == (frame.x(), frame.y() + 32)

    canvas.unfold_all()
    assert canvas.stage.projector.items["ask"].isVisible()
    canvas.stage.services.selection.select((), (), [group.id])
    hand.key(Qt.Key.Key_G, CONTROL | SHIFT)
    assert canvas.stage.layout.groups == ()
    for _ in range(canvas.stage.services.document.history.count()):
        canvas.stage.services.document.undo()
    assert canvas.stage.layout.groups == ()


def test_a_screen_reader_hears_what_is_selected_now(canvas: Canvas, hand: Hand) -> None:
    """A step that was renamed, deselected or deleted was still what the canvas was called."""
    spoken: list[str] = []
    canvas.spoke.connect(spoken.append)
    selection = canvas.stage.services.selection
    selection.select(["ask"])
    canvas.deeds.renamed("ask", "Ask the boss")
    assert canvas.viewer.accessibleName().startswith("Ask the boss, approval")
    canvas.deeds.renamed("note", "Write it all down")
    assert len(spoken) == 1, "what is selected is as it was"
    selection.select(["ask", "note"])
    assert canvas.viewer.accessibleName() == "2 steps selected"
    selection.select(())
    assert canvas.viewer.accessibleName() == "Canvas, nothing selected"
    selection.select(["ask"])
    canvas.delete_selection()
    assert canvas.viewer.accessibleName() == "Canvas, nothing selected"
    assert spoken[1:] == [
        "2 steps selected", "Canvas, nothing selected", "Ask the boss, approval, finance, 2 days",
        "Canvas, nothing selected",
    ]  # fmt: skip


def test_the_history_names_what_was_cut_deleted_and_moved(canvas: Canvas) -> None:
    """It said "Delete 1 things" of a note, "Delete" of what was cut, and of one step that was moved in a flow that had
    no layout yet that all were.
    """
    stage, document = canvas.stage, canvas.stage.services.document
    selection = stage.services.selection
    stage.do(change_layout_of(stage.flow_id))
    selection.select(["note"])
    canvas.nudge(20, 0)
    canvas.cut_selection()
    canvas.add_note()
    canvas.floating.typing.close(keep=False)
    canvas.delete_selection()
    selection.select(["ask", "end"])
    canvas.delete_selection()
    titles = [document.history.text(n) for n in range(1, document.history.count())]
    assert titles == ["Move step", "Cut “Write down”", "Add note", "Delete note", "Delete 2 steps"]


def test_moving_one_step_of_a_flow_that_nobody_had_drawn_is_said_of_one(canvas: Canvas) -> None:
    """Where all of them stand is written down with it."""
    stage = canvas.stage
    (x, y, note) = (900.0, 500.0, "note")
    for move in (
        lambda: canvas.deeds.moved({note: (x, y)}),
        lambda: stage.moved_together({note: (x, y)}, {}),
    ):
        stage.do(change_layout_of(stage.flow_id))
        move()
        assert history(canvas)[-1] == "Move step"
        assert len(stage.layout.nodes) == 4


def test_behind_what_decides_is_room_for_the_names_of_its_ways(canvas: Canvas) -> None:
    """They get names sooner or later, and these stood on the card behind."""
    places = {}
    for kind, port, y in (("decision/condition", "default", 500.0), ("logging/note", "done", 800.0)):
        first = canvas.deeds.add(kind, None, (100, y), exact=True)
        assert first is not None
        canvas.settle()
        item = canvas.stage.projector.items[first]
        note = canvas.stage.services.registry.latest("logging/note")
        assert isinstance(note, NodeType)
        at = item.pos() + QPointF(item.card.width + 40, 20)
        second = canvas.deeds.add_asked(note, at, after=(first, port), into=None)
        assert second is not None
        places[kind] = canvas.stage.projector.items[second].x() - item.x() - item.card.width
    assert places["decision/condition"] >= 130 > 80 >= places["logging/note"]


def test_the_menu_of_notes_groups_and_lanes_offers_what_they_can(canvas: Canvas) -> None:
    """A note offered "Ungroup", and no colour, which files may have and the canvas paints."""
    selection, stage = canvas.stage.services.selection, canvas.stage

    def offered() -> list[str]:
        return [entry[0] for entry in entries(canvas, QPointF()) if entry is not None]

    canvas.add_note()
    canvas.floating.typing.close(keep=False)
    assert offered() == ["Edit", "Colour", "Cut", "Copy", "Duplicate", "Delete"]
    (note,) = selection.drawn
    (colours,) = [entry[2] for entry in entries(canvas, QPointF()) if entry is not None and entry[0] == "Colour"]
    assert isinstance(colours, list)
    next(entry[2] for entry in colours if entry[0] == "Teal")()
    assert stage.drawing.items[note].tone == "adapter"
    assert history(canvas) == ["Add note", "Colour note"]
    stage.services.document.undo()
    assert stage.drawing.items[note].tone is None
    selection.select(["ask", "end"])
    canvas.group_selection()
    canvas.floating.typing.close(keep=False)
    assert offered() == ["Edit", "Fold group", "Group", "Ungroup", "Cut", "Copy", "Duplicate", "Delete"]
    selection.select((), (), (note, *selection.drawn))
    assert offered() == ["Fold group", "Group", "Ungroup", "Align", "Cut", "Copy", "Duplicate", "Delete"]
    canvas.add_lane()
    assert offered() == ["Edit", "Cut", "Copy", "Duplicate", "Delete"]


def change_layout_of(flow_id: str) -> Command:
    """Nothing is said any more of where steps stand."""
    return Command(
        "Forget places",
        lambda project: project.model_copy(
            update={"layouts": {name: plain for name, plain in project.layouts.items() if name != flow_id}}
        ),
        flow_id,
    )


def test_a_selected_connection_is_told_by_its_ends_and_outcome(canvas: Canvas) -> None:
    """A screen reader heard "1 thing selected"."""
    spoken: list[str] = []
    canvas.spoke.connect(spoken.append)
    canvas.stage.services.selection.select((), (("ask", "approve", "end"),))
    canvas.stage.services.selection.select((), (("start", "started", "ask"),))
    assert spoken == ["Connection from Ask finance, Approve, to Paid", "Connection from Start to Ask finance"]
