"""``FlowSettings``: title, owner, time allowed, input, outcomes of one flow, and the roles that all flows share.

Law: like every form, each edit is one command, and the page follows the document.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from PySide6.QtCore import Qt, QTimer, QTimeZone
from PySide6.QtWidgets import QCompleter

from designer.document.command import Command, CommandRefused, naming, visit_in
from designer.document.commands.carry_input import carry_input
from designer.document.commands.retitle import retitle_outcome, retitle_role
from designer.document.commands.set_field import value_at
from designer.document.commands.set_flow_field import add_outcome, remove_outcome, set_flow_field
from designer.document.commands.set_part import remove_role, set_role, set_sample
from designer.document.counted import counted
from designer.document.document import Change
from designer.document.lookup import uses_of_name
from designer.document.names import fresh, title_of
from designer.editors.flow_settings.lines import OutcomeLine, RoleLine, Rows
from designer.forms.context import FormContext
from designer.forms.control import Control, LineControl
from designer.forms.field_box import FieldBox, HelpFollower
from designer.forms.field_plan import FieldPlan
from designer.forms.fresh_names import fresh_names
from designer.forms.governance import OWNER
from designer.forms.making import make_control
from designer.forms.row_buttons import AddButton
from designer.forms.schema_fields import SchemaControl
from designer.pieces.page import Card, Page, side_by_side
from designer.pieces.when_seen import WhenSeen
from designer.services import Services
from runtime.model.problems import Problem
from runtime.model.project import Project

FIELDS = (
    FieldPlan("title", "line", "Title", "What people call this flow."),
    FieldPlan(
        "description", "words", "What it is for", "A few sentences for a colleague who sees it for the first time."
    ),
    OWNER,
    FieldPlan("sla", "duration", "Time allowed", "How long a run should take, such as 5 days."),
    FieldPlan(
        "zone",
        "line",
        "Time zone",
        "In which today, months and years are reckoned, such as Europe/Berlin.",
        default="UTC",
    ),
)
INPUT = FieldPlan("input_schema", "json", "Fields")


def tab_title(services: Services, key: str) -> str:
    """What the tab says."""
    flow = services.document.project.flows.get(key)
    return f"Settings of {title_of(flow)}" if flow is not None else "Flow settings"


class FlowSettings(Page):
    """One flow's page."""

    def __init__(self, services: Services, flow: str) -> None:
        super().__init__("Flow settings", "What this flow is, what it needs to start, and how it can end.")
        self.services, self.flow_id = services, flow
        self.context = FormContext(services, lambda path, value, _inside: self._set(path, value), flow)
        self._help = HelpFollower(self)
        self.boxes: dict[str, FieldBox] = {}
        about = Card("About")
        for plan in FIELDS:
            self.boxes[plan.name] = self._box(plan, make_control(self.context, plan, plan.name))
        self._complete_zones()
        about.body.addWidget(self.boxes["title"])
        about.body.addWidget(self.boxes["description"])
        about.body.addLayout(side_by_side(self.boxes["owner"], self.boxes["sla"], self.boxes["zone"]))
        self.column.addWidget(about)
        start = Card("What it is started with", "A run is refused if what it is given does not fit.")
        self.input = SchemaControl(self.context, INPUT, "input_schema", wide=True)
        self.boxes["input_schema"] = self._box(INPUT, self.input, bare=True)
        self.input.exampled.connect(self._keep_example)
        start.body.addWidget(self.boxes["input_schema"])
        self.column.addWidget(start)
        ends = Card("Outcomes", "How it can end, as the business calls it. Resolved: the customer's matter is settled.")
        self.outcomes = Rows()
        self.add_outcome = AddButton(self.context, "Add outcome")
        self.add_outcome.clicked.connect(self._new_outcome)
        ends.body.addWidget(self.outcomes)
        ends.body.addWidget(self.add_outcome, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(ends)
        people = Card(
            "Roles of this project",
            "Who the flows speak of. Who is in a role is set on each machine or in your directory.",
        )
        self.roles = Rows()
        self.add_role = AddButton(self.context, "Add role")
        self.add_role.clicked.connect(self._new_role)
        people.body.addWidget(self.roles)
        people.body.addWidget(self.add_role, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(people)
        self.end()
        self._refreshed = WhenSeen(self, self.refresh)
        services.document.changed.connect(self._follow)  # a method: it is let go of with the page
        services.checking.changed.connect(self.show_problems)
        self._show_fields()
        QTimer.singleShot(0, self, self._show_rows)  # they stand below what is seen first

    def _follow(self, change: Change) -> None:
        self._refreshed.wish()
        if change.undone:
            self._show_again(change)

    def _show_again(self, change: Change) -> None:
        """An outcome or a role that undo brought back is scrolled to: the lists are long."""
        for rows, of in ((self.outcomes, self._outcomes_of), (self.roles, lambda project: project.file.roles)):
            before, after = ([one.id for one in of(project)] for project in (change.before, change.after))
            came = [number for number, one in enumerate(after) if one not in before]
            if len(came) == 1 and len(rows.lines) == len(after):
                line = rows.lines[came[0]]
                QTimer.singleShot(0, line, lambda at=line: self.scroll_to(at))

    def _outcomes_of(self, project: Project) -> tuple[Any, ...]:
        flow = project.flows.get(self.flow_id)
        return () if flow is None else flow.outcomes

    def refresh(self) -> None:
        """Show what the document says now."""
        self._show_fields()
        self._show_rows()

    def _show_fields(self) -> None:
        flow = self.context.flow
        if flow is None:
            return
        raw = flow.model_dump(by_alias=True, exclude_unset=True, exclude={"nodes", "edges"})
        for name, box in self.boxes.items():
            box.show_value(value_at(raw, (name,)))
        self.show_problems()

    def _show_rows(self) -> None:
        flow = self.context.flow
        if flow is None:
            return
        self.outcomes.show_rows(flow.outcomes, lambda: OutcomeLine(self))
        self.roles.show_rows(self.services.document.project.file.roles, lambda: RoleLine(self))

    def _keep_example(self, value: Any) -> None:
        """The first case is there to be tried, and its values are seen in every field."""
        document = self.services.document
        if not document.project.samples.get(self.flow_id):
            document.do(set_sample(self.flow_id, "example", value))

    def show_part(self, field: str) -> None:
        """The cursor into a field, a path as in ``Where.field``; roles are the project's. Where no outcome and no role
        is meant by its number, it goes to where one is added.
        """
        QTimer.singleShot(0, self, lambda: self._go_to(field))  # the lists come a moment after the page

    def _go_to(self, field: str) -> None:
        name, number = re.match(r"(\w*)(?:\[(\d+)\])?", field).groups()  # type: ignore[union-attr]
        lists = {"outcomes": (self.outcomes, self.add_outcome), "roles": (self.roles, self.add_role)}
        if name in lists:
            rows, add = lists[name]
            if not rows.focus(int(number or 0)):
                add.setFocus()
        elif name in self.boxes:
            self.boxes[name].take_focus()
        if (focused := self.focusWidget()) is not None:
            self.ensureWidgetVisible(focused)

    def show_problems(self) -> None:
        """What the check says about the flow itself."""
        found: dict[str, Problem] = {}
        for problem in self.services.checking.of(self.flow_id):
            if problem.where.node is None and problem.where.edge is None:
                found.setdefault((problem.where.field or "").split(".")[0].split("[")[0], problem)
        for name, box in self.boxes.items():
            box.show_problem(found.get(name))

    def do(self, command: Command) -> bool:
        """Performs it; what is refused is said in the status line."""
        try:
            return self.services.document.do(command)
        except (CommandRefused, ValueError) as refused:
            self.say(str(refused))
            return False

    def say(self, words: str) -> None:
        """In the status line."""
        if self.services.window is not None:
            self.services.window.say(words)

    def _set(self, path: tuple[str | int, ...], value: Any, inside: Any = ()) -> None:
        command = set_flow_field(self.flow_id, path, value, inside=tuple(inside))
        visit = visit_in(inside)
        if visit is not None:
            command = naming(visit, command, carry_input(self.flow_id, visit.old, visit.new))
        self.do(command)

    def _box(self, plan: FieldPlan, control: Control, *, bare: bool = False) -> FieldBox:
        control.edited.connect(lambda value, inside: self._set((plan.name,), value, inside))
        return FieldBox(self.context, plan, plan.name, control, bare=bare)

    def _complete_zones(self) -> None:
        control = self.boxes["zone"].control
        if isinstance(control, LineControl):
            completer = QCompleter(zone_names(), control.line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.activated.connect(lambda text: self._set(("zone",), text))
            control.line.setCompleter(completer)

    def _new_outcome(self) -> None:
        flow = self.context.flow
        if flow is None:
            return
        number = len(flow.outcomes) + 1
        name = fresh(f"outcome_{number}", [one.id for one in flow.outcomes])
        if self.do(add_outcome(self.flow_id, name, f"Outcome {number}")):
            fresh_names(self.services).add("outcome", self.flow_id, name)
            self.outcomes.focus_last()

    def _new_role(self) -> None:
        roles = [role.id for role in self.services.document.project.file.roles]
        name = fresh(f"role_{len(roles) + 1}", roles)
        if self.do(set_role(name, f"Role {len(roles) + 1}")):
            fresh_names(self.services).add("role", name)
            self.roles.focus_last()

    def retitle_outcome(self, outcome: str, title: str) -> None:
        """An outcome's title; its name follows while it is new and nothing mentions it."""
        flow = self.context.flow
        if flow is None:
            return
        place, names = [one.id for one in flow.outcomes].index(outcome), fresh_names(self.services)
        follow = ("outcome", flow.id, outcome) in names
        if self.do(retitle_outcome(flow.id, place, title, follow=follow)) and follow:
            names.add("outcome", flow.id, self.services.document.project.flows[flow.id].outcomes[place].id)

    def remove_outcome(self, outcome: str) -> None:
        """An outcome fewer; ends that have it are counted."""
        flow = self.context.flow
        ends = sum(node.config.get("outcome") == outcome for node in flow.nodes) if flow is not None else 0
        if self.do(remove_outcome(self.flow_id, outcome)):
            self._say_used(outcome, ends)

    def remove_role(self, role: str) -> None:
        """A role fewer; steps that name it are counted."""
        steps = {(hit.flow, hit.node) for hit in uses_of_name(self.services.document.project, "role", role)}
        if self.do(remove_role(role)):
            self._say_used(role, len(steps))

    def _say_used(self, name: str, steps: int) -> None:
        if steps:
            self.say(
                f"“{name}” was used by {counted(steps, 'step')}; the problems list names them. Ctrl Z brings it back."
            )

    def retitle_role(self, role: str, title: str) -> None:
        """A role's title; its name follows while it is new and nothing mentions it."""
        place = [one.id for one in self.services.document.project.file.roles].index(role)
        names = fresh_names(self.services)
        follow = ("role", role) in names
        if self.do(retitle_role(place, title, follow=follow)) and follow:
            names.add("role", self.services.document.project.file.roles[place].id)


@cache
def zone_names() -> list[str]:
    """Names of zones by region, as Qt knows them. Asked for while nobody waits: it takes 10 ms."""
    names = (bytes(name.data()).decode("ascii", "replace") for name in QTimeZone.availableTimeZoneIds())
    return sorted(name for name in names if "/" in name or name == "UTC")
