"""Controls of groups: several fields together, and one of several kinds of group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from designer.document.commands.set_field import UNSET, same
from designer.forms.context import FormContext
from designer.forms.control import ChoiceControl, Control, option_words
from designer.forms.field_box import FieldBox
from designer.forms.field_plan import FieldPlan, start_value

Make = Callable[[FormContext, FieldPlan, str], Control]
"""makes the control of a field at a written path"""


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

    def forget(self) -> None:
        super().forget()
        for box in self.boxes.values():
            box.control.forget()

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

    def forget(self) -> None:
        super().forget()
        self._kept = {}
        if self._group is not None:
            self._group.forget()

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
