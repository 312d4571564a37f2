"""``Control``: the part of a field that takes a value, and the simple ones: lines, words, numbers, choices, lengths of
time, moments, yes or no.

Law: ``show_value`` never disturbs what is being typed; what is no value stays in the field, is said, and never enters
the document.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDropEvent, QFocusEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from designer.document.commands.set_field import UNSET, same
from designer.document.names import as_read
from designer.forms.code_editor import CodeEditor, is_undo
from designer.forms.combo import Combo
from designer.forms.context import FormContext
from designer.forms.duration_words import words_of, words_of_seconds
from designer.forms.field_plan import FieldPlan
from designer.forms.readings import read_duration, read_instant, read_number, read_seconds, read_whole
from designer.pieces.carried_value import carried_name
from designer.pieces.marking import mark


class Control(QWidget):
    """``edited(value, inside)``: a person made this value; ``complained(words)``: what was typed is none yet."""

    edited = Signal(object, object)
    complained = Signal(str)
    explained = Signal()
    """what it says itself about its value has changed"""

    labelled = False
    """it says its own name, so that the field draws no label"""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str) -> None:
        super().__init__()
        self.context, self.plan, self.path = context, plan, path
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)

    def __init_subclass__(cls, **more: Any) -> None:
        """Qt's widgets can't be abstract classes, so this is asked for here: a control without it shows nothing."""
        super().__init_subclass__(**more)
        if getattr(cls.show_value, "__isabstractmethod__", False):
            raise TypeError(f"{cls.__name__} should say how it shows a value: show_value")

    @abstractmethod
    def show_value(self, value: Any) -> None:
        """Show this value (``UNSET`` = nothing is said)."""

    def forget(self) -> None:
        """The value of another step comes next: nothing that was typed for this one, and is no value, stays."""
        self.complained.emit("")

    @property
    def explains(self) -> bool:
        """Whether it says itself what is wrong with its value: then the field says it no second time."""
        return False

    def prepare(self, value: Any) -> Iterator[None]:
        """Makes what showing this value will need, a part at a time, while nobody waits for it."""
        return iter(())

    def focus_target(self) -> QWidget:
        """What gets the cursor."""
        return self

    def call(self, name: str) -> None:
        """What a screen reader calls it, where no label does."""
        self.focus_target().setAccessibleName(name)

    def aside(self) -> QWidget | None:
        """What stands at the right of the label."""
        return None

    def set_invalid(self, invalid: bool) -> None:
        """A red outline around the place of the mistake."""
        mark(self.focus_target(), "invalid", invalid)


class LineEdit(QLineEdit):
    """A line whose undo is the document's; F2 and the like go on to the window."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.take_value: Callable[[str], None] = self.insert
        """writes the name of a value that was dropped at the cursor"""

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Where something was dropped, typing goes on."""
        name = carried_name(event.mimeData())
        if name is None:
            super().dropEvent(event)
            self.setFocus()
            return
        self.setCursorPosition(self.cursorPositionAt(event.position().toPoint()))
        self.setFocus()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.take_value(name)

    def event(self, event: QEvent) -> bool:
        if is_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def setText(self, text: str | None) -> None:  # noqa: N802  Qt's name
        """Show ``text`` from its beginning, also where there is no room for its end."""
        super().setText(text)
        if not self.hasFocus():
            self.setCursorPosition(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        super().focusOutEvent(event)
        self.left.emit()


_NEVER: Any = object()
Read = Callable[[str], Any]
"""text -> value; raises ValueError with words to be shown"""


class LineControl(Control):
    """One line; ``read`` makes the value of the text, ``write`` the text of a value."""

    def __init__(
        self,
        context: FormContext,
        plan: FieldPlan,
        path: str,
        read: Read = str,
        write: Callable[[Any], str] = str,
    ) -> None:
        super().__init__(context, plan, path)
        self._read, self._write = read, write
        self._value: Any = _NEVER
        self.line = LineEdit()
        self.column.addWidget(self.line)
        self.line.textEdited.connect(self._typed)
        self.line.left.connect(self._settle)

    def focus_target(self) -> QWidget:
        return self.line

    def show_value(self, value: Any) -> None:
        draft = self.context.draft(self.path)
        if draft is not None and same(draft[1], value):
            self._value = value
            self._show(draft[0])
            self._judge(draft[0])
            return
        self.context.keep_draft(self.path, None)
        if same(value, self._value) and self._says(value):
            return
        self._value = value
        self._show(self._text(value))
        self.complained.emit("")

    def forget(self) -> None:
        super().forget()
        self._value = _NEVER

    def _text(self, value: Any) -> str:
        shown = self.plan.default if value is UNSET else value
        return "" if shown is None else self._write(shown)

    def _says(self, value: Any) -> bool:
        if value is UNSET and self.plan.default is not None:
            return self.line.text() in ("", self._text(UNSET))
        try:
            return same(self._made(self.line.text()), value)
        except ValueError:
            return False

    def _show(self, text: str) -> None:
        if text != self.line.text():
            place = self.line.cursorPosition()
            self.line.setText(text)
            self.line.setCursorPosition(min(place, len(text)) if self.line.hasFocus() else 0)

    def _made(self, text: str) -> Any:
        if not text.strip() and (not self.plan.required or self.plan.kind not in ("line", "words")):
            return UNSET
        return self._read(text)

    def _typed(self, text: str) -> None:
        if not self._judge(text):
            self.context.keep_draft(self.path, text, self._value)
            return
        self.context.keep_draft(self.path, None)
        self._value = self._made(text)
        self.edited.emit(self._value, ())

    def _judge(self, text: str) -> bool:
        try:
            self._made(text)
        except ValueError as error:
            self.complained.emit(str(error))
            return False
        self.complained.emit("")
        return True

    def _settle(self) -> None:
        """What was typed is shown as the value is written, once the person has gone on."""
        if self.context.draft(self.path) is None:
            self._show(self._text(self._value))


def line_control(context: FormContext, plan: FieldPlan, path: str) -> Control:
    """The line for a plain value of this kind."""
    if plan.kind == "whole":
        return LineControl(context, plan, path, read_whole)
    if plan.kind == "number":
        return LineControl(context, plan, path, read_number)
    if plan.kind == "duration":
        made = LineControl(context, plan, path, read_duration, lambda v: words_of(v) if isinstance(v, str) else str(v))
        made.line.setPlaceholderText("such as 2 days")
        return made
    if plan.kind == "instant":
        return LineControl(context, plan, path, read_instant)
    return LineControl(context, plan, path)


def seconds_control(context: FormContext, plan: FieldPlan, path: str) -> Control:
    """A number of seconds, typed in words."""
    return LineControl(
        context, plan, path, read_seconds, lambda v: words_of_seconds(Decimal(v)) if not isinstance(v, str) else v
    )


class WordsControl(Control):
    """Several lines of plain text."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str) -> None:
        super().__init__(context, plan, path)
        self.editor = CodeEditor(context.services.theme, code=False, lines=2)
        self.column.addWidget(self.editor)
        self.editor.typed.connect(lambda text: self.edited.emit(text if text or plan.required else UNSET, ()))

    def focus_target(self) -> QWidget:
        return self.editor

    def show_value(self, value: Any) -> None:
        self.editor.show_text(value if isinstance(value, str) else "")


class FlagControl(Control):
    """Yes or no, with its name beside it."""

    labelled = True

    def __init__(self, context: FormContext, plan: FieldPlan, path: str) -> None:
        super().__init__(context, plan, path)
        self.box = QCheckBox(plan.title.replace("&", "&&"))
        self.column.addWidget(self.box)
        self.box.clicked.connect(lambda: self.edited.emit(self.box.isChecked(), ()))

    def focus_target(self) -> QWidget:
        return self.box

    def show_value(self, value: Any) -> None:
        self.box.setChecked(bool(self.plan.default if value is UNSET else value))


Option = tuple[Any, str]


class ChoiceControl(Control):
    """One of a few; ``options()`` is asked each time, so that what the project has is what is offered."""

    def __init__(
        self,
        context: FormContext,
        plan: FieldPlan,
        path: str,
        options: Callable[[], Sequence[Option]] | None = None,
        *,
        more: Sequence[tuple[str, Callable[[], None]]] = (),
        empty: str = "",
    ) -> None:
        super().__init__(context, plan, path)
        self._options = options if options is not None else self._options_of_plan
        self._more, self._empty = more, empty
        self._shown: list[Option] = []
        self._value: Any = UNSET
        self.combo = Combo()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.combo, 1)
        self.column.addLayout(row)
        self.combo.activated.connect(self._chosen)

    def _options_of_plan(self) -> Sequence[Option]:
        titles = self.plan.titles or {}
        return [(one, titles.get(one, option_words(one))) for one in self.plan.options]

    def focus_target(self) -> QWidget:
        return self.combo

    def show_value(self, value: Any) -> None:
        self._value = value
        shown = self.plan.default if value is UNSET and self.plan.default is not None else value
        options = list(self._options())
        if not self.plan.required and self.plan.default is None:
            options.insert(0, (UNSET, self._empty or "Not set"))
        elif value is UNSET and self.plan.default is None:
            options.insert(0, (UNSET, self._empty or "Choose …"))
        if shown is not UNSET and shown is not None and all(not same(one, shown) for one, _ in options):
            options.append((shown, f"{shown} (not in this project)" if self._more else str(shown)))
        if options != self._shown:
            self._shown = options
            self.combo.clear()
            for _, words in options:
                self.combo.addItem(words)
            self.combo.choices = len(options) if self._more else None
            if self._more:
                self.combo.insertSeparator(self.combo.count())
                self.combo.addItems([words for words, _ in self._more])
        at = next((n for n, (one, _) in enumerate(options) if one is shown or same(one, shown)), 0)
        self.combo.setCurrentIndex(at)
        self.combo.setToolTip("")

    def _chosen(self, index: int) -> None:
        if index >= len(self._shown):
            self.show_value(self._value)
            behind = index - len(self._shown) - 1  # the line between
            if 0 <= behind < len(self._more):
                self._more[behind][1]()
            return
        value = self._shown[index][0]
        if value is UNSET and self._value is UNSET:
            return
        self._value = value
        self.edited.emit(value, ())


def option_words(option: Any) -> str:
    """A choice as people read it."""
    if isinstance(option, bool):
        return "Yes" if option else "No"
    return as_read(str(option))
