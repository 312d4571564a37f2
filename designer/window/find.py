"""``Find``: anything by name: steps, flows, fields, connections, and what can be done. Ctrl K, or Ctrl F in one flow.

A box over the window; typing narrows, arrows choose, Enter goes there, Esc puts it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, islice

from PySide6.QtCore import QElapsedTimer, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QColor, QIcon, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from designer.actions import Action, why_not
from designer.document.lookup import Hit, everything, searching
from designer.pieces import PlainText, plain_tooltip
from designer.services import Services
from designer.theme.icons import icon, pixmap
from designer.theme.type_scale import SMALL
from designer.window.action_book import ActionBook
from designer.window.covering import Covering
from designer.window.keys_overlay import keys_of
from runtime.model.project import Project

WIDTH = 580
ICONS = {
    "flow": "workflow",
    "field": "braces",
    "note": "sticky-note",
    "group": "group",
    "lane": "users",
    "connection": "plug",
    "form": "text-cursor-input",
    "decision": "table",
    "sample": "flask-conical",
    "role": "users",
    "action": "zap",
    "new": "plus",
}
DRAWN = frozenset({"note", "group", "lane"})
_HIT = Qt.ItemDataRole.UserRole
MOST_ACTIONS = 8
AT_FIRST = 40
"""things that are listed before anything is typed"""
AT_ONCE, SLICE_MS = 600, 8
"""names and texts that are looked through on the spot; where there are more, of every turn of the event loop"""


class Find(Covering):
    """Covers its window. ``only``: these hits and no others (where something is used)."""

    def __init__(
        self,
        services: Services,
        book: ActionBook,
        *,
        in_flow: bool = False,
        only: Sequence[Hit] | None = None,
        title: str = "",
    ) -> None:
        super().__init__(services.window)
        self.setObjectName("find")
        self._services, self._book, self._only = services, book, only
        self._flow = services.selection.flow if in_flow else None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        card = QFrame(self)
        card.setProperty("role", "card")
        card.setFixedWidth(WIDTH)
        self._search: Iterator[list[Hit]] = iter(())
        self._hits: list[Hit] = []
        self._known: tuple[Project, Iterator[Hit], list[Hit]] | None = None
        self._chosen = False
        """Enter was pressed before all was looked through"""
        self._searching = QTimer(self, interval=0)
        self._searching.timeout.connect(self._search_on)
        self.line = QLineEdit(card)
        self.line.setProperty("role", "search")
        self.line.setPlaceholderText(title or ("Find in this flow" if in_flow else "Find anything by name"))
        self.line.setAccessibleName("Find")
        self.line.textChanged.connect(lambda _text: self._fill())
        self.line.installEventFilter(self)
        glass = QLabel(card)
        glass.setPixmap(pixmap("search", services.theme.palette.text.secondary, 18, self.devicePixelRatioF()))
        head = QHBoxLayout()
        head.setContentsMargins(14, 8, 12, 6)
        head.addWidget(glass)
        head.addWidget(self.line, 1)
        line = QFrame(card)
        line.setProperty("role", "line")
        self.list = QListWidget(card)
        self.list.setIconSize(QSize(16, 16))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the line has the keys: arrows, Enter, Esc
        self.list.itemClicked.connect(self._go)
        self.list.setFixedHeight(372)
        self.empty = PlainText("", SMALL, "muted", wrap=True)
        self.empty.setContentsMargins(16, 12, 16, 16)
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 1, 1, 6)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line)
        column.addWidget(self.empty)
        column.addWidget(self.list)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 84, 0, 0)
        whole.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(1)
        self.setGeometry(services.window.rect())
        services.window.installEventFilter(self)
        self._fill()

    def show(self) -> None:
        """Over everything, ready to be typed into."""
        self.cover(self.line)

    @property
    def titles(self) -> list[str]:
        """What is listed."""
        return [self.list.item(n).data(_HIT + 1) for n in range(self.list.count())]

    def _fill(self) -> None:
        """What is found, now or as soon as it is; until then what was found before stays."""
        words = self.line.text()
        self._chosen = False
        if words or self._only is not None or self._flow:
            self._search = searching(self._only if self._only is not None else self._everything(), words)
        else:
            self._search = iter((self._at_first(),))
        self._search_on()

    def _search_on(self) -> None:
        """A slice of every turn of the event loop: a large project has a hundred thousand texts."""
        clock = QElapsedTimer()
        clock.start()
        for number in count(1):
            found = next(self._search, None)
            if found is None:
                break
            self._hits = found
            if number >= AT_ONCE and clock.elapsed() >= SLICE_MS:
                self._searching.start()
                return
        self._searching.stop()
        self._list(self._hits)
        if self._chosen and self.list.currentItem() is not None:
            self._go(self.list.currentItem())

    def _everything(self) -> Iterator[Hit]:
        """All that has a name, remembered while somebody types."""
        project = self._services.document.project
        if self._known is None or self._known[0] is not project:
            self._known = project, everything(project, self._flow), []
        _, source, known = self._known
        for at in count():
            if at == len(known):
                hit = next(source, None)
                if hit is None:
                    return
                known.append(hit)
            yield known[at]

    def _list(self, hits: Sequence[Hit]) -> None:
        words = self.line.text()
        self.list.clear()
        for hit in hits:
            self._add(hit.title, hit.where, self._icon(hit), partial(self._show, hit))
        if self._flow is not None:  # what matches is ringed on the canvas while the box is open
            self._services.window.canvas.ring([hit.node for hit in hits if hit.node is not None] if words else [])
        if self._only is None and self._flow is None:
            for action in self._actions(words):
                said = why_not(action, self._services) or keys_of(action)
                self._add(action.title, said, icon("zap", self._ink), partial(self._book.run, action.id))
        nothing = self.list.count() == 0
        if words and self._only is None and self._services.flow is not None and nothing:
            self._add(
                f"Add a step called “{words}”", "Opens the list of steps", icon("plus", self._ink), self._add_step
            )
        self.list.setCurrentRow(0)
        self.empty.setVisible(nothing)
        self.empty.setText(f"Nothing called “{words}”." if words else "Nothing uses it.")
        self.list.setVisible(self.list.count() > 0)

    def _at_first(self) -> list[Hit]:
        named = (hit for hit in everything(self._services.document.project) if hit.kind in ("flow", "step"))
        return list(islice(named, AT_FIRST))

    def _actions(self, words: str) -> list[Action]:
        wanted = words.casefold().split()
        known = (action for action in self._book if action.id != "edit.find_anything")
        found = [action for action in known if wanted and all(word in action.title.casefold() for word in wanted)]
        found.sort(key=lambda action: not self._book.action(action.id).isEnabled())
        return found[:MOST_ACTIONS]

    @property
    def _ink(self) -> str:
        return self._services.theme.palette.text.secondary

    def _icon(self, hit: Hit) -> QIcon:
        if hit.kind == "step" and hit.flow is not None and hit.node is not None:
            flow = self._services.document.project.flows.get(hit.flow)
            node = flow.node(hit.node) if flow is not None else None
            if node is not None:
                facts = self._services.facts.of(node)
                kind = self._services.facts.category(node)
                colour = getattr(self._services.theme.palette.category, kind, self._ink)
                return icon(facts.type.icon if facts.type is not None else "circle-help", colour)
        return icon(ICONS.get(hit.kind, "circle"), self._ink)

    def _add(self, title: str, where: str, picture: QIcon, run: Callable[[], object]) -> None:
        flat = " ".join(title.split())
        shown = flat if len(flat) <= 52 else flat[:51] + "…"
        item = QListWidgetItem(f"{shown}    {where}" if where else shown)
        item.setIcon(picture)
        item.setSizeHint(QSize(0, 32))
        item.setToolTip(plain_tooltip(title[:600]) if len(flat) > 52 else "")
        item.setData(_HIT, run)
        item.setData(_HIT + 1, flat)
        self.list.addItem(item)

    def _go(self, item: QListWidgetItem) -> None:
        run = item.data(_HIT)
        self.close()
        QTimer.singleShot(0, run)  # not inside the key or click that chose it: it may restyle or close everything

    def _show(self, hit: Hit) -> None:
        window = self._services.window
        if hit.flow is not None and hit.kind != "sample":
            if hit.node is None:
                window.show_flow(hit.flow)
                if hit.kind in DRAWN:
                    window.show_mode("design")
                    self._services.selection.select((), (), (hit.key,))
                    window.canvas.reveal_drawn(hit.key)
                    window.canvas.setFocus()
                return
            window.show_mode("design")
            if hit.field:
                self._services.selection.show_field(hit.flow, hit.node, hit.field)
            else:
                self._services.selection.show_flow(hit.flow)
                self._services.selection.select((hit.node,))
            window.canvas.reveal(hit.node)
            window.canvas.setFocus()
            return
        pages = {"connection": "connections", "form": "form", "decision": "decision_table", "sample": "samples"}
        if hit.kind in pages and window.open_editor(pages[hit.kind], hit.flow or hit.key) is not None:
            return
        window.say(f"{hit.where}: {hit.title}")

    def _add_step(self) -> None:
        words = self.line.text()
        self._services.window.step_list.toggle("add")
        self._services.window.step_list.search.setText(words)

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self.setGeometry(self.window().rect())
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._searching.isActive():
                self._chosen = True  # the first of what was typed, not of what is still listed
            elif self.list.currentItem() is not None:
                self._go(self.list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            return False
        return True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        if self._flow is not None:
            self._services.window.canvas.ring([])
        super().closeEvent(event)

    def mousePressEvent(self, _event: object) -> None:  # noqa: N802  Qt's name
        self.close()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        QPainter(self).fillRect(self.rect(), QColor(self._services.theme.palette.surface.scrim))
