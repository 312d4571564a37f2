"""``TryBar``: a case typed above the table; rules light up as it is typed, and the result stands beside it.

The case may come from the past, and may be kept as a test, whose name is typed here too.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from designer.editors.decision_table.trial import Given, Trial, example_of, read_value
from designer.forms.marks import CutText
from designer.pieces import Chip, Glyph, LinkButton, PlainText, plain_tooltip
from designer.pieces.marking import mark
from designer.services import Services
from designer.theme.type_scale import CODE_SIZE, PANEL_TITLE, SMALL, widget_font
from nodes.contract import same_value
from nodes.dmn.editing import Sheet
from runtime.model.table_tests import TableTest
from runtime.trace.explain import value_words

IN_A_ROW = 4
BESIDE, FIELD, ROOM = 3, 190, 620
"""the result stands beside up to so many fields of this width, where it has this room"""
CONTROL = 30
"""a button beside it"""
LINES = 54
"""three lines of a reason beside the fields: the table below stays where it is when a result comes"""
NAME = 360
"""the name of a test"""
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
    another_wanted = Signal()
    """keep the case as a test of its own"""
    drop_wanted = Signal()
    named = Signal(str)
    """another name for the test of this case"""
    past_wanted = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.setProperty("role", "card")
        self._titles: tuple[str, ...] = ()
        self.fields: dict[int, QLineEdit] = {}
        self._typed: dict[str, str] = {}
        self._holder = QWidget()
        self._between = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._between.setSpacing(8)
        self._between.addWidget(self._holder)
        self._between.addWidget(self._build_result(services))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(self._build_head(services))
        column.addLayout(self._between)

    def _build_head(self, services: Services) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addStrut(CONTROL)  # as high without the name of a test
        head.addWidget(Glyph(services.theme, "flask-conical", lambda palette: palette.category.trigger))
        head.addWidget(PlainText("Try a case", PANEL_TITLE))
        self._hint = PlainText("Rules light up as you type", SMALL, "muted")
        head.addWidget(self._hint)
        self._kept = PlainText("kept as the test", SMALL, "muted")
        self.title = QLineEdit()
        self.title.setAccessibleName("Name of the test")
        self.title.setFixedWidth(NAME)
        self.title.textEdited.connect(self.named)
        self.verdict = PlainText("", SMALL, "good")
        for widget in (self._kept, self.title, self.verdict):
            widget.hide()
            head.addWidget(widget)
        head.addStretch(1)
        self.past = LinkButton("Use a past case")
        self.past.clicked.connect(self.past_wanted)
        head.addWidget(self.past)
        return head

    def _build_result(self, services: Services) -> QWidget:
        self._said = QWidget()
        self._arrow = QWidget()
        self._arrow.setFixedHeight(CONTROL)
        middle = QVBoxLayout(self._arrow)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(Glyph(services.theme, "arrow-right", lambda palette: palette.text.secondary))
        self.result = Chip(services.theme, tall=True)
        self.result.say("", "idle")
        self.reason = PlainText("", role="secondary", wrap=True)
        self.reason.setMinimumHeight(CONTROL)  # the table below stays where it is when a result comes
        self.drop = LinkButton("Delete test")
        self.drop.clicked.connect(self.drop_wanted)
        self.save = QPushButton("Save as test")
        self.save.clicked.connect(self.save_wanted)
        self.another = LinkButton("Save as another")
        self.another.clicked.connect(self.another_wanted)
        line = QHBoxLayout(self._said)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        for widget in (self._arrow, self.result, self.reason, self.drop, self.another, self.save):
            line.addWidget(widget, int(widget is self.reason))
        return self._said

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """The result goes below the fields where it has no room beside them."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        count = len(self.fields)
        beside = 0 < count <= BESIDE and self.width() - count * (FIELD + 12) >= ROOM
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        for field in self.fields.values():
            field.setMinimumWidth(FIELD if beside else 0)
        self._arrow.setVisible(beside)
        self._said.setMinimumHeight(LINES if beside else 0)
        if self._between.direction() != way:
            self._between.setDirection(way)
            self._between.setSpacing(12 if beside else 8)
        self._between.setStretch(1, int(beside))
        self._between.setAlignment(self._holder, Qt.AlignmentFlag.AlignBottom if beside else Qt.AlignmentFlag(0))
        line = self._said.layout()
        assert line is not None
        for widget in (self._arrow, self.result, self.reason, self.drop, self.another, self.save):
            line.setAlignment(widget, Qt.AlignmentFlag.AlignBottom if beside else Qt.AlignmentFlag.AlignVCenter)

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
            grid.setColumnStretch(across, 1 if len(self.fields) > BESIDE or across < len(self.fields) else 0)
        self._between.replaceWidget(self._holder, fresh)
        self._holder.hide()
        self._holder.deleteLater()
        self._holder = fresh
        self._arrange()

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

    def show_saved(self, sheet: Sheet, trial: Trial, test: TableTest | None, own: bool) -> None:
        """Whether this very case is kept as a test, and whether it gives what the test expects; not its ``own``: it was
        changed since the test was chosen.
        """
        decided = trial.has_value and not trial.problem
        differs = test is not None and not (decided and same_value(trial.value, test.expect))
        self._show_name(test, ("as expected", "good") if not differs else ("not as expected", "bad"), own=own)
        self.drop.setVisible(test is not None)
        self.another.setVisible(test is not None and not own and decided)
        self.save.setVisible(test is None or not own or (differs and decided))
        self.save.setEnabled(decided)
        self.save.setText("Save as test" if test is None else "Keep this result" if own else "Change the test")
        self.save.setToolTip("" if decided else "A case with a result can be kept as a test: fill in all values.")
        if test is not None and own and differs:
            if decided:
                self.result.say(self.result.words, "failed", "x")
            self.reason.setText(
                f"The saved test expects {result_words(sheet, test.expect)}. {_sentence(self.reason.text())}"
            )

    def _show_name(self, test: TableTest | None, verdict: tuple[str, str], *, own: bool) -> None:
        self._hint.setVisible(test is None)
        for widget in (self._kept, self.title, self.verdict):
            widget.setVisible(test is not None)
        words, role = verdict if own else ("changed, not kept yet", "muted")
        self._kept.setText("kept as the test" if own else "from the test")
        self.verdict.setText(words)
        self.verdict.restyle(role)
        if test is not None and self.title.text().strip() != test.title:
            self.title.setText(test.title)

    def _say(self) -> None:
        given = self.given()
        for column, field in self.fields.items():
            self._typed[field.accessibleName()] = field.text()
            mark(field, "invalid", bool(given[column].problem))
            field.setToolTip(plain_tooltip(given[column].problem))
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
