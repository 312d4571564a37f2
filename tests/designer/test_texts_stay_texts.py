"""Markup in any text of a project is seen as it was typed, in every view, and what it names is never asked for."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import Qt as RichText
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from designer.canvas.gestures.hits import Hit
from designer.canvas.menu import open_menu
from designer.canvas.tips import tip_of
from designer.document.commands.delete import delete
from designer.document.commands.set_field import set_field
from designer.document.facts import Facts
from designer.editors.decision_table.page import TablePage
from designer.forms.marks import CutText
from designer.keeping.differences import differences
from designer.keeping.merging import Conflict
from designer.keeping.opening import open_place
from designer.panels import found_panels
from designer.pieces.code_text import CodeText
from designer.window.asking import Choice, Question
from designer.window.comparison import Comparison
from designer.window.desktop import Desktop
from designer.window.findings_list import FindingsList
from designer.window.main_window import MainWindow
from designer.window.merge_choices import MergeChoices
from designer.window.notice import Notice
from nodes.contract import from_wire
from runtime.model.problems import FileFinding
from tests.designer import marked_project
from tests.designer.conftest import FLOW

TIP = Qt.ItemDataRole.ToolTipRole
QUOTE = '"'
WIDEST = 12
"""columns of a view"""
KEPT = "<b>x</b>"
"""the part of the markup that is looked for: lists cut what is long"""


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """What the markup names; whoever asks it stands in its queue."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture
def mark(server: socket.socket) -> str:
    return marked_project.marked(server.getsockname()[1])


@pytest.fixture
def window(desktop: Desktop, tmp_path: Path, mark: str) -> MainWindow:
    opened = open_place(marked_project.write(tmp_path / "marked", mark))
    assert opened.findings == ()
    shown = desktop.show_project(opened)
    shown.resize(1500, 950)
    shown.services.checking.check_now()
    return shown


def indexes(view: QAbstractItemView) -> Iterator[QModelIndex]:
    """All cells of a view, of open and of closed rows."""
    model = view.model()
    waiting = [view.rootIndex()] if model is not None else []
    while waiting:
        parent = waiting.pop()
        for row in range(model.rowCount(parent)):
            for column in (column for column in range(WIDEST) if model.hasIndex(row, column, parent)):
                yield (index := model.index(row, column, parent))
                waiting += [index] if column == 0 else []


def everything() -> list[QWidget]:
    return [one for top in QApplication.topLevelWidgets() for one in (top, *top.findChildren(QWidget))]


def seen_in(widgets: list[QWidget]) -> Iterator[str]:
    """Words that people read there."""
    for one in widgets:
        if isinstance(one, QLabel | QLineEdit | CutText | CodeText):
            yield one.text()
        elif isinstance(one, QAbstractButton):
            yield one.text().replace("&&", "&")
        elif isinstance(one, QPlainTextEdit | QTextEdit):
            yield one.toPlainText()
        elif isinstance(one, QComboBox):
            yield from (one.itemText(number) for number in range(one.count()))
        elif isinstance(one, QTabBar):
            yield from (one.tabText(number) for number in range(one.count()))
        elif isinstance(one, QMenu):
            yield from (action.text() for action in one.actions())
        elif isinstance(one, QAbstractItemView) and not isinstance(one, QHeaderView):
            yield from (str(index.data() or "") for index in indexes(one))


def tips_in(widgets: list[QWidget]) -> Iterator[str]:
    """What stands in tips and in Qt's other places that may hold markup."""
    for one in widgets:
        yield from (one.toolTip(), one.whatsThis(), one.statusTip())
        yield from (action.toolTip() for action in one.actions() if bare(action.toolTip()) != bare(action.text()))
        if isinstance(one, QTabBar):
            yield from (one.tabToolTip(number) for number in range(one.count()))
        if isinstance(one, QHeaderView):
            model = one.model()
            count = one.count() if model is not None else 0
            yield from (str(model.headerData(n, one.orientation(), TIP) or "") for n in range(count))
        elif isinstance(one, QAbstractItemView):
            yield from (str(index.data(TIP) or "") for index in indexes(one))


def bare(words: str) -> str:
    """Without what Qt leaves out where it makes the tip of an action of its name, which nothing ever shows."""
    return words.partition("\t")[0].replace("&", "").replace("…", "").replace("...", "").strip()


def interpreted(widgets: list[QWidget]) -> list[str]:
    """Texts of the project that Qt takes for markup here."""
    labels = [one for one in widgets if isinstance(one, QLabel) and one.textFormat() is not Qt.TextFormat.PlainText]
    found = [f"{type(one).__name__}: {one.text()}" for one in labels if RichText.mightBeRichText(one.text())]
    found += [f"{type(one).__name__} takes markup" for one in widgets if takes_markup(one)]
    return found + [f"tip: {tip}" for tip in tips_in(widgets) if not as_typed(tip)]


def takes_markup(one: QWidget) -> bool:
    return isinstance(one, QTextEdit) and one.acceptRichText()


def as_typed(tip: str) -> bool:
    """Whether a tip shows tags where it was given some."""
    if not RichText.mightBeRichText(tip):
        return True
    fragment = QTextDocumentFragment.fromHtml(tip)
    return ("127.0.0.1" not in tip) or ("<img" not in tip and "<img" in fragment.toPlainText())


class Walk:
    """Through the views: each is looked at, and none may be without what it is looked at for."""

    def __init__(self) -> None:
        self.bad: dict[str, list[str]] = {}
        self.without: list[str] = []

    def look(self, place: str, root: QWidget | None = None) -> None:
        QApplication.processEvents()
        widgets = everything()
        if found := interpreted(widgets):
            self.bad[place] = sorted(set(found))
        inside = widgets if root is None else [root, *root.findChildren(QWidget)]
        if not any(KEPT in words or "<img" in words for words in seen_in(inside)):
            self.without.append(place)

    def ends(self, server: socket.socket) -> None:
        """Nothing was taken for markup, all was seen, and nobody has asked for the picture."""
        assert "\n".join(f"{place}: {found}" for place, found in self.bad.items()) == ""
        assert self.without == []
        with pytest.raises(BlockingIOError):
            server.accept()


def test_markup_is_seen_as_it_was_typed_in_every_view(
    window: MainWindow, server: socket.socket, qtbot: QtBot, mark: str
) -> None:
    walk, services = Walk(), window.services
    flow = services.flow
    assert flow is not None
    kinds = {node.type: node.id for node in flow.nodes} | {"approval": "approve_refund", "note": "noted"}
    for node in sorted(kinds.values()):
        services.selection.select((node,))
        window.show_panel("form")
        qtbot.wait(1)
        walk.look(f"form of {node}", window.panel("form"))
    services.selection.select((), (), ("marked_lane",))
    walk.look("form of a lane", window.panel("form"))
    services.selection.select(("get_customer", "noted"))
    walk.look("form of several", window.panel("form"))
    services.selection.select(("noted",))
    services.document.do(set_field(FLOW, "noted", "title", f"{mark}Otherwise"))
    for panel in found_panels():
        if "design" in panel.modes:
            walk.look(f"panel {panel.id}", window.show_panel(panel.id))
    for page, key in (
        ("flow_settings", FLOW), ("samples", FLOW), ("connections", "crm"), ("connections", f"{mark}connection"),
        ("form", "asked"), ("form", f"{FLOW}/approve_refund"), ("decision_table", "dispute_route"),
    ):  # fmt: skip
        shown = window.open_editor(page, key)
        qtbot.wait(1)
        if isinstance(shown, TablePage):
            shown.trying.fill(dict.fromkeys(shown.trying.fields, f'@"{mark.replace(QUOTE, "")}"'))
        walk.look(f"page {page} {key}", shown)
    window.show_flow(FLOW)
    found = window.find_anything()
    found.line.setText("x")
    walk.look("find", found)
    found.close()
    walk.look("the bar at the top", window.top_bar)
    projector = window.canvas.stage.projector
    asked, group = projector.items["approve_refund"], window.canvas.stage.drawing.items["marked_group"]
    hits = [Hit("card", projector.items["noted"]), Hit("drawn", drawn=group)]
    hits += [Hit("port", asked, spot) for spot in asked.card.ports]
    tips = [tip_of(window.canvas.stage, hit) for hit in hits]
    assert all(as_typed(tip) for tip in tips), tips
    assert all("127.0.0.1" in tip for tip in tips[:3]), tips
    for nodes, drawn in (((), ()), (("noted",), ()), (("noted", "route"), ()), ((), ("marked_group",))):
        services.selection.select(nodes, (), drawn)
        menu = open_menu(window.canvas, QPoint(0, 0), QPointF(0, 0))
        assert interpreted([menu, *menu.findChildren(QWidget)]) == []
        menu.close()
    walk.ends(server)


def test_the_name_of_a_project_is_seen_as_it_was_typed(
    window: MainWindow, desktop: Desktop, server: socket.socket
) -> None:
    walk = Walk()
    walk.look("the first window", desktop.show_welcome())
    walk.ends(server)


def test_markup_in_a_run_is_seen_as_it_was_typed(
    window: MainWindow, server: socket.socket, qtbot: QtBot, mark: str
) -> None:
    walk, services = Walk(), window.services
    session = services.extras["session"]
    window.show_mode("test")
    session.answers.seen = services.document.project.scenarios[FLOW]["one_approval"]["effects"]
    walk.look("the case", window.show_panel("test"))
    session.rehearse(FLOW, from_wire(services.document.project.samples[FLOW]["one_approval"]))
    qtbot.waitUntil(lambda: bool(session.tasks))
    services.selection.select(("approve_refund",))
    walk.look("the task", window.show_panel("inspector"))
    walk.look("the events", window.show_panel("timeline"))
    session.answer(session.tasks[0], "approve", f"{mark}anna", {"why": mark})
    qtbot.waitUntil(lambda: session.story.ended or bool(session.incidents) or bool(session.tasks))
    window.show_mode("replay")
    walk.look("the inspector of a run that is over", window.show_panel("inspector"))
    walk.look("its events", window.show_panel("timeline"))
    walk.ends(server)


def test_markup_is_asked_about_as_it_was_typed(window: MainWindow, server: socket.socket, mark: str) -> None:
    walk, services = Walk(), window.services
    before = services.document.project
    services.document.do(delete(FLOW, ["get_customer"]))
    services.document.do(set_field(FLOW, "noted", "title", f"{mark}Otherwise"))
    after, facts = services.document.project, Facts(services.registry)
    comparison = Comparison(services, f"{mark}Title", before, after, differences(before, after, facts))
    walk.look("two versions", comparison)
    window.notice(Notice(services.theme, "told", f"{mark}told", [(f"{mark}way", lambda: None)]))
    walk.look("a bar", window.work)
    question = Question(window, f"{mark}Title", f"{mark}text", (Choice("yes", f"{mark}yes"),))
    walk.look("a question", question)
    window.say(f"{mark}said")
    walk.look("the line at the bottom", window)
    path = ("flows", FLOW, "nodes", "noted", "config", mark)
    walk.look(
        "both versions", MergeChoices(window, after, [Conflict(path, mark, f"{mark}mine", f"{mark}theirs")], after)
    )
    walk.look("files that can't be read", FindingsList(window, mark, mark, [FileFinding(mark, mark, mark)]))
    walk.ends(server)
