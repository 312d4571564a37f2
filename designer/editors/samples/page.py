"""``Samples``: the samples of a flow at the left, the chosen one at the right, held against its input: as the fields
that the flow is started with, or as JSON.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from designer.document.command import Command, CommandRefused
from designer.document.commands.change_parts import delete_sample, rename_sample
from designer.document.commands.set_field import UNSET
from designer.document.commands.set_part import set_sample
from designer.document.document import Change
from designer.document.names import as_read, fresh, title_of
from designer.forms.case_form import CaseFields
from designer.forms.complaint import Complaint
from designer.forms.context import FormContext
from designer.forms.field_plan import FieldPlan
from designer.forms.json_control import JsonControl
from designer.forms.name_dialog import ask_name
from designer.forms.trying import sample_choice
from designer.pieces import EmptyState, LinkButton, PlainText
from designer.pieces.list_page import ListPage
from designer.pieces.page import Card
from designer.pieces.when_seen import WhenSeen
from designer.services import Services
from designer.session.examples import example_of
from designer.theme.type_scale import SMALL
from nodes.contract import from_wire, to_wire
from nodes.contract.json_schema import schema_mistakes, schema_problems
from nodes.contract.values import ValueProblem
from runtime.model.flow import Flow

VALUE = FieldPlan("", "json", "Input")


def tab_title(services: Services, key: str) -> str:
    """What the tab says."""
    flow = services.document.project.flows.get(key.partition("/")[0])
    return f"Samples of {title_of(flow)}" if flow is not None else "Samples"


class Samples(ListPage):
    """One flow's samples."""

    def __init__(self, services: Services, key: str) -> None:
        words = "Named cases to try the flow with. They are kept in the project, for everybody."
        hint = "A sample is one case: what the flow is started with."
        nothing = EmptyState("No samples yet", hint, "New sample", self.new_sample)
        super().__init__("Samples", words, nothing)
        self.services = services
        self.flow_id, _, wanted = key.partition("/")
        self.context = FormContext(services, lambda _path, _value, _inside: None, self.flow_id)
        self.name = wanted or sample_choice(services).of(self.flow_id) or ""
        self.add = QPushButton("New sample")
        self.from_run = QPushButton("From the last run")
        self.head.addWidget(self.from_run, 0, Qt.AlignmentFlag.AlignBottom)
        self.head.addWidget(self.add, 0, Qt.AlignmentFlag.AlignBottom)
        self.card = Card("")
        self.verdict = PlainText("", SMALL, "good", wrap=True)
        self.complaint = Complaint(services.theme)
        self.control = JsonControl(self.context, VALUE, "sample", lines=14)
        self.wrong = Complaint(services.theme)
        self.fields = CaseFields(self.context)
        self.more = PlainText("", SMALL, "muted", wrap=True)
        self.as_json = LinkButton("As JSON")
        self.as_json.setCheckable(True)
        self.as_json.toggled.connect(lambda _on: self._show())
        self.card.head.addWidget(self.as_json)
        rename, delete = LinkButton("Rename"), LinkButton("Delete")
        self.card.head.addWidget(rename)
        self.card.head.addWidget(delete)
        self.card.body.addWidget(self.fields)
        self.card.body.addWidget(self.more)
        self.card.body.addWidget(self.control)
        self.card.body.addWidget(self.wrong)
        self.card.body.addWidget(self.verdict)
        self.card.body.addWidget(self.complaint)
        self.put_cards(self.card)
        self.add.clicked.connect(self.new_sample)
        self.from_run.clicked.connect(self.take_run)
        rename.clicked.connect(self._ask_name)
        delete.clicked.connect(self.delete)
        self.chosen.connect(self._turn)
        self.control.edited.connect(self._write)
        self.fields.edited.connect(self._write)
        self.control.complained.connect(self._say_wrong)
        self._refreshed = WhenSeen(self, self.refresh)
        services.document.changed.connect(self._follow)  # a method: it is let go of with the page
        self.refresh()

    @property
    def flow(self) -> Flow | None:
        """The flow as it is now."""
        return self.context.flow

    def _follow(self, change: Change) -> None:
        self.follow(change.before.samples.get(self.flow_id, {}), change.after.samples.get(self.flow_id, {}))
        self._refreshed.wish()

    def refresh(self) -> None:
        """Show what the document says now."""
        samples = self.services.document.project.samples.get(self.flow_id, {})
        self.show_names([(name, as_read(name)) for name in sorted(samples)])
        self._show()

    def new_sample(self) -> None:
        """An example that the flow's input allows, to be changed."""
        flow = self.flow
        if flow is None:
            return
        value = to_wire(example_of(flow.input_schema)) if flow.input_schema else {}
        self._keep(value if isinstance(value, dict) else {}, "new_sample")

    def take_run(self) -> None:
        """What the run that is shown was started with."""
        story = getattr(self.services.extras.get("session"), "story", None)
        if story is None or story.flow_id != self.flow_id:
            self._say("There is no run of this flow yet. Run it once, then take its input over.")
            return
        self._keep(to_wire(story.state_at(story.last_seq).input), "last_run")

    def delete(self) -> None:
        """This one goes."""
        if self.name:
            self._do(delete_sample(self.flow_id, self.name))

    def rename(self, new: str) -> None:
        """This one under another name."""
        old, self.name = self.name, new
        if self._do(rename_sample(self.flow_id, old, new)):
            self.refresh()
        else:
            self.name = old

    def _ask_name(self) -> None:
        taken = self.services.document.project.samples.get(self.flow_id, {})
        new = ask_name(self, "Rename sample", "What it holds stays.", self.name, taken)
        if new is not None:
            self.rename(new)

    def _keep(self, value: Any, name: str) -> None:
        taken = self.services.document.project.samples.get(self.flow_id, {})
        self.name = fresh(name, taken)
        self._do(set_sample(self.flow_id, self.name, value))
        shown = self.control if self.fields.isHidden() or self.fields.control is None else self.fields.control
        shown.focus_target().setFocus()

    def _turn(self, name: str) -> None:
        sample_choice(self.services).choose(self.flow_id, name)
        self._show()

    def _show(self) -> None:
        if not self.name:
            return
        value = self.services.document.project.samples[self.flow_id][self.name]
        self.card.title.setText(as_read(self.name))
        self.control.path = f"sample/{self.name}"
        self.control.show_value(value)
        self._show_fields(value)
        self._judge(value)

    def _show_fields(self, value: Any) -> None:
        """The case as fields where it has such, unless it is wanted as JSON or is half typed there."""
        flow = self.flow
        fits = self.fields.show_case(self.name, flow.input_schema if flow is not None else {}, value)
        as_fields = fits and not self.as_json.isChecked() and self.context.draft(self.control.path) is None
        self.as_json.setVisible(fits)
        self.as_json.setText("As fields" if self.as_json.isChecked() else "As JSON")
        self.control.setVisible(not as_fields)
        self.fields.setVisible(as_fields)
        beyond = self.fields.beyond(value) if as_fields else []
        self.more.setText(f"It holds more that the flow does not ask for: {', '.join(beyond)}. See it as JSON.")
        self.more.setVisible(bool(beyond))

    def _write(self, value: Any, inside: Any) -> None:
        if value is UNSET:
            self._say_wrong("Nothing stands here. The sample stays as it was; {} is an empty case.")
        else:
            self._do(set_sample(self.flow_id, self.name, value, tuple(inside)))

    def _say_wrong(self, words: str) -> None:
        """What is typed is no case; then nothing is said of the one that is kept."""
        self.wrong.say(words)
        if words:
            self.verdict.hide()
            self.complaint.say("")

    def _judge(self, value: Any) -> None:
        """Whether the flow would take it."""
        flow = self.flow
        schema = flow.input_schema if flow is not None else {}
        try:
            mistakes = [] if schema_problems(schema) else schema_mistakes(schema, from_wire(value))
        except ValueProblem as problem:
            self.complaint.say(str(problem))
            self.verdict.hide()
            return
        if mistakes and not self.wrong.message:
            more = f" And {len(mistakes) - 1} more." if len(mistakes) > 1 else ""
            self.complaint.say(f"The flow would refuse this. {mistakes[0]}.{more}".replace("..", "."))
        else:
            self.complaint.say("")
        self.verdict.setVisible(not mistakes and not self.wrong.message)
        self.verdict.setText("Fits what the flow is started with." if schema else "The flow takes anything.")

    def _do(self, command: Command) -> bool:
        try:
            return self.services.document.do(command)
        except CommandRefused as refused:
            self._say(str(refused))
            return False

    def _say(self, words: str) -> None:
        self.complaint.say(words, warning=True)
        self.complaint.show()
