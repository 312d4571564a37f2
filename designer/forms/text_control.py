"""``TextControl``: words with values in braces; the braces button puts a value in at the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from designer.document.commands.set_field import UNSET
from designer.forms.code_editor import CodeEditor, Squiggle
from designer.forms.completion import CompletionList, Offer
from designer.forms.context import FormContext
from designer.forms.control import Control
from designer.forms.expression_field import offers_at
from designer.forms.field_plan import FieldPlan
from designer.theme.icons import icon
from nodes.feel import FeelSyntaxError, highlight, parse_template
from nodes.feel.errors import FeelError


class TextControl(Control):
    """Words with values in braces; the braces button puts a value in at the cursor."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str) -> None:
        super().__init__(context, plan, path)
        self.editor = CodeEditor(context.services.theme, self._marks, code=False, lines=1)
        self.editor.take_value = self.put_value
        self.completion = CompletionList(self.editor, context.services.theme, self._offers)
        self.column.addWidget(self.editor)
        self.insert = QToolButton()
        self.insert.setProperty("role", "fx")
        self.insert.setFixedSize(26, 18)
        self.insert.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.insert.setAccessibleName("Put a value in")
        self.insert.setToolTip("Put a value in at the cursor")
        self.insert.clicked.connect(self._menu)
        context.services.theme.changed.connect(self._paint)
        self._paint()
        self._pause = QTimer(self, singleShot=True, interval=150)
        self._pause.timeout.connect(self._look)
        self.editor.typed.connect(self._typed)

    def focus_target(self) -> QWidget:
        return self.editor

    def aside(self) -> QWidget | None:
        return self.insert

    def show_value(self, value: Any) -> None:
        self.editor.show_text(value if isinstance(value, str) else "")
        self._pause.start()

    def forget(self) -> None:
        super().forget()
        self.editor.show_squiggles([])

    def _typed(self, text: str) -> None:
        self.edited.emit(text if text or self.plan.required else UNSET, ())
        self._pause.start()

    def _look(self) -> None:
        """A hole that can't be read is marked at once; what it reads is judged by the check."""
        text = self.editor.toPlainText()
        try:
            parse_template(text)
        except FeelSyntaxError as error:
            self.editor.show_squiggles([Squiggle(error.offset, error.length)])
            said = error.message if error.suggestion is None else f"{error.message} {error.suggestion}"
            self.complained.emit(said.replace("`", "“", 1).replace("`", "”", 1))
        except FeelError as error:
            self.complained.emit(error.message)
        else:
            self.editor.show_squiggles([])
            self.complained.emit("")

    def _menu(self) -> None:
        menu = QMenu(self)
        names = self.context.scope(self.plan.moment).names
        for name in names[:60]:
            entry = menu.addAction(name.text.replace("&", "&&") + (f"\t{name.title}" if name.title else ""))
            entry.triggered.connect(lambda _checked=False, text=name.text: self.put_value(text))
        if not names:
            menu.addAction("Nothing is known here yet").setEnabled(False)
        menu.popup(self.insert.mapToGlobal(self.insert.rect().bottomLeft()))

    def put_value(self, path: str) -> None:
        """A value at the cursor, in braces unless it stands in some already."""
        cursor = self.editor.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        inside = _hole_at(self.editor.toPlainText(), start) is not None
        self.editor.write(start, end - start, path if inside else f"{{{path}}}")
        self.editor.setFocus()

    def _marks(self, text: str) -> Sequence[tuple[int, int, str]]:
        found: list[tuple[int, int, str]] = []
        for start, end in _holes(text):
            found.append((start, 1, "operator"))
            found += [(start + 1 + one.start, one.length, "hole" if one.kind == "name" else one.kind)
                      for one in highlight(text[start + 1 : end])]  # fmt: skip
            found.append((end, 1, "operator"))
        return found

    def _offers(self, text: str, position: int) -> Sequence[Offer]:
        hole = _hole_at(text, position)
        if hole is None:
            return []
        start, end = hole
        inner = offers_at(text[start + 1 : end], position - start - 1, self.context.scope(self.plan.moment))
        return [Offer(o.label, o.insert, o.start + start + 1, o.length, o.kind, o.aside, o.doc, o.doubt) for o in inner]

    def _paint(self) -> None:
        self.insert.setIcon(icon("braces", self.context.services.theme.palette.text.secondary, size=14))


def _holes(text: str) -> list[tuple[int, int]]:
    """(place of ``{``, place of ``}`` or the end) of each hole, whether or not it can be read."""
    found, at = [], 0
    while at < len(text):
        if text.startswith(("{{", "}}"), at):
            at += 2
        elif text[at] == "{":
            end, depth = at + 1, 1
            while end < len(text) and depth:
                depth += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            found.append((at, end - 1 if depth == 0 else end))
            at = end
        else:
            at += 1
    return found


def _hole_at(text: str, position: int) -> tuple[int, int] | None:
    return next(((start, end) for start, end in _holes(text) if start < position <= end), None)
