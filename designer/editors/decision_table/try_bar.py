"""``TryBar``: a case typed above the table; rules light up as it is typed, and the result stands beside it.

The case may come from the past, and may be kept as a test.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from designer.editors.decision_table.trial import Given, Trial, example_of, read_value
from designer.forms.marks import CutText
from designer.pieces import Chip, Glyph, LinkButton, PlainText
from designer.pieces.marking import mark
from designer.services import Services
from designer.theme.type_scale import CODE_SIZE, PANEL_TITLE, SMALL, widget_font
from nodes.contract import same_value
from nodes.dmn.editing import Sheet
from runtime.model.table_tests import TableTest
from runtime.trace.explain import value_words

IN_A_ROW = 4
CONTROL = 30
"""a button beside it"""
LONGEST = 72
"""characters of a result"""


def result_words(sheet: Sheet, value: object) -> str:
    """What comes of a case, as people say it: several results by the titles of their columns."""
    if not isinstance(value, Mapping):
        return value_words(value, LONGEST).strip('"')
    titles = {it.expression: it.title for it in (sheet.columns[column] for column in sheet.of_kind("output"))}
    parts = (f"{titles.get(str(name)) or name}: " + value_words(one, 24).strip('"') for name, one in value.items())
    words = ", ".join(parts)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


class TryBar(QFrame):
    """``changed`` with the values by column, each time something is typed."""

    changed = Signal(object)
    save_wanted = Signal()
    """keep the case with this result, also in the place of the test that expects another"""
    drop_wanted = Signal()
    past_wanted = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.setProperty("role", "card")
        self._titles: tuple[str, ...] = ()
        self.fields: dict[int, QLineEdit] = {}
        self._typed: dict[str, str] = {}
        glyph = Glyph(services.theme, "flask-conical", lambda palette: palette.category.trigger)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(glyph)
        head.addWidget(PlainText("Try a case", PANEL_TITLE))
        head.addWidget(PlainText("Rules light up as you type", SMALL, "muted"))
        head.addStretch(1)
        self.past = LinkButton("Use a past case")
        self.past.clicked.connect(self.past_wanted)
        head.addWidget(self.past)
        self._holder = QWidget()
        self.result = Chip(services.theme)
        self.result.say("", "idle")
        self.reason = PlainText("", role="secondary", wrap=True)
        self.reason.setMinimumHeight(CONTROL)  # the table below stays where it is when a result comes
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.result)
        below.addWidget(self.reason, 1)
        self.drop = LinkButton("Delete test")
        self.drop.clicked.connect(self.drop_wanted)
        self.save = QPushButton("Save as test")
        self.save.clicked.connect(self.save_wanted)
        below.addWidget(self.drop)
        below.addWidget(self.save)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self._column.addWidget(self._holder)
        self._column.addLayout(below)

    def show_sheet(self, sheet: Sheet) -> None:
        """Fields for the columns of this table; what was typed for a column of the same title stays."""
        titles = tuple(sheet.columns[column].title for column in sheet.of_kind("input"))
        if titles == self._titles and self.fields:
            return
        self._titles = titles
        fresh = QWidget()
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        self.fields = {}
        for number, column in enumerate(sheet.of_kind("input")):
            field = QLineEdit(self._typed.get(titles[number], ""))
            field.setFont(widget_font(CODE_SIZE, code=True))
            field.setAccessibleName(titles[number])
            field.setPlaceholderText(example_of(sheet, column))
            label = CutText(self._services.theme, titles[number], SMALL, "secondary")
            row, across = divmod(number, IN_A_ROW)
            grid.addWidget(label, row * 2, across)
            grid.addWidget(field, row * 2 + 1, across)
            field.textChanged.connect(self._say)
            self.fields[column] = field
        for across in range(IN_A_ROW):
            grid.setColumnStretch(across, 1)
        self._column.replaceWidget(self._holder, fresh)
        self._holder.hide()
        self._holder.deleteLater()
        self._holder = fresh

    def given(self) -> Mapping[int, Given]:
        """What is typed, by column."""
        return {column: read_value(field.text()) for column, field in self.fields.items()}

    def fill(self, texts: Mapping[int, str]) -> None:
        """Type a whole case, by column."""
        for column, field in self.fields.items():
            field.blockSignals(True)
            field.setText(texts.get(column, ""))
            field.blockSignals(False)
        self._say()

    def show_saved(self, sheet: Sheet, trial: Trial, test: TableTest | None) -> None:
        """Whether this very case is kept as a test, and whether it gives what the test expects."""
        decided = trial.has_value and not trial.problem
        differs = test is not None and not (decided and same_value(trial.value, test.expect))
        self.drop.setVisible(test is not None)
        self.save.setVisible(test is None or (differs and decided))
        self.save.setEnabled(decided)
        self.save.setText("Save as test" if test is None else "Keep this result")
        self.save.setToolTip("" if decided else "A case with a result can be kept as a test: fill in all values.")
        if test is not None and differs:
            if decided:
                self.result.say(self.result.words, "failed", "x")
            self.reason.setText(
                f"The saved test expects {result_words(sheet, test.expect)}. {_sentence(self.reason.text())}"
            )
        elif test is not None:
            self.reason.setText(f"{self.reason.text()}, as the saved test expects")

    def _say(self) -> None:
        given = self.given()
        for column, field in self.fields.items():
            self._typed[field.accessibleName()] = field.text()
            mark(field, "invalid", bool(given[column].problem))
            field.setToolTip(given[column].problem)
        self.changed.emit(given)

    def show_trial(self, sheet: Sheet, trial: Trial) -> None:
        """What comes of the case."""
        if trial.problem:
            self.result.say("No result", "failed", "x")
            self.reason.setText(trial.problem)
        elif trial.has_value and trial.value is None:
            self.result.say("No rule matches", "waiting_person", "triangle-alert")
            self.reason.setText("Nothing is decided for this case.")
        elif trial.has_value:
            self.result.say(result_words(sheet, trial.value), "done", "check")
            self.reason.setText(self._because(sheet, trial))
        else:
            self.result.say("", "idle")
            missing = len(self.fields) - sum(not given.empty for given in self.given().values())
            self.reason.setText("" if missing == len(self.fields) else f"{missing} more to fill in for a result.")

    @staticmethod
    def _because(sheet: Sheet, trial: Trial) -> str:
        if not trial.decided:
            return "by the default of the result"
        notes = sheet.of_kind("annotation")
        named = []
        for rule in trial.decided[:3]:
            note = sheet.rows[rule].cells[notes[0]] if notes else ""
            named.append(f"rule {rule + 1}" + (f", “{note}”" if note else ""))
        more = f" and {len(trial.decided) - 3} more" if len(trial.decided) > 3 else ""
        return "from " + "; ".join(named) + more


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
