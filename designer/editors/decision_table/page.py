"""``TablePage``: the whole editor of one decision table; every change is a command of the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from designer.document.command import CommandRefused
from designer.document.commands.edit_decision import edit_table
from designer.document.counted import counted
from designer.document.document import Change
from designer.editors.decision_table.chosen_test import ChosenTest
from designer.editors.decision_table.column_form import ColumnForm
from designer.editors.decision_table.findings import Asked, Findings, Found, rule_in_line, sheet_in
from designer.editors.decision_table.grid import TableGrid
from designer.editors.decision_table.past import PastCases
from designer.editors.decision_table.placed import place, typed
from designer.editors.decision_table.requirements import Requirements
from designer.editors.decision_table.saved_cases import SavedCases
from designer.editors.decision_table.summary import Summary
from designer.editors.decision_table.table_key import split_key
from designer.editors.decision_table.tables_list import TablesList
from designer.editors.decision_table.trial import Given, Trial
from designer.editors.decision_table.try_bar import TryBar
from designer.editors.decision_table.trying import Trying
from designer.editors.decision_table.words import POLICIES
from designer.editors.decision_table.wrong_cell import WrongCell
from designer.forms.step_header import Tile
from designer.keeping.work import Worker
from designer.pieces import EmptyState, LinkButton, PlainText, asked
from designer.services import Services
from designer.session.past_cases import PastCase
from designer.theme.icons import icon
from designer.theme.type_scale import PANEL_TITLE
from nodes.dmn import DmnError, parse_model
from nodes.dmn.editing import Column, Sheet, TableEdit, is_read

_LINE = re.compile(r"line (\d+)\b")
TALLEST_GRAPH = 240
LARGE = 60_000
"""bytes of a file above which reading it would be felt (150 rules: 10 ms), so it is read beside the window"""


class TablePage(QWidget):
    """Header, the case to try, the grid, what was found. Shows the file's newest value, whoever changed it.

    ``sheet`` is None, and there is no ``grid`` yet, while a large file is read for the first time.
    """

    status_changed = Signal()

    def __init__(self, services: Services, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.file, self._decision = split_key(key)
        self._content: bytes | None = None
        self.sheet: Sheet | None = None
        self.saved = SavedCases(services, self.file, self._decision)
        self._cases: tuple[PastCase, ...] = ()
        self._line: int | None = None
        """a line of the file to go to, once it was read"""
        self._tried: tuple[Mapping[int, Given], Trial] | None = None
        """the case that the result stands for; None while another one is tried"""
        self._worker, self._playing = Worker(self), Worker(self)
        self._cases_tried = Trying(self._worker, self)
        self._cases_tried.tried.connect(self._show_tried)
        self._pages = QStackedLayout(self)
        self._nothing = EmptyState(
            "There is no table here",
            "The file was removed, or it holds no decision with a table. It can be mended in a text editor.",
        )
        self._pages.addWidget(self._nothing)
        self._reading = EmptyState("Reading the table …", "It is a large one.")
        self._pages.addWidget(self._reading)
        self.setProperty("role", "page")
        services.document.changed.connect(self._follow)
        self._read()

    def _dress(self) -> None:
        self.check.setIcon(icon("triangle-alert", self._services.theme.palette.text.secondary))

    # --- building ---

    def _build(self, sheet: Sheet) -> None:
        services = self._services
        self.policy = QComboBox()
        self.policy.setAccessibleName("When several rules match")
        for policy, aggregation, words in POLICIES:
            self.policy.addItem(words, (policy, aggregation))
        self.policy.activated.connect(self._choose_policy)
        self.check = QPushButton(" Check for gaps")
        services.theme.changed.connect(self._dress)
        self._dress()
        self.check.clicked.connect(self._check)
        self._tables = TablesList({self._decision, sheet.decision})
        self._tables.wanted.connect(self._open)
        self._needs = LinkButton("What it needs")
        self._needs.setCheckable(True)
        tile = Tile(services.theme)
        tile.show_kind("table", "decision")
        bar = QFrame()
        bar.setProperty("role", "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(24, 8, 24, 8)
        row.setSpacing(12)
        row.addWidget(tile)
        self._name = PlainText(sheet.decision, PANEL_TITLE)
        row.addWidget(self._name)
        row.addWidget(self._tables)
        row.addWidget(self._needs)
        row.addStretch(1)
        row.addWidget(PlainText("When several rules match:", role="secondary"))
        row.addWidget(self.policy)
        row.addWidget(self.check)

        self.trying = TryBar(services)
        self.chosen = ChosenTest(self.saved, self.trying, self._asked_of, lambda: self._tried, self._attempt)
        self.grid = TableGrid(services, sheet)
        self.summary = Summary(services)
        self.findings = Findings(self._decision or sheet.decision, self)
        self.requirements = Requirements(services.theme)
        self._graph = QScrollArea()
        self._graph.setWidget(self.requirements)
        self._graph.setWidgetResizable(True)
        self._graph.hide()
        body = QVBoxLayout()
        body.setContentsMargins(24, 20, 24, 14)
        body.setSpacing(16)
        body.addWidget(self._graph)
        body.addWidget(self.trying)
        body.addWidget(self.grid, 1_000)
        body.addWidget(WrongCell(services.theme, self.grid))
        body.addWidget(self.summary)
        body.addStretch(1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addLayout(body, 1)
        self._pages.addWidget(whole)
        self._pages.setCurrentWidget(whole)

        self.setFocusProxy(self.grid)
        self._needs.toggled.connect(self._graph.setVisible)
        self._needs.toggled.connect(lambda on: self._needs.setText("Hide what it needs" if on else "What it needs"))
        self.requirements.picked.connect(self._open)
        self.trying.changed.connect(self._try)
        self.trying.past_wanted.connect(self.use_past)
        self.grid.wanted.connect(self._do)
        self.grid.repair_wanted.connect(self._repair)
        self.grid.column_wanted.connect(self._change_column)
        self.grid.add_column_wanted.connect(self._add_column)
        self.summary.rule_wanted.connect(self.grid.show_rule)
        self.summary.repair_wanted.connect(self._repair)
        self.summary.test_wanted.connect(self.chosen.show)
        self.summary.past_wanted.connect(self.use_past)
        self.findings.changed.connect(self._take)
        self._show(sheet)

    # --- the value ---

    def _read(self) -> None:
        content = self._services.document.project.decisions.get(self.file)
        self._content = content
        if content is None:
            self._pages.setCurrentWidget(self._nothing)
        elif len(content) <= LARGE or is_read(content, self._decision):
            self._take_read(content, sheet_in(content, self._decision))
        else:
            if self.sheet is None:
                self._pages.setCurrentWidget(self._reading)
            self._worker.do(lambda: sheet_in(content, self._decision), lambda sheet: self._take_read(content, sheet))

    def _take_read(self, content: bytes, sheet: Sheet | None) -> None:
        if content is not self._content:
            return  # changed meanwhile, and read anew
        if sheet is None:
            self._pages.setCurrentWidget(self._nothing)
            return
        first = self.sheet is None
        if first:
            self._build(sheet)
        elif sheet != self.sheet:
            self._show(sheet)
        self._pages.setCurrentIndex(self._pages.count() - 1)
        self._look(at_once=first)

    def _follow(self, change: Change) -> None:
        content = change.after.decisions.get(self.file)
        before, after = (project.decision_tests.get(self.file) for project in (change.before, change.after))
        if content is not self._content and content != self._content:  # a file that was read again has bytes of its own
            self._read()
        elif before is not after and self.sheet is not None:
            if self._tried is not None:  # else it is shown once the case was tried
                self._show_tried(*self._tried)
            self._look(at_once=True)

    def _look(self, *, at_once: bool = False) -> None:
        if self.sheet is not None and self._content is not None:
            tests = self.saved.all(self._content, self.sheet)
            self.findings.look_at(Asked(self._content, self.sheet, tests, self._cases), at_once=at_once)

    def _show(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.grid.show_sheet(sheet)
        self.trying.show_sheet(sheet)
        wanted = (sheet.hit_policy, sheet.aggregation)
        self.policy.setCurrentIndex(next((n for n, row in enumerate(POLICIES) if row[:2] == wanted), 0))
        self.summary.show_found(None)
        self._tables.list_once(self._content or b"")
        self._name.setVisible(self._tables.count() <= 1)
        self._try(self.trying.given())
        self.status_changed.emit()

    def _open(self, decision: str) -> None:
        if self._services.window is not None and decision not in ("", self._decision):
            self._services.window.open_editor("decision_table", f"{self.file}/{decision}")
        self._tables.show_own()

    # --- changes ---

    def _do(self, title: str, change: Any, merge: object = None) -> None:
        command = edit_table(title, self.file, self._decision, change, merge=merge)
        self._attempt(lambda: self._services.document.do(command))

    def _asked_of(self) -> tuple[bytes, Sheet]:
        assert self.sheet is not None
        return self._content or b"", self.sheet

    def _attempt(self, deed: Callable[[], object]) -> None:
        try:
            deed()
        except CommandRefused as refused:
            if self._services.window is not None:
                self._services.window.say(str(refused))

    def _choose_policy(self, _index: int) -> None:
        policy, aggregation = self.policy.currentData()
        self._do(self.policy.currentText(), lambda edit: edit.set_hit_policy(policy, aggregation))

    def _change_column(self, number: int) -> None:
        assert self.sheet is not None
        form = ColumnForm(self.sheet.columns[number], self)
        if asked(form):
            column = form.column()
            self._do(f"Change column “{column.title}”", lambda edit: edit.change_column(number, column))

    def _add_column(self, kind: str) -> None:
        column = Column(kind, "Note" if kind == "annotation" else "")  # type: ignore[arg-type]
        if kind != "annotation":
            form = ColumnForm(column, self, fresh=True)
            if not asked(form):
                return
            column = form.column()
        self._do(f"Add column “{column.title}”", lambda edit: edit.add_column(column))

    def _repair(self, repair: Any) -> None:
        inputs = self.sheet.inputs if self.sheet is not None else 0

        def change(edit: TableEdit) -> None:
            if repair.kind == "set_cell":
                edit.set_cell(repair.rule, repair.column + (inputs if repair.output else 0), repair.text)
            elif repair.kind == "add_rule":
                edit.add_row(len(edit.sheet.rows) if repair.rule is None else repair.rule + 1, repair.cells)
            elif repair.kind == "remove_rule":
                edit.remove_rows([repair.rule])
            elif repair.kind == "move_rule":
                edit.move_row(repair.rule, repair.before)
            elif repair.kind == "hit_policy":
                edit.set_hit_policy(repair.text)

        self._do(repair.words, change)
        if repair.kind == "add_rule":
            self.grid.show_rule(len(self.sheet.rows) - 1 if repair.rule is None else repair.rule + 1, inputs)  # type: ignore[union-attr]

    # --- what is known of it ---

    def _try(self, given: Any) -> None:
        assert self.sheet is not None
        self._tried = None
        self._cases_tried.ask(self.sheet, given)

    def _show_tried(self, given: Any, trial: Trial) -> None:
        assert self.sheet is not None
        self._tried = given, trial
        self.grid.rows.show_trial(trial)
        self.trying.show_trial(self.sheet, trial)
        self.trying.show_saved(self.sheet, trial, *self.chosen.shown(given))

    def show_part(self, name: str) -> None:
        """Try a saved test of this file above its table, or go to the rule in a line of the file (``line 12``); on
        another page if it is about another table.
        """
        if self.sheet is None or self._content is None:
            return
        if (line := _LINE.match(name)) is not None:
            self._line = int(line[1])
            self._go_to_line(self.findings.found)
            return
        test = next((one for one in self.saved.all(self._content, self.sheet) if one.name == name), None)
        other = self._services.document.project.decision_tests.get(self.file, {}).get(name, {}).get("decision")
        if test is not None:
            self.chosen.show(test)
        elif self._services.window is not None and other and other != self._decision:
            page = self._services.window.open_editor("decision_table", f"{self.file}/{other}")
            if isinstance(page, TablePage) and page is not self:
                page.show_part(name)

    def _go_to_line(self, found: Found | None) -> None:
        """Once the file was read; nothing happens if no rule stands in that line."""
        if self._line is None or found is None or found.model is None or self.sheet is None:
            return
        wanted, self._line = self._line, None
        if (place := rule_in_line(found.model, wanted)) is None:
            return
        decision, rule = place
        if decision in (self._decision, self.sheet.decision):
            self.grid.show_rule(rule)
            self.grid.setFocus()
        elif self._services.window is not None:
            page = self._services.window.open_editor("decision_table", f"{self.file}/{decision}")
            if isinstance(page, TablePage) and page is not self:
                page.show_part(f"line {wanted}")

    def use_past(self) -> None:
        """Choose a case that the table was asked before, and try it."""
        assert self.sheet is not None
        content, sheet, names = self._content or b"", self.sheet, (self._decision or "", self.sheet.decision)

        def placing(cases: Any) -> Any:
            try:
                return place(parse_model(content), sheet, filter(None, names), cases)
            except DmnError:
                return ()  # a table that can't be read decides nothing; the summary says why

        dialog = PastCases(self._services, self.file, sheet, placing, self._playing, self)
        chosen = asked(dialog)
        if dialog.cases:
            self._cases = dialog.cases
            self._look(at_once=True)
        if chosen and dialog.chosen is not None:
            self.chosen.forget()
            self.trying.fill({column: typed(value) for column, value in dialog.chosen.given.items()})

    def _check(self) -> None:
        self._look(at_once=True)
        found = self.findings.found
        row = next((n for n, line in enumerate(self.grid.rows.lines) if line.gap is not None), None)
        if found and row is not None:
            self.grid.scrollTo(self.grid.rows.index(row, 0))

    def _take(self, found: Found) -> None:
        if found.content is not self._content:
            return
        self.summary.show_found(found)
        self.grid.rows.show_analysis(found.analysis)
        self._go_to_line(found)
        if found.model is not None:
            self.requirements.show_model(found.model, self._decision or (self.sheet.decision if self.sheet else ""))
            self._graph.setFixedHeight(min(self.requirements.sizeHint().height() + 2, TALLEST_GRAPH))

    def status(self) -> str:
        """For the status bar: how large it is."""
        if self.sheet is None:
            return ""
        counts = ((len(self.sheet.rows), "rule"), (self.sheet.inputs, "input"), (self.sheet.outputs, "outcome"))
        return ", ".join(counted(count, word) for count, word in counts)

    @property
    def deeds(self) -> Mapping[str, Callable[[], None]]:
        """What the Edit menu and its keys do here; nothing while the case above the table is typed."""
        typed = self.sheet is None or self.trying.isAncestorOf(QApplication.focusWidget() or self)
        return {} if typed else self.grid.deeds

    def keys(self) -> str:
        """For the status bar: the keys that are worth knowing here."""
        return "Tab: next cell    Enter: cell below    Alt Enter: new rule    F2: change    Esc: back to the flow"

    def close_editor(self) -> None:
        """Its page is closed: wait for what is under way."""
        self._cases_tried.close()
        self._worker.finish()
        self._playing.finish()
        if self.sheet is not None:
            self.findings.close()
