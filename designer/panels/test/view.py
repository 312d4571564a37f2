"""``CasePanel``: choose a case, say where effects go, run; see what each effect answers and change it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from designer.document.commands.keep_scenario import keep_scenario
from designer.document.names import as_read
from designer.document.scenarios import effects_of
from designer.forms.case_form import CaseFields
from designer.forms.context import FormContext
from designer.forms.exact_json import json_of
from designer.forms.trying import sample_choice
from designer.panels.test.effects import EffectRows
from designer.panels.test.one_step import OneStepDialog
from designer.panels.test.places import PLACES, agreed_up_to, practice_serves
from designer.panels.test.result import ResultCard
from designer.pieces import LinkButton, PersonField, PlainText, Section
from designer.pieces.when_seen import WhenSeen
from designer.services import Services
from designer.session.cut import CanNotRunAlone
from designer.session.session import Session
from designer.session.typed import NotJson, typed_json, typed_value
from designer.theme.type_scale import CODE_SIZE, PANEL_TITLE, SMALL, widget_font
from nodes.contract.json_schema import schema_mistakes

NAMED = 4
"""so many mistakes of a case are told at once"""


class CasePanel(QScrollArea):
    """The case on top, then where effects go, then the samples of the steps."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._session: Session = services.extras["session"]
        theme = services.theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "panel")

        self.sample = QComboBox()
        self.sample.setAccessibleName("Sample")
        self.given = QPlainTextEdit()
        self.given.setFont(widget_font(CODE_SIZE, code=True))
        self.given.setMinimumHeight(132)
        self.given.setTabChangesFocus(True)
        self.given.setAccessibleName("Input of the run, as JSON")
        self.complaint = PlainText("", SMALL, "bad", wrap=True)
        self.complaint.hide()
        self.by = PersonField("Started by", "This designer")
        self.case_key = QLineEdit()
        self.case_key.setPlaceholderText("None")
        self.case_key.setAccessibleName("Case")
        case = Section(theme, "Case")
        self.as_json = LinkButton("As JSON")
        self.as_json.setCheckable(True)
        self.as_json.toggled.connect(lambda _on: self._show_fields())
        above = QHBoxLayout()
        above.addWidget(PlainText("Sample", SMALL, "secondary"), 1)
        above.addWidget(self.as_json)
        self.fields = CaseFields(FormContext(services, lambda _path, _value, _inside: None))
        self.fields.edited.connect(self._take_fields)
        case.body.addLayout(above)
        case.body.addWidget(self.sample)
        case.body.addWidget(self.fields)
        case.body.addWidget(self.given)
        case.body.addWidget(self.complaint)
        pair = QHBoxLayout()
        for words, field in (("Started by", self.by), ("Case", self.case_key)):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(PlainText(words, SMALL, "secondary"))
            column.addWidget(field)
            pair.addLayout(column, 1)
        case.body.addLayout(pair)

        where = Section(theme, "Where effects go")
        self.places = QButtonGroup(self)
        for number, (_, title, help_words) in enumerate(PLACES):
            radio = QRadioButton(title)
            self.places.addButton(radio, number)
            radio.setChecked(number == 0)
            where.body.addWidget(radio)
            note = PlainText(help_words, SMALL, "muted", wrap=True)
            note.setContentsMargins(24, 0, 0, 0)
            where.body.addWidget(note)
        self.places.idClicked.connect(self._choose_place)

        self.run_button = QPushButton("Run")
        self.run_button.setProperty("kind", "primary")
        self.step = QPushButton("Step")
        self.upto = QPushButton("Up to here")
        self.only = QPushButton("Only this step …")
        self.stop = QPushButton("Stop")
        self.skip = QPushButton("Skip the wait")
        self.past = LinkButton("Past runs")
        self.past.clicked.connect(lambda: services.window.run("run.past"))
        buttons = QVBoxLayout()
        buttons.setContentsMargins(14, 0, 14, 12)
        buttons.setSpacing(6)
        for several in ((self.run_button, self.step), (self.upto, self.only), (self.skip, self.stop)):
            line = QHBoxLayout()
            line.setSpacing(6)
            for button in several:
                line.addWidget(button)
            buttons.addLayout(line)
        self.run_button.clicked.connect(self.run)
        self.step.clicked.connect(self.step_on)
        self.upto.clicked.connect(self.run_up_to)
        self.only.clicked.connect(self.run_only)
        self.stop.clicked.connect(self._session.stop)
        self.skip.clicked.connect(self._session.skip_time)

        self._effects = Section(theme, "What steps answer")
        self.effects = EffectRows(services, self._session)
        self._effects.body.addWidget(self.effects)
        self.keep = LinkButton("Keep these answers with the sample")
        self.keep.clicked.connect(self.keep_answers)
        self._effects.body.addWidget(self.keep)

        heading = PlainText("Try it with a case", PANEL_TITLE)
        head = QHBoxLayout()
        head.setContentsMargins(14, 14, 10, 6)
        head.addWidget(heading, 1)
        head.addWidget(self.past)
        whole = QWidget()
        whole.setProperty("role", "panel")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        self.result = ResultCard(services, self._session)
        result = QVBoxLayout()
        result.setContentsMargins(14, 4, 14, 4)
        result.addWidget(self.result)
        column.addLayout(result)
        column.addWidget(case)
        column.addLayout(buttons)
        column.addWidget(where)
        column.addWidget(self._effects)
        column.addStretch(1)
        self.setWidget(whole)

        self._choice = sample_choice(services)
        self._followed: str | None = None
        """the sample of the window's choice that was taken last"""
        self._choice.changed.connect(self._follow)
        self.sample.activated.connect(lambda _index: self._choose_sample())
        self.given.textChanged.connect(self.complaint.hide)
        self.given.textChanged.connect(self._show_fields)
        services.selection.flow_changed.connect(lambda _flow: self.refresh(anew=True))
        self._refreshed = WhenSeen(self, self.refresh)
        for changed in (services.selection.changed, services.document.changed):
            changed.connect(self._refreshed.wish)
        for changed in (self._session.story_changed, self._session.people_changed):
            changed.connect(self._refreshed.wish)
        self._session.problem.connect(lambda what, todo: self._complain(f"{what} {todo}".strip()))
        self.refresh(anew=True)

    # --- what to run with ---

    def refresh(self, *, anew: bool = False) -> None:
        """Samples, steps and buttons as they are now."""
        flow = self._services.flow
        project = self._services.document.project
        names = sorted(project.samples.get(flow.id, {})) if flow is not None else []
        shown = [self.sample.itemData(n) for n in range(self.sample.count())]
        if anew or shown != [*names, None]:
            kept = None if anew else self.sample.currentData()
            self.sample.clear()
            for name in names:
                self.sample.addItem(as_read(name), name)
            self.sample.addItem("Typed by hand" if names else "No samples yet: type a case", None)
            index = self.sample.findData(kept) if kept is not None else self.sample.count() - 1
            if anew and flow is not None:
                index = self.sample.findData(self._choice.of(flow.id))
            self.sample.setCurrentIndex(max(0, index))
            if anew or index < 0:
                self._take_sample()
            if not anew:
                self._follow()  # it may have been chosen while nobody saw this panel
        self.places.button(1).setEnabled(practice_serves(project))
        node = self._services.selection.node
        self.upto.setEnabled(flow is not None and node is not None)
        self.only.setEnabled(flow is not None and node is not None)
        self.run_button.setEnabled(flow is not None)
        self.by.offer(self._session.people.offered())
        samples = self._session.where == "samples"
        self.step.setVisible(samples)
        self.skip.setVisible(self._session.rehearsing and self._session.can_skip_time)
        self.stop.setVisible(self._session.running)
        self._effects.setVisible(samples)
        self.keep.setVisible(flow is not None and self.sample.currentData() is not None)
        self.effects.refresh()
        self._show_fields()

    def keep_answers(self) -> None:
        """Keep what steps answer now as the scenario of the sample: in the project, for everybody."""
        flow, name = self._services.flow, self.sample.currentData()
        if flow is not None and name is not None:
            answers = self._session.answers
            self._services.document.do(keep_scenario(flow.id, name, {**answers.seen, **answers.typed}))

    def _choose_sample(self) -> None:
        """By hand: what the forms show values of is the same sample from now on."""
        flow, name = self._services.flow, self.sample.currentData()
        self._take_sample()
        if flow is not None and name is not None:
            self._choice.choose(flow.id, name)

    def _follow(self) -> None:
        """Another sample was chosen elsewhere. A case typed by hand stays until then."""
        flow = self._services.flow
        name = self._choice.of(flow.id) if flow is not None else None
        if name is None or name == self._followed or self.sample.findData(name) < 0:
            return
        self.sample.setCurrentIndex(self.sample.findData(name))
        self._take_sample()

    def _take_sample(self) -> None:
        flow, name = self._services.flow, self.sample.currentData()
        if flow is None or name is None:
            if not self.given.toPlainText().strip():
                self.given.setPlainText("{}")
            return
        self._followed = name
        project = self._services.document.project
        self.given.setPlainText(json_of(project.samples[flow.id][name], 2))
        self._session.answers.seen = effects_of(project, flow.id, name)
        self.effects.refresh()

    def _take_fields(self, case: Any, _inside: Any) -> None:
        self.given.setPlainText(json_of(case, 2))

    def _show_fields(self) -> None:
        """The case as fields where it has such, unless it is wanted as JSON or is none while it is typed there."""
        flow = self._services.flow
        try:
            case = typed_json(self.given.toPlainText())
        except NotJson:
            case = None
        key = f"{flow.id if flow is not None else ''}/{self.sample.currentData() or ''}"
        fits = self.fields.show_case(key, flow.input_schema if flow is not None else {}, case)
        shown = fits and not self.as_json.isChecked()
        self.fields.setVisible(shown)
        self.given.setVisible(not shown)
        self.as_json.setVisible(fits or self.as_json.isChecked())
        self.as_json.setText("As fields" if self.as_json.isChecked() else "As JSON")

    def _input(self) -> tuple[bool, Any]:
        self._refreshed.now()
        self._complain("")
        if not self.fields.isHidden() and self.fields.half_typed:
            self._complain("A field above holds what is no value yet. Correct it first.")
            return False, None
        try:
            given = typed_value(self.given.toPlainText())
        except ValueError as error:
            self._complain(f"The case is not JSON: {error} Correct it, or choose a sample.")
            return False, None
        flow = self._services.flow
        mistakes = schema_mistakes(flow.input_schema, given) if flow is not None and flow.input_schema else []
        if mistakes:
            named = "; ".join(map(str, mistakes[:NAMED]))
            more = f"; and {len(mistakes) - NAMED} more" if len(mistakes) > NAMED else ""
            self._complain(f"The flow can't start with this case. {named}{more}. Correct it, or choose a sample.")
            return False, None
        return True, given

    def _complain(self, words: str) -> None:
        self.complaint.setText(words)
        self.complaint.setVisible(bool(words))

    def answer_by_samples(self) -> None:
        """What runs next reaches nothing, whatever was chosen before."""
        self.places.button(0).setChecked(True)
        self._choose_place(0)

    def _choose_place(self, number: int) -> None:
        self._session.where = PLACES[number][0]
        self.refresh()

    # --- running ---

    def run(self) -> None:
        """Run the flow with the case (F5)."""
        flow = self._services.flow
        fine, given = self._input()
        if flow is None or not fine:
            return
        self._session.start(flow.id, given, by=self.by.text() or None, case=self._case())

    def _case(self) -> Any:
        key = self.case_key.text().strip()
        return {"key": key} if key else None

    def step_on(self) -> None:
        """Begin stepping, or go one step on."""
        if self._session.rehearsing:
            self._session.go_on(one=True)
            return
        flow = self._services.flow
        fine, given = self._input()
        if flow is not None and fine:
            self._session.rehearse(flow.id, given, by=self.by.text() or None, stepwise=True)

    def run_up_to(self) -> None:
        """Run until the selected step is done, and nothing beside or behind it."""
        flow, node = self._services.flow, self._services.selection.node
        fine, given = self._input()
        if flow is None or node is None or not fine:
            return
        try:
            if self._session.where == "real" and not agreed_up_to(self._services, flow, node):
                return
            self._session.start(flow.id, given, by=self.by.text() or None, case=self._case(), until=node)
        except CanNotRunAlone as problem:
            self._complain(str(problem))

    def run_only(self) -> OneStepDialog | None:
        """The selected step alone, on values that are typed or taken from a sample or the last run."""
        flow, node = self._services.flow, self._services.selection.node
        found = flow.node(node) if flow is not None and node is not None else None
        if flow is None or found is None:
            return None
        dialog = OneStepDialog(self._services, self._session, flow, found, self.window())
        dialog.show()
        return dialog
