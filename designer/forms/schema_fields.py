"""``SchemaControl``: a JSON Schema of an object as a list of fields: name, kind, whether it has to be there.

For what flows are started with, forms that people fill in, and results that are expected. What a row does not show
(limits, descriptions, inner objects) stays as it is; the whole can be seen and written as JSON, and made from an
example.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from designer.document.command import Visit, fresh_visit
from designer.document.commands.set_field import UNSET, same
from designer.forms.choices import read_choices
from designer.forms.context import FormContext
from designer.forms.control import Control
from designer.forms.example_dialog import ExampleDialog
from designer.forms.field_plan import FieldPlan
from designer.forms.json_control import JsonControl
from designer.forms.row_buttons import AddButton
from designer.forms.schema_row import GAP, KINDS, SchemaRow
from designer.forms.schema_shape import holds_for, is_object_schema, of_kind, schema_of_example
from designer.pieces import LinkButton, PlainText, asked
from designer.theme.type_scale import CAPTION

SIMPLE_KINDS = tuple(
    kind for kind in KINDS if kind[0] in ("string", "lines", "number", "integer", "boolean", "date", "enum")
)


def _once() -> tuple[str, Hashable]:
    """The place of an edit that is a step of its own: what is clicked, not typed."""
    return "once", fresh_visit()


class SchemaControl(Control):
    """Rows for the fields of an object; JSON for every other schema. ``exampled`` tells the example that was taken."""

    exampled = Signal(object)

    def __init__(
        self,
        context: FormContext,
        plan: FieldPlan,
        path: str,
        *,
        simple: bool = False,
        wide: bool = False,
        preview: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(context, plan, path)
        self._schema: Any = UNSET
        self._kinds = SIMPLE_KINDS if simple else KINDS
        self._wide = wide
        self.rows: list[SchemaRow] = []
        self._spare: list[SchemaRow] = []
        """rows that are not shown, the next one at the end: making one is dear"""
        self.holder = QVBoxLayout()
        self.holder.setContentsMargins(0, 0, 0, 0)
        self.holder.setSpacing(6)
        self.fields = QWidget()
        body = QVBoxLayout(self.fields)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        self._heads = QWidget()
        self._heads_end = QWidget(self._heads)
        body.addWidget(self._make_heads())
        self._heads.hide()  # until there is a row
        body.addLayout(self.holder)
        self.add = AddButton(context, "Add field")
        self.add.clicked.connect(self.add_field)
        self.example = LinkButton("From an example …")
        self.example.clicked.connect(self._ask_example)
        self.as_json = LinkButton("As JSON")
        self.as_json.setCheckable(True)
        self.as_json.toggled.connect(self._turn)
        links = QHBoxLayout()
        links.setSpacing(8)
        links.addWidget(self.add)
        links.addStretch(1)
        self.json = JsonControl(context, plan, path, lines=4)
        self.json.edited.connect(self._write)
        self.json.complained.connect(self.complained)
        self.column.addWidget(self.fields)
        self.column.addWidget(self.json)
        self.column.addLayout(links)
        more = links if wide else QHBoxLayout()
        if not wide:
            self.column.addLayout(more)
        more.addWidget(self.example)
        more.addWidget(self.as_json)
        if preview is not None:
            seen = LinkButton("Preview")
            seen.clicked.connect(preview)
            links.addWidget(seen)
        if not wide:
            more.addStretch(1)
        self.json.hide()
        self._heads.hide()
        self.json.editor.setAccessibleName(f"{plan.title}, as JSON")
        self.add.setAccessibleName(f"Add a field to {plan.title}")

    def _make_heads(self) -> QWidget:
        """What the parts of a row are, above them; a wide row says itself that it is required."""
        line = QHBoxLayout(self._heads)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        for words, share in (("Name", 5), ("Label for people", 6), ("Kind", 4)):
            if self._wide or share != 6:
                head = PlainText(words, CAPTION, "muted", parent=self._heads)
                head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
                line.addWidget(head, share)
        if self._wide:
            line.addWidget(self._heads_end)
        else:
            needed = PlainText("Needed", CAPTION, "muted", parent=self._heads)
            needed.setFixedWidth(48)
            line.addWidget(needed)
        return self._heads

    def focus_target(self) -> QWidget:
        if self.as_json.isChecked():
            return self.json.editor
        return self.rows[0].name if self.rows else self.add

    def set_invalid(self, invalid: bool) -> None:
        self.json.set_invalid(invalid)

    def show_value(self, value: Any) -> None:
        if same(value, self._schema) and len(self.rows) == len(self._properties(value)):
            self.json.show_value(value)
            return
        self._schema = value
        self.json.show_value(value)
        fits = value is UNSET or value is None or is_object_schema(value)
        self.as_json.setEnabled(fits)
        if not fits:
            self.as_json.setChecked(True)
        self._draw()

    def forget(self) -> None:
        super().forget()
        self._schema = UNSET
        for row in self.rows:
            row.forget()
        self.json.forget()
        self.as_json.setChecked(False)

    def prepare(self, value: Any) -> Iterator[None]:
        wanted = len(self._properties(value))
        while len(self.rows) + len(self._spare) < wanted:
            row = SchemaRow(self, self._kinds, wide=self._wide)
            row.hide()
            self.holder.addWidget(row)
            self._spare.insert(0, row)
            yield

    # --- what persons do ---

    def add_field(self) -> None:
        """A field more."""
        taken = self._properties(self._schema)
        name, number = "field", 2
        while name in taken:
            name, number = f"field_{number}", number + 1
        self._put({**taken, name: {"type": "string"}}, [*self._required(), name], _once())
        self._draw()
        self.rows[-1].name.setFocus()
        self.rows[-1].name.selectAll()

    def rename(self, row: SchemaRow, name: str, visit: Visit) -> None:
        """A field under another name, in its place; ``edited`` tells the visit, so that what reads it goes along."""
        properties, number = self._properties(self._schema), self.rows.index(row)
        old = list(properties)[number]
        if not name or (name in properties and name != old):
            row.complain("Another field has this name." if name else "A field needs a name.")
            return
        row.complain("")
        self._put(
            {name if key == old else key: value for key, value in properties.items()},
            [name if key == old else key for key in self._required()],
            visit,
        )

    def name_of(self, row: SchemaRow) -> str:
        """The field that a row shows."""
        return list(self._properties(self._schema))[self.rows.index(row)]

    def turn(self, row: SchemaRow, kind: str) -> None:
        """A field of another kind; its title and description stay."""
        properties, number = self._properties(self._schema), self.rows.index(row)
        name = list(properties)[number]
        self._put({**properties, name: of_kind(properties[name], kind)}, self._required(), _once())
        self._draw()

    def choices(self, row: SchemaRow, words: str) -> None:
        """What can be chosen."""
        properties, number = self._properties(self._schema), self.rows.index(row)
        name = list(properties)[number]
        known = {str(one): one for one in properties[name].get("enum", ())}  # a number stays one
        options = [known.get(one, one) for one in read_choices(words)]
        if options:
            choosing = {**properties, name: {**properties[name], "enum": options}}
            self._put(choosing, self._required(), ("choices", name))

    def retitle(self, row: SchemaRow, title: str) -> None:
        """What people read at it."""
        properties, number = self._properties(self._schema), self.rows.index(row)
        name = list(properties)[number]
        changed = {key: value for key, value in properties[name].items() if key != "title"}
        titled = {**properties, name: {**changed, "title": title} if title else changed}
        self._put(titled, self._required(), ("title", name))

    def need(self, row: SchemaRow, required: bool) -> None:
        """Whether it has to be there."""
        properties, number = self._properties(self._schema), self.rows.index(row)
        name = list(properties)[number]
        kept = [key for key in self._required() if key != name]
        self._put(properties, [key for key in properties if key in kept or (required and key == name)], _once())

    def remove(self, row: SchemaRow) -> None:
        """A field fewer."""
        properties, number = self._properties(self._schema), self.rows.index(row)
        gone = list(properties)[number]
        left = {key: value for key, value in properties.items() if key != gone}
        self._put(left, [key for key in self._required() if key != gone], _once())
        self._draw()

    def shift(self, row: SchemaRow, step: int) -> None:
        """Up or down: the order in which people see them."""
        properties, number = list(self._properties(self._schema).items()), self.rows.index(row)
        to = number + step
        if 0 <= to < len(properties):
            properties[number], properties[to] = properties[to], properties[number]
            self._put(dict(properties), self._required(), _once())
            self._draw()
            self.rows[to].name.setFocus()

    def take_example(self, value: Any) -> None:
        """The schema that an example fits."""
        made = schema_of_example(value)
        known, needed = self._properties(self._schema), self._required()
        properties, required = dict(made.get("properties", {})), set(made.get("required", ()))
        for name in properties:
            if name in known and holds_for(known[name], value[name]):
                properties[name] = known[name]
                required = required | {name} if name in needed else required - {name}
        self._put(properties, [name for name in properties if name in required], _once())
        self._draw()
        self.exampled.emit(value)

    # --- inside ---

    def _put(self, properties: Mapping[str, Any], required: list[str], inside: Visit | tuple[str, Hashable]) -> None:
        """``inside``: what is typed in, so that what is done to another field is another step of the history."""
        before = dict(self._schema) if isinstance(self._schema, Mapping) else {}
        if not properties and not self.plan.required and set(before) <= {"type", "properties", "required"}:
            self._write(UNSET, (inside,))
            return
        schema = {"type": "object", **before, "properties": dict(properties)}
        schema.pop("required", None)
        if required:
            schema["required"] = [name for name in properties if name in required]
        ordered = {
            key: schema[key] for key in [*before, *(key for key in schema if key not in before)] if key in schema
        }
        self._write(ordered, (inside,))

    def _write(self, schema: Any, inside: Any = ()) -> None:
        self._schema = schema
        self.edited.emit(schema, inside)
        self.json.show_value(schema)

    def _properties(self, schema: Any) -> dict[str, Any]:
        found = schema.get("properties") if isinstance(schema, Mapping) else None
        if not isinstance(found, Mapping):
            return {}
        return {str(name): inner if isinstance(inner, Mapping) else {} for name, inner in found.items()}

    def _required(self) -> list[str]:
        found = self._schema.get("required") if isinstance(self._schema, Mapping) else None
        return [str(name) for name in found] if isinstance(found, list | tuple) else []

    def _draw(self) -> None:
        properties, required = self._properties(self._schema), self._required()
        while len(self.rows) > len(properties):
            row = self.rows.pop()
            row.hide()
            self._spare.append(row)
        while len(self.rows) < len(properties):
            if self._spare:
                row = self._spare.pop()
                row.show()
            else:
                row = SchemaRow(self, self._kinds, wide=self._wide)
                self.holder.addWidget(row)
            self.rows.append(row)
        self._heads.setVisible(bool(self.rows))
        if self.rows:
            self._heads_end.setFixedWidth(self.rows[0].end_width())
        for row, (name, inner) in zip(self.rows, properties.items(), strict=True):
            row.fill(name, inner, name in required)

    def _turn(self, as_json: bool) -> None:
        self.json.setVisible(as_json)
        self.fields.setVisible(not as_json)
        self.add.setVisible(not as_json)
        self.as_json.setText("As fields" if as_json else "As JSON")
        self._draw()

    def _ask_example(self) -> None:
        dialog = ExampleDialog(self.context, self)
        if asked(dialog):
            self.take_example(dialog.value)
