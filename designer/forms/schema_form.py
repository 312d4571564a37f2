"""``SchemaForm``: the form of one step, made from its type's Config and what governs every step.

Made by the form panel for the selected step, and turned to the next one of the same shape: making a form is dear. Law:
the document is the only truth: each edit is one command, and what the document says, after undo and from elsewhere, is
shown without disturbing what is being typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from designer.document.command import CommandRefused, compound, naming, visit_in
from designer.document.commands.set_field import set_field, value_at
from designer.document.counted import counted
from designer.forms.arrangement import MAIN_TITLES, Arrangement, arrange_fields, closed_words
from designer.forms.carrying import carried
from designer.forms.context import FormContext
from designer.forms.control import Control, seconds_control
from designer.forms.field_box import FieldBox, HelpFollower, raw_of, show_in
from designer.forms.field_plan import FieldPlan, plan_of
from designer.forms.going_along import going_along
from designer.forms.governance import ADVANCED, BASICS, RETRY, TIMEOUT, governing_control
from designer.forms.making import make_control
from designer.forms.outcome_rows import OutcomeRows
from designer.forms.step_header import StepHeader
from designer.forms.step_name import StepName
from designer.forms.ways import is_ways
from designer.pieces import PlainText, Section, rule
from designer.services import Services
from designer.theme.alive import alive
from nodes.contract import Effect
from runtime.model.flow import Node
from runtime.model.problems import Problem, Severity

TITLE_PATH = ("title",)
Path = tuple[str | int, ...]


class SchemaForm(QWidget):
    """One step's form; a step of another shape needs another form. With ``whole=False`` it is empty at first:
    ``make_more`` makes a field at a time, for a form that is made before somebody wants to see it.
    """

    renamed = Signal()

    def __init__(
        self,
        services: Services,
        flow: str,
        node: str,
        drafts: dict[tuple[str, str, str], tuple[str, Any]] | None = None,
        *,
        whole: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.services = services
        self.context = FormContext(services, self._commit, flow, node, drafts=drafts if drafts is not None else {})
        self._help = HelpFollower(self)
        self._shown: Node | None = None
        self._problems: tuple[Problem, ...] | None = None
        self._tops: list[tuple[FieldBox, Path, str]] = []
        """the fields that are made, each with its path and the section that it stands in"""
        self._folded: dict[str, list[tuple[FieldPlan, Path]]] = {}
        """sections that are closed at first -> their fields"""
        self._unmade: set[str] = set()
        """those of them whose fields are not made yet"""
        self.setProperty("role", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = StepHeader(services)
        column.addWidget(self.header)
        self.sections: dict[str, Section] = {}
        self._rules: dict[str, QFrame] = {}
        self._column = column
        self._stale: set[str] = set()
        """sections that are closed and hold values of another step"""
        self._judge = QTimer(self, singleShot=True, interval=0)
        self._judge.timeout.connect(self.show_problems)
        services.checking.changed.connect(self._judge.start)
        self._rest_of_it = self._build()
        if whole:
            self.finish()
            self.refresh()
        else:
            self.context.resting = True

    # --- what the panel calls ---

    def make_more(self) -> bool:
        """Makes the next field; False if nothing was left to make."""
        return next(self._rest_of_it, False)

    def make_ahead(self) -> Iterator[None]:
        """All that showing its step will need, a part at a time; ends where somebody waits for the form after all."""
        while alive(self) and self.context.resting and self.make_more():
            yield
        node = self.context.node
        if not alive(self) or not self.context.resting or node is None:
            return
        raw = raw_of(node)
        for box, path, _ in [*self._tops]:
            for _ in box.control.prepare(value_at(raw, path)):
                yield
                if not alive(self) or not self.context.resting:
                    return
        for part in self.findChildren(QWidget):
            if alive(part):
                part.ensurePolished()
            yield

    def finish(self) -> None:
        """Makes all that is not made yet."""
        while self.make_more():
            pass

    def rest(self) -> None:
        """Another form is shown: this one follows nothing until it is turned to a step."""
        self.context.resting = True

    def turn_to(self, flow: str, node: str) -> None:
        """Show another step of the same shape, as a new form would; the same one under another name goes on."""
        if (flow, node) == (self.context.flow_id, self.context.node_id) and not self.context.resting:
            self.refresh()
            return
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            focused.clearFocus()  # what is typed next was not meant for the other step
        self.finish()
        self.context.flow_id, self.context.node_id, self.context.resting = flow, node, False
        self._shown = None
        for box, _, _ in self._tops:
            box.control.forget()
        for name, section in self.sections.items():
            section.set_open(name not in self._folded)
        self.refresh()

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
        if self.context.offers_else() or node is not self._shown:
            self._shown = node
            self._fill(node)
            self._say_sections(self._found())
        self._judge.start()

    def show_field(self, field: str) -> bool:
        """The cursor into a field (path as in ``Where.field``); False if this form has none of that name."""
        wanted = field or next((box.path for box, _, _ in self._tops if box.path.startswith("config")), "title")
        if wanted.startswith("ports."):
            self.sections["outcomes"].set_open(True)
            return self.outcomes.focus(wanted.removeprefix("ports."))
        for name, fields in self._folded.items():
            paths = [".".join(map(str, path)) for _, path in fields]
            if any(
                f"{wanted}.".startswith((f"{path}.", f"{path}[")) or path.startswith(f"{wanted}.") for path in paths
            ):
                self.sections[name].set_open(True)
        box = self.box_at(wanted)
        if box is None:
            return False
        for section in self.sections.values():
            if section.isAncestorOf(box):
                section.set_open(True)
        box.take_focus()
        return True

    def box_at(self, path: str) -> FieldBox | None:
        """The field at a path, else the nearest one around it, else the first one within."""
        within = next((box for key, box in self.context.boxes.items() if key.startswith(f"{path}.")), None)
        while path:
            if path in self.context.boxes:
                return self.context.boxes[path]
            cut = max(path.rfind("."), path.rfind("["))
            path = path[:cut] if cut > 0 else ""
        return within

    def show_problems(self) -> None:
        """What the check says, at its fields; what belongs to no field stands under the header."""
        if self.context.resting:
            return
        found = self._found()
        at: dict[int, Problem] = {}
        loose: Problem | None = None
        for problem in sorted(found, key=lambda p: p.severity is not Severity.ERROR):
            box = self.box_at(problem.where.field or "") if problem.where.edge is None else None
            if box is not None:
                at.setdefault(id(box), problem)
            elif loose is None and problem.where.edge is None and not self._is_unmade(problem.where.field or ""):
                loose = problem
        for box in self.context.boxes.values():
            box.show_problem(at.get(id(box)))
        self.header.show_problem(loose)
        self._say_sections(found)

    # --- building ---

    def _build(self) -> Iterator[bool]:
        """Makes the form; True after each part of it."""
        node = self.context.node
        assert node is not None
        facts = self.services.facts.of(node)
        self._section("basics", "Basics")
        self._name = StepName(self.context, self._add("basics", BASICS[0], TITLE_PATH, governing_control).control)
        yield True
        self._pair("basics", *BASICS[1:])
        yield True
        if facts.type is None:
            self._unknown(node)
        else:
            category = str(facts.type.category)
            plan = plan_of(facts.type.Config)
            self._arranged = arrangement = arrange_fields(plan, node.config)
            if arrangement.main:
                self._section("main", MAIN_TITLES.get(category, facts.type.title))
                for field in arrangement.main:
                    box = self._add("main", field, ("config", field.name), make_control)
                    if is_ways(field) and field is arrangement.main[0]:
                        box.label.hide()  # the section's name says what they are
                    yield True
            if arrangement.seen:
                self._later("seen", "Task page", _in_config(arrangement.seen))
            self._outcomes()
            wrong = _in_config(arrangement.wrong)
            if facts.behaviour is None or isinstance(facts.behaviour, Effect):
                wrong += [*((field, ("retry", field.name)) for field in RETRY), (TIMEOUT, ("timeout",))]
            if wrong:
                self._later("wrong", "If something goes wrong", wrong)
            more = [(field, (field.name,)) for field in ADVANCED]
            self._later("advanced", "Advanced", [*_in_config(arrangement.advanced), *more])
        self._column.addStretch(1)
        yield True

    _arranged = Arrangement((), (), (), ())

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
            self._rules[name] = rule()
            self._column.addWidget(self._rules[name])
        self.sections[name] = section
        self._column.addWidget(section)
        return section

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
        self._tops.append((box, path, section))
        return box

    def _later(self, name: str, title: str, fields: list[tuple[FieldPlan, Path]]) -> None:
        """A section that is closed; its fields are made when it is first opened."""
        section = self._section(name, title, open_=False)
        self._folded[name] = fields
        self._unmade.add(name)
        section.opened.connect(lambda is_open: self._turned(name, is_open))

    def _turned(self, name: str, is_open: bool) -> None:
        """A section that is closed at first was opened or closed."""
        node = self.context.node
        if node is None or self.context.resting:
            return
        if is_open and name in self._unmade:
            self._unmade.discard(name)
            self._make_folded(name)
            self._stale.add(name)
        if is_open and name in self._stale:
            self._stale.discard(name)
            raw = raw_of(node)
            for box, path, section in self._tops:
                if section == name:
                    show_in(box, path, node, raw)
        self.show_problems()

    def _make_folded(self, name: str) -> None:
        pair: QHBoxLayout | None = None
        for field, path in self._folded[name]:
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

    def _found(self) -> list[Problem]:
        """What the check says about the step; nothing is marked at one that was just added, until it is first left."""
        flow, node = self.context.flow_id, self.context.node_id
        if node in self.services.selection.fresh:
            return []
        return [problem for problem in self.services.checking.of(flow, node) if problem.where.node == node]

    def _is_unmade(self, field: str) -> bool:
        return any(
            field.startswith(".".join(map(str, path))) for name in self._unmade for _, path in self._folded[name]
        )

    # --- values ---

    def _fill(self, node: Node) -> None:
        raw = raw_of(node)
        self._stale = {name for name in self._folded if not self.sections[name].is_open}
        for box, path, section in self._tops:
            if section not in self._stale:
                show_in(box, path, node, raw)

    def _commit(self, path: Path, value: Any, inside: Path) -> None:
        flow, node = self.context.flow, self.context.node
        if flow is None or node is None or self.context.resting:
            return
        merge, kind = ("form", flow.id, node.id, path, inside), self.services.facts.of(node).type
        command = set_field(flow.id, node.id, path, value, merge=merge, kind=kind)
        if path == TITLE_PATH:
            command = self._name.typed(flow, node, value)
        if (visit := visit_in(inside)) is not None:
            command = naming(visit, command, *carried(flow.id, node.id, path, visit))
        folded = (".".join(map(str, where)) for fields in self._folded.values() for _, where in fields)
        fields = {*(box.path for box, _, _ in self._tops), *folded}
        if (along := going_along(self.services, flow, node, path, value, fields)) is not None:
            command = compound(command.title, command, along)
        try:
            self.services.document.do(command)
        except (CommandRefused, ValueError) as refused:
            if (box := self.box_at(".".join(map(str, path)))) is not None:
                box.complaint.say(str(refused).split("\n", 1)[0])

    def _say_sections(self, found: list[Problem]) -> None:
        """What a folded section holds, in words; a closed one that hides a mistake says that."""
        node = self.context.node
        if node is None:
            return
        raw = raw_of(node)
        beside = sum(field.name in raw and raw[field.name] not in (None, "") for field in ADVANCED)
        for name, fields in self._folded.items():
            section, paths = self.sections[name], [".".join(map(str, path)) for _, path in fields]
            wrong = [p for p in found if any((p.where.field or "").startswith(path) for path in paths)]
            hidden = wrong and not section.is_open
            words = closed_words(name, node, self._arranged, beside)
            section.say_aside(counted(len(wrong), "problem") if hidden else words)


def _in_config(fields: Iterable[FieldPlan]) -> list[tuple[FieldPlan, Path]]:
    return [(field, ("config", field.name)) for field in fields]
