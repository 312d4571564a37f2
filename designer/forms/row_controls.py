"""Controls of several values: lists, named values, groups of fields, one of several kinds.

Law: rows are kept and filled anew, never thrown away while a person types in one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from designer.document.commands.set_field import UNSET, same
from designer.forms.alive import alive
from designer.forms.context import FormContext
from designer.forms.control import ChoiceControl, Control, LineEdit, option_words
from designer.forms.field_box import FieldBox
from designer.forms.field_plan import FieldPlan, start_value
from designer.pieces import IconButton, LinkButton, PlainText
from designer.theme.icons import icon

Make = Callable[[FormContext, FieldPlan, str], Control]


class AddButton(LinkButton):
    """A link with a plus before it."""

    def __init__(self, context: FormContext, words: str) -> None:
        super().__init__(words)
        self._theme = context.services.theme
        self._theme.changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        self.setIcon(icon("plus", self._theme.palette.text.link, size=14))


class RowButton(QToolButton):
    """The menu of one row: up, down, remove; also by Alt and arrows inside the row."""

    def __init__(
        self, context: FormContext, row: QWidget, move: Callable[[int], None], remove: Callable[[], None]
    ) -> None:
        super().__init__()
        self._theme = context.services.theme
        self.setProperty("role", "icon")
        self.setFixedSize(24, 24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("Move or remove")
        self.setAccessibleName("Move or remove this row")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_of_row = QMenu(self)
        for words, key, run in (
            ("Move up", "Alt+Up", lambda: move(-1)),
            ("Move down", "Alt+Down", lambda: move(1)),
            ("Remove", "Ctrl+Backspace", remove),
        ):
            entry = QAction(words, row)
            entry.setShortcut(QKeySequence(key))
            entry.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            entry.triggered.connect(lambda _checked=False, run=run: run())
            row.addAction(entry)
            self.menu_of_row.addAction(entry)
        self.setMenu(self.menu_of_row)
        self._theme.changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        self.setIcon(icon("ellipsis", self._theme.palette.text.muted, size=14))


class ModelControl(Control):
    """A group of fields."""

    def __init__(
        self,
        context: FormContext,
        plan: FieldPlan,
        path: str,
        make: Make,
        *,
        skip: frozenset[str] = frozenset(),
        compact: bool = False,
    ) -> None:
        super().__init__(context, plan, path)
        self._value: Any = {}
        self.boxes: dict[str, FieldBox] = {}
        self.column.setSpacing(10)
        fields = [field for field in plan.fields if field.name not in skip]
        short = [field for field in fields if compact and field.kind in ("whole", "number", "choice")]
        pair = QHBoxLayout()
        pair.setSpacing(10)
        if short:
            self.column.addLayout(pair)
        for field in (*short, *(field for field in fields if field not in short)):
            inner = f"{path}.{field.name}"
            control = make(context, field, inner)
            box = FieldBox(context, field, inner, control)
            control.edited.connect(lambda value, inside, name=field.name: self._edit(name, value, inside))
            self.boxes[field.name] = box
            if field in short:
                pair.addWidget(box, 1, Qt.AlignmentFlag.AlignTop)
            else:
                self.column.addWidget(box)

    def focus_target(self) -> QWidget:
        first = next(iter(self.boxes.values()), None)
        return first.control.focus_target() if first is not None else self

    def set_invalid(self, invalid: bool) -> None:
        """The group itself has no outline; its fields have."""

    def show_value(self, value: Any) -> None:
        self._value = value if isinstance(value, Mapping) else {}
        for name, box in self.boxes.items():
            box.show_value(self._value.get(name, UNSET))

    def put(self, name: str, value: Any) -> dict[str, Any]:
        """The group with one field changed."""
        changed = dict(self._value)
        if value is UNSET:
            changed.pop(name, None)
        else:
            changed[name] = value
        self._value = changed
        return changed

    def _edit(self, name: str, value: Any, inside: Any) -> None:
        self.edited.emit(self.put(name, value), (name, *inside))


class Row(QFrame):
    """One row of a list."""

    def __init__(self, control: Control, box: FieldBox) -> None:
        super().__init__()
        self.control, self.box = control, box
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(4)
        self.line.addWidget(box, 1)


class ListControl(Control):
    """Rows one below the other."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str, make: Make) -> None:
        super().__init__(context, plan, path)
        assert plan.item is not None
        self._make = make
        self._item = plan.item if plan.item.title else replace(plan.item, title=singular(plan.title))
        self._value: list[Any] = []
        self.rows: list[QWidget] = []
        self.holder = QVBoxLayout()
        self.holder.setContentsMargins(0, 0, 0, 0)
        self.holder.setSpacing(6)
        self.column.addLayout(self.holder)
        self.add = AddButton(context, f"Add {singular(plan.title).lower()}")
        self.add.clicked.connect(self._add)
        self.column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def focus_target(self) -> QWidget:
        return self._control(0).focus_target() if self.rows else self.add

    def set_invalid(self, invalid: bool) -> None:
        """The rows say what is wrong with them."""

    def show_value(self, value: Any) -> None:
        self._value = list(value) if isinstance(value, list | tuple) else []
        while len(self.rows) > len(self._value):
            row = self.rows.pop()
            self._forget(len(self.rows))
            self.holder.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self.rows) < len(self._value):
            row = self._row(len(self.rows))
            self.rows.append(row)
            self.holder.addWidget(row)
        for number, item in enumerate(self._value):
            self._fill(number, item)

    # --- what kinds of lists make differently ---

    def _row(self, number: int) -> QWidget:
        path = self._path(number)
        control = self._make(self.context, self._item, path)
        box = FieldBox(self.context, self._item, path, control, bare=True)
        holder = Row(control, box)
        button = RowButton(self.context, holder, lambda step: self._move(holder, step), lambda: self._remove(holder))
        holder.line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        control.edited.connect(lambda value, inside: self._edit(self.rows.index(holder), value, inside))
        return holder

    def _fill(self, number: int, item: Any) -> None:
        self._control(number).show_value(item)

    def _control(self, number: int) -> Control:
        row = self.rows[number]
        return row.control  # type: ignore[attr-defined,no-any-return]

    def _new(self) -> Any:
        return start_value(self._item)

    # --- changes ---

    def _edit(self, number: int, value: Any, inside: Any) -> None:
        changed = list(self._value)
        changed[number] = "" if value is UNSET else value
        self._value = changed
        self.edited.emit(changed, (number, *inside))

    def _add(self) -> None:
        changed = [*self._value, self._new()]
        self.edited.emit(changed, ("add", len(changed)))
        if not alive(self.holder):
            return  # the change made the form anew, which shows the row already
        self.show_value(changed)
        self._control(len(changed) - 1).focus_target().setFocus()

    def _remove(self, row: QWidget) -> None:
        number = self.rows.index(row)
        changed = [item for n, item in enumerate(self._value) if n != number]
        self.edited.emit(changed, ("remove", len(changed)))
        if not alive(self.holder):
            return
        self.show_value(changed)
        target = self._control(min(number, len(changed) - 1)).focus_target() if changed else self.add
        target.setFocus()

    def _move(self, row: QWidget, step: int) -> None:
        number = self.rows.index(row)
        to = number + step
        if not 0 <= to < len(self._value):
            return
        changed = list(self._value)
        changed[number], changed[to] = changed[to], changed[number]
        self.edited.emit(changed, ("move", number, to))
        self.show_value(changed)
        self._control(to).focus_target().setFocus()

    def _path(self, number: int) -> str:
        return f"{self.path}[{number + 1}]"

    def _forget(self, number: int) -> None:
        begin = self._path(number)
        for path in [p for p in self.context.boxes if p == begin or p.startswith((f"{begin}.", f"{begin}["))]:
            del self.context.boxes[path]


class MapControl(Control):
    """Named values: a name, and its value below or beside."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str, make: Make) -> None:
        super().__init__(context, plan, path)
        assert plan.item is not None
        self._make, self._item = make, plan.item
        self._pairs: list[tuple[str, Any]] = []
        self._shown: Any = UNSET
        self.rows: list[_Pair] = []
        self.holder = QVBoxLayout()
        self.holder.setContentsMargins(0, 0, 0, 0)
        self.holder.setSpacing(8)
        self.column.addLayout(self.holder)
        self.add = AddButton(context, f"Add {_one(plan.title)}")
        self.add.clicked.connect(self._add)
        self.column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def focus_target(self) -> QWidget:
        return self.rows[0].name if self.rows else self.add

    def set_invalid(self, invalid: bool) -> None:
        """The rows say what is wrong with them."""

    def show_value(self, value: Any) -> None:
        given = dict(value) if isinstance(value, Mapping) else {}
        if same(given, self._named()) and len(self.rows) == len(self._pairs):
            return
        self._pairs = list(given.items())
        self._draw()

    def _named(self) -> dict[str, Any]:
        """What is said: the first of several rows with one name; rows without a name are not said yet."""
        named: dict[str, Any] = {}
        for name, value in self._pairs:
            if name and name not in named:
                named[name] = value
        return named

    def _draw(self) -> None:
        while len(self.rows) > len(self._pairs):
            row = self.rows.pop()
            self.context.boxes.pop(row.box.path, None)
            self.holder.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self.rows) < len(self._pairs):
            row = _Pair(self, self._make)
            self.rows.append(row)
            self.holder.addWidget(row)
        for row, (name, value) in zip(self.rows, self._pairs, strict=True):
            row.fill(name, value)

    def _add(self) -> None:
        self._pairs = [*self._pairs, ("", start_value(self._item))]
        self._draw()
        self.rows[-1].name.setFocus()

    def rename(self, row: _Pair, name: str) -> None:
        """A person typed another name."""
        number = self.rows.index(row)
        taken = any(n != number and other == name for n, (other, _) in enumerate(self._pairs))
        row.complain("Another row has this name; it is not kept until it has its own." if taken else "")
        self._pairs[number] = (name, self._pairs[number][1])
        row.place(self.context, self._path(name))
        self._say(("name", number))

    def change(self, row: _Pair, value: Any, inside: Any) -> None:
        """A person made another value."""
        number = self.rows.index(row)
        name = self._pairs[number][0]
        self._pairs[number] = (name, "" if value is UNSET else value)
        row.complain("" if name else "Give it a name; it is kept here until it has one.")
        self._say((number, *inside))

    def remove(self, row: _Pair) -> None:
        """One fewer."""
        number = self.rows.index(row)
        del self._pairs[number]
        self._draw()
        self._say(("remove", number))
        (self.rows[min(number, len(self.rows) - 1)].name if self.rows else self.add).setFocus()

    def shift(self, row: _Pair, step: int) -> None:
        """Up or down; their order is what people see."""
        number = self.rows.index(row)
        to = number + step
        if 0 <= to < len(self._pairs):
            self._pairs[number], self._pairs[to] = self._pairs[to], self._pairs[number]
            self._draw()
            self._say(("move", number, to))
            self.rows[to].name.setFocus()

    def _say(self, inside: Any) -> None:
        named = self._named()
        self.edited.emit(named if named or self.plan.required else UNSET, inside)

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}"


class _Pair(QFrame):
    """One named value."""

    def __init__(self, owner: MapControl, make: Make) -> None:
        super().__init__()
        assert owner.plan.item is not None
        self._owner = owner
        self.name = LineEdit()
        self.name.setPlaceholderText("Name")
        self.name.setAccessibleName(f"Name, {owner.plan.title}")
        plan = replace(owner.plan.item, title="", required=True, moment=owner.plan.moment)
        self.control = make(owner.context, plan, f"{owner.path}.")
        self.box = FieldBox(owner.context, plan, f"{owner.path}.", self.control, bare=True)
        aside = self.control.aside()
        self._button = RowButton(owner.context, self, lambda step: owner.shift(self, step), lambda: owner.remove(self))
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.name, 1)
        if aside is not None:
            top.addWidget(aside)
        top.addWidget(self._button)
        self._wrong = PlainText("", role="bad", wrap=True)
        self._wrong.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.box)
        column.addWidget(self._wrong)
        self.setProperty("role", "pair")
        self.name.textEdited.connect(lambda text: owner.rename(self, text.strip()))
        self.control.edited.connect(lambda value, inside: owner.change(self, value, inside))

    def fill(self, name: str, value: Any) -> None:
        """Show this pair."""
        if name != self.name.text().strip():
            self.name.setText(name)
        self.place(self._owner.context, f"{self._owner.path}.{name}")
        self.control.show_value(value)

    def place(self, context: FormContext, path: str) -> None:
        """Found under this path from now on."""
        if context.boxes.get(self.box.path) is self.box:
            del context.boxes[self.box.path]
        self.box.path = self.control.path = path
        context.boxes[path] = self.box

    def complain(self, words: str) -> None:
        """What is wrong with the name."""
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))


class UnionControl(Control):
    """One of several kinds of value, or none; each kind has its own fields."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str, make: Make) -> None:
        super().__init__(context, plan, path)
        self._make = make
        self._value: Any = UNSET
        self._kept: dict[str, Any] = {}
        self._group: ModelControl | None = None
        self._tag: Any = UNSET
        options = [(one.name, option_words(one.name)) for one in plan.variants]
        choice = replace(plan, kind="choice", options=tuple(one.name for one in plan.variants), default=None)
        self.choice = ChoiceControl(context, choice, path, lambda: options, empty="None")
        self.choice.edited.connect(lambda value, _inside: self._turn(value))
        self.column.addWidget(self.choice)

    def focus_target(self) -> QWidget:
        return self.choice.combo

    def show_value(self, value: Any) -> None:
        self._value = value
        tag = value.get(self.plan.tag, UNSET) if isinstance(value, Mapping) else UNSET
        self.choice.show_value(tag)
        self._show_group(tag)
        if self._group is not None:
            self._group.show_value(value)

    def _show_group(self, tag: Any) -> None:
        if same(tag, self._tag) and (self._group is None) == (tag is UNSET):
            return
        if self._group is not None:
            for path in [p for p in self.context.boxes if p.startswith(f"{self.path}.")]:
                del self.context.boxes[path]
            self._group.hide()
            self._group.deleteLater()
            self._group = None
        self._tag = tag
        variant = next((one for one in self.plan.variants if one.name == tag), None)
        if variant is not None:
            self._group = ModelControl(self.context, variant, self.path, self._make, skip=frozenset({self.plan.tag}))
            self._group.edited.connect(self._edit)
            self.column.addWidget(self._group)

    def _turn(self, tag: Any) -> None:
        if isinstance(self._value, Mapping):
            self._kept[str(self._value.get(self.plan.tag))] = self._value
        if tag is UNSET:
            value: Any = UNSET
        else:
            variant = next(one for one in self.plan.variants if one.name == tag)
            value = self._kept.get(tag, {**start_value(variant), self.plan.tag: tag})
        self.show_value(value)
        self.edited.emit(value, (self.plan.tag,))

    def _edit(self, value: Any, inside: Any) -> None:
        self._value = value
        self.edited.emit(value, inside)


def singular(title: str) -> str:
    """``Conditions`` -> ``Condition``."""
    if title.startswith("Ways "):
        return f"Way {title[5:]}"
    return title[:-1] if title.endswith("s") and not title.endswith("ss") else title


def _one(title: str) -> str:
    words = {
        "What people see": "fact",
        "Result": "field",
        "Input": "field",
        "More input": "field",
        "Query": "parameter",
    }
    return words.get(title, singular(title).lower())


def icon_button(context: FormContext, name: str, words: str) -> IconButton:
    """A small button with an icon."""
    return IconButton(context.services.theme, name, words)
