"""``SchemaForm``: the form of one step, made from its type's Config and what governs every step.

Made by the form panel for the selected step. Law: the document is the only truth: each edit is one command, and what
the document says, after undo and from elsewhere, is shown without disturbing what is being typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from designer.document.command import Command, CommandRefused, compound
from designer.document.commands.set_field import UNSET, set_field, value_at
from designer.forms.arrangement import MAIN_TITLES, arrange_fields, cause_of, said_fields, trouble_words
from designer.forms.context import FormContext
from designer.forms.control import Control, seconds_control
from designer.forms.field_box import FieldBox, HelpFollower
from designer.forms.field_plan import FieldPlan, plan_of
from designer.forms.governance import ADVANCED, BASICS, RETRY, TIMEOUT, governing_control
from designer.forms.making import make_control
from designer.forms.outcome_rows import OutcomeRows
from designer.forms.step_header import StepHeader
from designer.forms.ways import is_ways
from designer.pieces import PlainText, Section
from designer.services import Services
from nodes.contract import Effect
from runtime.model.flow import Flow, Node
from runtime.model.problems import Problem, Severity

Path = tuple[str | int, ...]


class SchemaForm(QWidget):
    """One step's form; another step of another type needs another form."""

    renamed = Signal()

    def __init__(
        self,
        services: Services,
        flow: str,
        node: str,
        drafts: dict[tuple[str, str, str], tuple[str, Any]] | None = None,
    ) -> None:
        super().__init__()
        self.services = services
        self.context = FormContext(services, self._commit, flow, node, drafts=drafts if drafts is not None else {})
        self._help = HelpFollower(self)
        self._shown: Node | None = None
        self._problems: tuple[Problem, ...] | None = None
        self._tops: list[tuple[FieldBox, Path]] = []
        self._late: dict[str, tuple[Section, list[tuple[FieldPlan, Path]]]] = {}
        self.setProperty("role", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = StepHeader(services)
        column.addWidget(self.header)
        self.sections: dict[str, Section] = {}
        self._rules: dict[str, QFrame] = {}
        self._column = column
        self._build()
        column.addStretch(1)
        self._judge = QTimer(self, singleShot=True, interval=0)
        self._judge.timeout.connect(self.show_problems)
        services.checking.changed.connect(self._judge.start)
        self.refresh()

    # --- what the panel calls ---

    def refresh(self) -> None:
        """Show what the document says now."""
        node, flow = self.context.node, self.context.flow
        if node is None or flow is None:
            return
        self.header.show_step(flow, node)
        self.outcomes.show_step(flow, node)
        for part in (self.sections["outcomes"], self._rules["outcomes"]):
            part.setVisible(self.outcomes.count > 0)
        self.sections["outcomes"].say_count(self.outcomes.count or None)
        if node is not self._shown:
            self._shown = node
            self._fill(node)
        self._judge.start()

    def show_field(self, field: str) -> bool:
        """The cursor into a field (path as in ``Where.field``); False if this form has none of that name."""
        wanted = field or next((box.path for box, _ in self._tops if box.path.startswith("config")), "title")
        for name, (section, fields) in list(self._late.items()):
            paths = [".".join(map(str, path)) for _, path in fields]
            if any(wanted == path or wanted.startswith((f"{path}.", f"{path}[")) for path in paths):
                section.set_open(True)
                self._build_late(name)
        box = self.box_at(wanted)
        if box is None:
            return False
        for section in self.sections.values():
            if section.isAncestorOf(box):
                section.set_open(True)
        box.take_focus()
        return True

    def box_at(self, path: str) -> FieldBox | None:
        """The field at a path, or the nearest one around it."""
        while path:
            if path in self.context.boxes:
                return self.context.boxes[path]
            cut = max(path.rfind("."), path.rfind("["))
            path = path[:cut] if cut > 0 else ""
        return None

    def show_problems(self) -> None:
        """What the check says, at its fields; what belongs to no field stands under the header."""
        checking, node_id = self.services.checking, self.context.node_id
        found = [p for p in checking.of(self.context.flow_id, node_id) if p.where.node == node_id]
        if node_id in self.services.selection.fresh:
            found = []
        at: dict[int, Problem] = {}
        loose: Problem | None = None
        for problem in sorted(found, key=lambda p: p.severity is not Severity.ERROR):
            box = self.box_at(problem.where.field or "") if problem.where.edge is None else None
            if box is not None:
                at.setdefault(id(box), problem)
            elif loose is None and problem.where.edge is None and not self._is_late(problem.where.field or ""):
                loose = problem
        for box in self.context.boxes.values():
            box.show_problem(at.get(id(box)))
        self.header.show_problem(loose)
        self._say_sections(found)

    # --- building ---

    def _build(self) -> None:
        node = self.context.node
        assert node is not None
        facts = self.services.facts.of(node)
        self._section("basics", "Basics")
        self._add("basics", BASICS[0], ("title",), governing_control)
        self._pair("basics", *BASICS[1:])
        if facts.type is None:
            self._unknown(node)
        else:
            category = str(facts.type.category)
            plan = plan_of(facts.type.Config)
            arrangement = arrange_fields(plan, node.config)
            if arrangement.main:
                self._section("main", MAIN_TITLES.get(category, facts.type.title))
                self._add_config("main", arrangement.main)
            self._outcomes()
            wrong: list[tuple[FieldPlan, Path]] = [(field, ("config", field.name)) for field in arrangement.wrong]
            if facts.behaviour is None or isinstance(facts.behaviour, Effect):
                wrong += [*((field, ("retry", field.name)) for field in RETRY), (TIMEOUT, ("timeout",))]
            self._wrong = arrangement.wrong
            if wrong:
                self._later("wrong", "If something goes wrong", wrong)
            self._advanced = arrangement.advanced
            more: list[tuple[FieldPlan, Path]] = [(field, ("config", field.name)) for field in arrangement.advanced]
            more += [(field, (field.name,)) for field in ADVANCED]
            self._later("advanced", "Advanced", more)

    _wrong: tuple[FieldPlan, ...] = ()
    _advanced: tuple[FieldPlan, ...] = ()

    def _unknown(self, node: Node) -> None:
        """A type that is not here: everything stays, nothing is guessed; its config can still be seen and mended."""
        section = self._section("main", "Settings")
        words = f"“{node.type}” is not installed here, so there is no form for it. Its settings are kept as they are."
        section.body.addWidget(PlainText(words, role="muted", wrap=True))
        self._add("main", FieldPlan("config", "json", "As they stand in the file"), ("config",), make_control)
        self._outcomes()

    def _outcomes(self) -> None:
        section = self._section("outcomes", "Outcomes")
        self.outcomes = OutcomeRows(self.services)
        section.body.addWidget(self.outcomes)

    def _section(self, name: str, title: str, *, open_: bool = True) -> Section:
        section = Section(self.services.theme, title, open_=open_)
        section.setProperty("role", "section")
        section.setObjectName(f"section_{name}")
        section.body.setSpacing(12)
        section.body.setContentsMargins(14, 2, 14, 14)
        if self.sections:
            rule = QFrame()
            rule.setProperty("role", "line")
            self._column.addWidget(rule)
            self._rules[name] = rule
        self.sections[name] = section
        self._column.addWidget(section)
        return section

    def _add_config(self, section: str, fields: tuple[FieldPlan, ...]) -> None:
        for field in fields:
            box = self._add(section, field, ("config", field.name), make_control)
            if is_ways(field) and field is fields[0]:
                box.label.hide()  # the section's name says what they are

    def _pair(self, section: str, left: FieldPlan, right: FieldPlan) -> None:
        """Two short fields on one line."""
        line = QHBoxLayout()
        line.setSpacing(10)
        for field in (left, right):
            box = self._add(section, field, (field.name,), governing_control)
            line.addWidget(box, 1, Qt.AlignmentFlag.AlignTop)
        self.sections[section].body.addLayout(line)

    def _add(self, section: str, field: FieldPlan, path: Path, make: Any) -> FieldBox:
        written = ".".join(map(str, path))
        control: Control = make(self.context, field, written)
        box = FieldBox(self.context, field, written, control)
        control.edited.connect(lambda value, inside: self._commit(path, value, tuple(inside)))
        self.sections[section].body.addWidget(box)
        self._tops.append((box, path))
        return box

    def _later(self, name: str, title: str, fields: list[tuple[FieldPlan, Path]]) -> None:
        """A section that is closed; its fields are made when it is first opened."""
        section = self._section(name, title, open_=False)
        self._late[name] = (section, fields)
        section.opened.connect(lambda is_open: self._build_late(name) if is_open else None)

    def _build_late(self, name: str) -> None:
        _, fields = self._late.pop(name, (None, []))
        node = self.context.node
        pair: QHBoxLayout | None = None
        for field, path in fields:
            box = self._add(
                name,
                field,
                path,
                seconds_control
                if field in RETRY[1:] and field.name != "factor"
                else (make_control if path[0] == "config" else governing_control),
            )
            if field in RETRY[1:]:
                if pair is None or pair.count() == 2:
                    pair = QHBoxLayout()
                    pair.setSpacing(10)
                    self.sections[name].body.addLayout(pair)
                pair.addWidget(box, 1, Qt.AlignmentFlag.AlignTop)
            if node is not None:
                box.show_value(value_at(_raw(node), path))
        if fields:
            self.show_problems()

    def _is_late(self, field: str) -> bool:
        return any(
            field.startswith(".".join(map(str, path))) for _, fields in self._late.values() for _, path in fields
        )

    # --- values ---

    def _fill(self, node: Node) -> None:
        raw = _raw(node)
        for box, path in self._tops:
            box.show_value(value_at(raw, path))
            if (cause := cause_of(box.plan)) is not None and path[0] == "config":
                box.setVisible(cause in node.config.values() or box.plan.name in node.config)
        if "wrong" in self.sections:
            self.sections["wrong"].say_aside(trouble_words(node, self._wrong))
        if "advanced" in self.sections:
            said = len(said_fields(node.config, self._advanced))
            said += sum(field.name in raw and raw[field.name] not in (None, "") for field in ADVANCED)
            self.sections["advanced"].say_aside(f"{said} set" if said else "All defaults")

    def _commit(self, path: Path, value: Any, inside: Path) -> None:
        flow, node = self.context.flow, self.context.node
        if flow is None or node is None:
            return
        command = set_field(flow.id, node.id, path, value, merge=("form", flow.id, node.id, path, inside))
        follow = self._follow_up(flow, path, value)
        if follow is not None:
            command = compound(command.title, command, follow)
        try:
            self.services.document.do(command)
        except (CommandRefused, ValueError) as refused:
            box = self.box_at(".".join(map(str, path)))
            if box is not None:
                box.complaint.say(str(refused).split("\n", 1)[0])

    def _follow_up(self, flow: Flow, path: Path, value: Any) -> Command | None:
        """Choosing a flow to be called fills in its outcomes: each is a way out of the step."""
        fields = {box.path for box, _ in self._tops} | {
            ".".join(map(str, p)) for _, fields in self._late.values() for _, p in fields
        }
        if path != ("config", "flow") or "config.outcomes" not in fields:
            return None
        called = self.services.document.project.flows.get(value) if isinstance(value, str) else None
        names = [outcome.id for outcome in called.outcomes] if called is not None else []
        return set_field(flow.id, self.context.node_id, ("config", "outcomes"), names or UNSET)

    def _say_sections(self, found: list[Problem]) -> None:
        """A closed section that hides a mistake says so."""
        node = self.context.node
        if node is None:
            return
        for name, (section, fields) in self._late.items():
            paths = [".".join(map(str, path)) for _, path in fields]
            wrong = [p for p in found if any((p.where.field or "").startswith(path) for path in paths)]
            if wrong:
                section.say_aside("1 problem" if len(wrong) == 1 else f"{len(wrong)} problems")
            elif name == "wrong":
                section.say_aside(trouble_words(node, self._wrong))


def _raw(node: Node) -> Mapping[str, Any]:
    return node.model_dump(by_alias=True, exclude_unset=True)
