"""``OneStepDialog``: one step alone: on which values it runs, what it is answered, and what it does with that.

Law: nothing is sent and nothing of it enters the run that is shown, unless the person switches it to real systems: then
it is a run like any other, by the runtime and with its journal. Nothing of it ever enters the project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from designer.document.names import as_read, title_of
from designer.forms.code_editor import CodeEditor, Squiggle
from designer.forms.complaint import Complaint
from designer.forms.exact_json import json_marks, json_of
from designer.forms.readers import Readers
from designer.forms.trying import sample_choice, sample_values, story_values
from designer.panels.test.places import PLACES, agreed, practice_serves, reaches_out
from designer.pieces import Chip, PlainText, Section, ValueRows
from designer.services import Services
from designer.session.answers import Answers
from designer.session.cut import CanNotRunAlone
from designer.session.examples import example_of
from designer.session.leaves import Leaves, leaves_of
from designer.session.one_step import StepResult, result_of, run_alone
from designer.session.session import Session, Where
from designer.session.typed import NotJson, typed_json
from designer.session.words import STATE_WORDS
from designer.theme.type_scale import BODY, HEADING, SMALL, Size
from nodes.contract import Effect, HumanTask, Value, from_wire, to_wire
from nodes.contract.values import ValueProblem
from runtime.model.flow import Flow, Node
from runtime.model.names import SCOPE_NAMES

LABEL = Size(SMALL.px, SMALL.pt, SMALL.line, 500)
RUN, SAMPLE, NOTHING = "run", "sample:", "nothing"
"""where values are filled from"""
NOT_GIVEN = frozenset({"run", "item", "index", "reply", "undone"})
"""names that the engine itself gives"""


class OneStepDialog(QDialog):
    """For one step of the flow that is shown. It stays open beside the drawing."""

    def __init__(self, services: Services, session: Session, flow: Flow, node: Node, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Run only this step")
        self.setObjectName("one_step")
        self.resize(560, 680)
        self._services, self._session, self._flow_id, self._node_id = services, session, flow.id, node.id
        self._behaviour = services.facts.of(node).behaviour
        self._reaches_out = reaches_out(services, node)
        self._roots = names_read(services, flow, node)
        self._filled = ""

        title = PlainText(f"Run only “{title_of(node)}”", HEADING, wrap=True, parent=self)
        self.about = PlainText("", BODY, "secondary", wrap=True, parent=self)
        self.where = QComboBox(self)
        self.where.setAccessibleName("Who answers")
        for place, title_words, _ in PLACES:
            if place != "practice" or practice_serves(services.document.project):
                self.where.addItem("A sample answers" if place == "samples" else title_words, place)
        self.source = QComboBox(self)
        self.source.setAccessibleName("Fill from")
        self.given = CodeEditor(services.theme, json_marks, self, lines=6)
        self.given.setAccessibleName("What the step reads, as JSON")
        self.answer = CodeEditor(services.theme, json_marks, self, lines=3)
        self.answer.setAccessibleName("What it is answered, as JSON")
        self.fails = QCheckBox("It fails", self)
        self.choice = QComboBox(self)
        self.choice.setAccessibleName("What the person answers")
        self.complaint = Complaint(services.theme, self)
        self.run_button = QPushButton("Run this step", self)
        self.run_button.setProperty("kind", "primary")
        self.run_button.setDefault(True)
        close = QPushButton("Close", self)

        inside = QWidget(self)
        inside.setProperty("role", "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(20, 18, 20, 12)
        column.setSpacing(6)
        column.addWidget(title)
        column.addWidget(self.about)
        column.addSpacing(8)
        head = QHBoxLayout()
        head.addWidget(PlainText("What it reads", LABEL, "secondary"), 1)
        head.addWidget(PlainText("Fill from", SMALL, "muted"))
        head.addWidget(self.source)
        column.addLayout(head)
        column.addWidget(self.given)
        self._answered = QWidget(inside)
        answered = QVBoxLayout(self._answered)
        answered.setContentsMargins(0, 8, 0, 0)
        answered.setSpacing(6)
        line = QHBoxLayout()
        line.addWidget(PlainText("What it is answered", LABEL, "secondary"), 1)
        line.addWidget(self.fails)
        line.addWidget(self.where)
        answered.addLayout(line)
        answered.addWidget(self.answer)
        answered.addWidget(self.choice)
        column.addWidget(self._answered)
        column.addWidget(self.complaint)
        column.addSpacing(8)
        self._result = QWidget(inside)
        column.addWidget(self._result)
        column.addStretch(1)
        self._make_result()
        scroll = self._scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setProperty("role", "panel")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 12, 20, 16)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self.run_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addLayout(foot)

        self._run: str | None = None
        """the run in which the step is tried for real"""
        self._show_answer()
        self._show_place()
        self.fill_sources()
        self.where.activated.connect(lambda _index: self._show_place())
        session.story_changed.connect(self._follow)
        session.problem.connect(self._refused)
        self.source.activated.connect(lambda _index: self.fill())
        self.fails.toggled.connect(self.answer.setDisabled)
        self.given.typed.connect(lambda _text: self._forget_mistake())
        self.run_button.clicked.connect(self.run)
        close.clicked.connect(self.close)
        sample_choice(services).changed.connect(self._values_came)
        self.fill()

    # --- what it runs on ---

    def fill_sources(self) -> None:
        """Samples of the flow, the run that is shown, and an example."""
        chosen = sample_choice(self._services)
        if story_values(self._services, self._flow_id) is not None:
            self.source.addItem("Last run", RUN)
        for name in chosen.names(self._flow_id):
            self.source.addItem(as_read(name), f"{SAMPLE}{name}")
        self.source.addItem("Nothing: type it", NOTHING)
        at = self.source.findData(f"{SAMPLE}{chosen.of(self._flow_id)}")
        self.source.setCurrentIndex(0 if self.source.itemData(0) == RUN else max(0, at))

    def fill(self) -> None:
        """The values of the chosen source, for every name that the step reads."""
        flow, source = self._services.document.project.flows.get(self._flow_id), str(self.source.currentData())
        known: Mapping[str, Value] = {}
        if flow is not None and source.startswith(SAMPLE):
            known = sample_values(self._services, flow, source.removeprefix(SAMPLE))
        elif source == RUN:
            known = story_values(self._services, self._flow_id) or {}
        text = json_of({root: to_wire(_part(known.get(root), paths)) for root, paths in self._roots.items()}, indent=2)
        self.given.show_text(text)
        self._filled = text
        self._forget_mistake()

    def _values_came(self) -> None:
        """The sample was played on meanwhile; what a person typed stays."""
        if self.given.toPlainText() == self._filled:
            self.fill()

    def _forget_mistake(self) -> None:
        self.given.show_squiggles([])
        self.complaint.say("")

    def _show_answer(self) -> None:
        effect, asked = isinstance(self._behaviour, Effect), isinstance(self._behaviour, HumanTask)
        self._answered.setVisible(effect or asked or self._reaches_out)
        self.choice.setVisible(asked)
        self.where.setVisible(self._reaches_out)
        if isinstance(self._behaviour, HumanTask):
            for one in self._behaviour.choices:
                self.choice.addItem(one.title, one.port)
            self.choice.addItem("Nobody answers", "")
        if isinstance(self._behaviour, Effect):
            answers = self._session.answers
            value = answers.typed.get(self._node_id, answers.seen.get(self._node_id))
            if value is None:
                value = example_of(self._behaviour.output_schema or {})
            self.answer.show_text(json_of(to_wire(value), indent=2))
            self.fails.setChecked(self._node_id in answers.fails)

    @property
    def place(self) -> Where:
        """Where its effect goes."""
        return cast(Where, self.where.currentData()) if self._reaches_out else "samples"

    def _show_place(self) -> None:
        """What happens when it is run, in words; what it is answered is only asked for where a sample answers."""
        sample, effect = self.place == "samples", isinstance(self._behaviour, Effect)
        needs = "" if self._roots else " It reads no values, so none are needed."
        if sample:
            self.about.setText(f"In memory{', on these values' if self._roots else ''}.{needs} Nothing is sent.")
        else:
            system = "made-up systems on this computer" if self.place == "practice" else "the real systems"
            self.about.setText(
                f"A run of this one step{', on these values' if self._roots else ''}.{needs} "
                f"What it sends goes to {system}; the run is kept with the past runs."
            )
        self.answer.setVisible(effect and sample)
        self.fails.setVisible(effect and sample)
        self.run_button.setText({"real": "Run for real …", "practice": "Run on practice systems"}.get(
            self.place, "Run this step"
        ))  # fmt: skip
        self._forget_mistake()

    # --- running ---

    def run(self) -> None:
        """Run the step; what came out stands below."""
        given = self._read(self.given, "What it reads")
        if given is None:
            return
        if not isinstance(given, dict):
            self.complaint.say('What it reads should be an object, such as {"input": {"amount": 12}}.')
            return
        if self.place != "samples":
            self._run_for_real(given)
            return
        answers = Answers()
        if self.answer.isVisibleTo(self):
            if self.fails.isChecked():
                answers.fails.add(self._node_id)
            else:
                answers.typed[self._node_id] = self._read(self.answer, "The answer")
                if self.complaint.message:
                    return
        try:
            project = self._services.document.project
            choice = self.choice.currentData() or ""
            result = run_alone(
                project, self._flow_id, self._node_id, self._services.registry, given, answers, choice=choice
            )
        except (CanNotRunAlone, KeyError) as problem:
            words = "The step is not in the flow any more." if isinstance(problem, KeyError) else str(problem)
            self.complaint.say(words)
            self._result.hide()
            return
        self._show(result)

    def _run_for_real(self, given: Mapping[str, Value]) -> None:
        flow = self._services.document.project.flows.get(self._flow_id)
        node = flow.node(self._node_id) if flow is not None else None
        if node is None:
            self.complaint.say("The step is not in the flow any more.")
            return
        title = f"Run only “{title_of(node)}” for real?"
        if self.place == "real" and not agreed(self._services, title, [node]):
            return
        try:
            self._session.start_alone(self._flow_id, self._node_id, given, self.place, self._begun)
        except CanNotRunAlone as problem:
            self.complaint.say(str(problem))
            return
        self._result.hide()
        self.run_button.setEnabled(False)

    def _begun(self, run: str) -> None:
        self._run = run
        self.run_button.setEnabled(True)
        self._follow()

    def _refused(self, what: str, todo: str) -> None:
        if not self.run_button.isEnabled():
            self.run_button.setEnabled(True)
            self.complaint.say(f"{what} {todo}".strip())

    def _follow(self) -> None:
        """What the step has done so far in the run that was started from here."""
        story = self._session.story
        if story is None or story.run != self._run or not story.steps_of(self._node_id):
            return
        result = result_of(story, self._node_id)
        running = story.standings(story.last_seq).get(self._node_id)
        if result.state == "time" and running is not None and running.standing in {"running", "retrying"}:
            result = replace(result, state=running.standing)
        self._show(result)

    def _read(self, editor: CodeEditor, what: str) -> Any:
        """The JSON that stands there; says what is wrong with it and gives None if it is none."""
        self.complaint.say("")
        editor.show_squiggles([])
        try:
            return from_wire(typed_json(editor.toPlainText() or "null"))
        except (ValueError, ValueProblem) as error:
            if isinstance(error, NotJson) and error.at is not None:
                editor.show_squiggles([Squiggle(error.at, 1)])
            self.complaint.say(f"{what} is not JSON yet: {error}")
            return None

    # --- what came out ---

    def _make_result(self) -> None:
        theme = self._services.theme
        self.chip = Chip(theme)
        self.port = PlainText("", BODY, wrap=True)
        self.words = PlainText("", SMALL, "secondary", wrap=True)
        self.output, self.worked_on = ValueRows(), ValueRows()
        self._output = Section(theme, "What it gives")
        self._output.body.addWidget(self.output)
        self._worked_on = Section(theme, "What it worked on", open_=False)
        self._worked_on.body.addWidget(self.worked_on)
        for section in (self._output, self._worked_on):
            section.header.setContentsMargins(0, 0, 0, 0)
            section.body.setContentsMargins(4, 0, 0, 8)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.chip)
        line.addWidget(self.port, 1)
        column = QVBoxLayout(self._result)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self.words)
        column.addWidget(self._output)
        column.addWidget(self._worked_on)
        self._result.hide()

    def _show(self, result: StepResult) -> None:
        self.chip.say(*STATE_WORDS[result.state])
        self.port.setText(f"Leaves by “{result.port}”." if result.port else "")
        self.words.setText(result.words)
        for rows, value in ((self.output, result.output), (self.worked_on, result.given)):
            leaves = leaves_of(value) if value is not None else Leaves()
            rows.show_values(leaves.rows, nothing=leaves.empty)
        self._output.setVisible(result.state == "done")
        self._worked_on.setVisible(result.given is not None)
        self._result.show()
        QTimer.singleShot(0, self._result, lambda: self._scroll.ensureWidgetVisible(self._result, 0, 12))


def names_read(services: Services, flow: Flow, node: Node) -> dict[str, frozenset[tuple[str, ...]]]:
    """Root name -> the paths below it that the step's expressions read; without those that the engine gives itself."""
    ids = {one.id for one in flow.nodes} | SCOPE_NAMES
    found: dict[str, set[tuple[str, ...]]] = {}
    for path in sorted(Readers(services.facts).of(flow).get(node.id, frozenset())):
        if path[0] in ids and path[0] not in NOT_GIVEN and path[0] != node.id:
            found.setdefault(path[0], set()).add(path[1:])
    order = {"input": 0, "vars": 1}
    return {root: frozenset(found[root]) for root in sorted(found, key=lambda one: (order.get(one, 2), one))}


def _part(value: Value, paths: frozenset[tuple[str, ...]]) -> Value:
    """What of a value the paths read; of an object only these keys, so that what is shown can be taken in."""
    firsts = list(dict.fromkeys(path[0] for path in sorted(paths) if path))
    if () in paths or not firsts or not (value is None or isinstance(value, Mapping)):
        return value
    held = value if isinstance(value, Mapping) else {}
    return {name: held.get(name) for name in firsts}
