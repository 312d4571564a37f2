"""``FormPage``: the fields of a form at the left, the task page as people see it at the right.

For a form of the project, or (key ``flow/step``) for what an approval asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from designer.document.command import CommandRefused, naming, visit_in
from designer.document.commands.carry_answer import carry_answer
from designer.document.commands.set_field import UNSET, set_field
from designer.document.commands.set_part import set_form
from designer.document.names import as_read, title_of
from designer.editors.form.preview import TaskPreview
from designer.forms.context import FormContext
from designer.forms.field_box import FieldBox, HelpFollower
from designer.forms.field_plan import FieldPlan
from designer.forms.schema_fields import SchemaControl
from designer.forms.trying import sample_choice
from designer.pieces.page import Card, Page
from designer.pieces.when_seen import WhenSeen
from designer.services import Services
from runtime.model.flow import Node

SCHEMA = FieldPlan("form", "json", "Fields")
WIDE = 1100


def tab_title(services: Services, key: str) -> str:
    """What the tab says."""
    node = _step(services, key)
    if node is not None:
        return f"Form of {title_of(node)}"
    return as_read(key) or "Form"


def _step(services: Services, key: str) -> Node | None:
    flow_id, slash, node_id = key.partition("/")
    flow = services.document.project.flows.get(flow_id) if slash else None
    return None if flow is None else flow.node(node_id)


class FormPage(Page):
    """One form."""

    def __init__(self, services: Services, key: str) -> None:
        super().__init__(
            tab_title(services, key), "What people fill in with their answer. They see it as at the right."
        )
        self.services, self.key = services, key
        flow_id, _, node_id = key.partition("/")
        self._of_step = bool(node_id)
        self.inner.setMaximumWidth(WIDE)
        self.context = FormContext(services, lambda _path, _value, _inside: None, flow_id, node_id)
        self._help = HelpFollower(self)
        self.control = SchemaControl(self.context, SCHEMA, "config.form", simple=True, wide=True)
        self.box = FieldBox(self.context, SCHEMA, "config.form", self.control, bare=True)
        fields = Card("Fields", "In the order in which people see them.")
        fields.body.addWidget(self.box)
        self.preview = TaskPreview(services)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(fields)
        left.addStretch(1)
        right.addWidget(self.preview)
        right.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(left, 6)
        row.addLayout(right, 5)
        self.column.addLayout(row)
        self.end()
        self.control.edited.connect(self._write)
        self._refreshed = WhenSeen(self, self.refresh)
        services.document.changed.connect(self._refreshed.wish)  # a method: it is let go of with the page
        sample_choice(services).changed.connect(self._refreshed.wish)
        services.checking.changed.connect(self._judge)
        self.refresh()

    def refresh(self) -> None:
        """Show what the document says now."""
        schema = self.schema
        self.title.setText(tab_title(self.services, self.key))
        self.box.show_value(schema)
        self.preview.show_form(schema if isinstance(schema, Mapping) else {}, self._config(), self.context.flow)

    @property
    def schema(self) -> Any:
        """The form as it is now; ``UNSET`` if there is none yet."""
        if self._of_step:
            return self._config().get("form", UNSET)
        return self.services.document.project.forms.get(self.key, UNSET)

    def _config(self) -> Mapping[str, Any]:
        node = _step(self.services, self.key)
        return node.config if node is not None else {}

    def _write(self, value: Any, inside: Any) -> None:
        merge = ("form_page", self.key, *inside)
        try:
            if self._of_step:
                change = set_field(
                    self.context.flow_id,
                    self.context.node_id,
                    ("config", "form"),
                    value,
                    title="Change form",
                    merge=merge,
                )
                visit = visit_in(inside)
                if visit is not None:
                    carry = carry_answer(self.context.flow_id, self.context.node_id, visit.old, visit.new)
                    change = naming(visit, change, carry)
                self.services.document.do(change)
            else:
                self.services.document.do(set_form(self.key, {} if value is UNSET else value, tuple(inside)))
        except CommandRefused as refused:
            self.box.complaint.say(str(refused))

    def _judge(self) -> None:
        found = self.services.checking.of(self.context.flow_id, self.context.node_id) if self._of_step else ()
        self.box.show_problem(next((p for p in found if (p.where.field or "").startswith("config.form")), None))
