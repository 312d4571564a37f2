"""``Summary``: what was found, counted in one line under the table: findings with repairs, tests, past cases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from designer.document.counted import counted
from designer.editors.decision_table.findings import Found
from designer.editors.decision_table.placed import Placed
from designer.editors.decision_table.words import deed
from designer.pieces import Glyph, LinkButton, PlainText
from designer.pieces.emptying import emptied
from designer.services import Services
from designer.theme.icons import icon
from runtime.model.table_tests import TableTest, not_tested

SHOWN = 12


class Summary(QWidget):
    """``rule_wanted`` with (rule, column) to go to, ``repair_wanted`` with a repair, ``test_wanted`` with a test."""

    rule_wanted = Signal(int, int)
    repair_wanted = Signal(object)
    test_wanted = Signal(TableTest)
    past_wanted = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(6)
        self.words: tuple[str, ...] = ()
        self._found: Found | None = None
        services.theme.changed.connect(self._paint_anew)
        self.show_found(None)

    def _paint_anew(self) -> None:
        self.show_found(self._found)

    def show_found(self, found: Found | None) -> None:
        """Say what is known; None while it is being looked at."""
        emptied(self._line)
        self.words, self._found = (), found
        if found is None:
            self._say("Checking …", "muted")
        elif found.analysis is None:
            self._say(found.problem, "bad")
        else:
            self._count(found.analysis)
        if found is not None and found.judged:
            self._tell_tests(found)
        self._line.addStretch(1)
        if found is not None and found.past:
            past = LinkButton(past_words(found.past))
            past.clicked.connect(self.past_wanted)
            self.words += (past.text(),)
            self._line.addWidget(past)

    def _tell_tests(self, found: Found) -> None:
        tests = found.judged
        failing = [each for each in tests if each.state != "passes"]
        menu = QMenu(self)
        palette = self._services.theme.palette
        good, bad = icon("check", palette.state.done), icon("triangle-alert", palette.state.waiting_person)
        for each in (*failing, *(each for each in tests if each.state == "passes")):
            words = f"{each.test.title}: {each.words}" if each.state != "passes" else each.test.title
            here = menu.addAction(good if each.state == "passes" else bad, _short(words))
            here.triggered.connect(lambda _=False, test=each.test: self.test_wanted.emit(test))
        count = counted(len(tests), "saved test")
        if failing:
            self._menu_button(f"{len(failing)} of {count} fail{'s' if len(failing) == 1 else ''}", menu, bad)
        else:
            self._menu_button(
                f"{len(tests)} of {count} pass" if len(tests) > 1 else "The saved test passes", menu, good
            )
        rest = not_tested(found.sheet, tests) if found.sheet is not None else []
        if rest:
            menu = QMenu(self)
            for rule in rest[:SHOWN]:
                menu.addAction(f"Rule {rule + 1}").triggered.connect(
                    lambda _=False, at=rule: self.rule_wanted.emit(at, 0)
                )
            self._menu_button(f"{counted(len(rest), 'rule')} without a test", menu)

    def _count(self, analysis: Any) -> None:
        dead = (*analysis.unreachable, *analysis.subsumed)
        kinds: tuple[tuple[Sequence[Any], str, str, str], ...] = (
            (analysis.cell_errors, "1 cell is wrong", "{} cells are wrong", "Every cell can be read"),
            (analysis.gaps, "1 gap", "{} gaps", "No gap"),
            (analysis.overlaps, "1 overlap", "{} overlaps", "No overlap"),
            (dead, "1 rule never decides", "{} rules never decide", "No rule is unreachable"),
        )
        for found, one, several, none in kinds:
            if found:
                self._button(one if len(found) == 1 else several.format(len(found)), found)
            else:
                self._say(none, "secondary", "check")
        unknown = [item.words for item in analysis.unknown] + list(analysis.gave_up)
        if unknown:
            self._button(f"{len(unknown)} not judged", (), unknown)

    def _say(self, words: str, role: str, glyph: str = "") -> None:
        self.words += (words,)
        if glyph:
            self._line.addWidget(Glyph(self._services.theme, glyph, lambda palette: palette.state.done, 14))
        self._line.addWidget(PlainText(words, role=role))
        self._line.addSpacing(14)

    def _button(self, words: str, found: Sequence[Any], texts: Sequence[str] = ()) -> None:
        menu = QMenu(self)
        for item in found[:SHOWN]:
            rule, column = _place(item)
            here = menu.addAction(_short(item.words))
            if rule is not None:
                here.triggered.connect(lambda _=False, at=(rule, column): self.rule_wanted.emit(*at))
            for repair in item.repairs[:2]:
                menu.addAction(f"    {deed(repair)}", partial(self.repair_wanted.emit, repair))
        for text in texts[:SHOWN]:
            menu.addAction(_short(text)).setEnabled(False)
        self._menu_button(words, menu, icon("triangle-alert", self._services.theme.palette.state.waiting_person))

    def _menu_button(self, words: str, menu: QMenu, glyph: QIcon | None = None) -> None:
        self.words += (words,)
        button = QToolButton()
        button.setText(words)
        if glyph is not None:
            button.setText(f" {words}")
            button.setIcon(glyph)
            button.setIconSize(QSize(14, 14))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu.setParent(button, menu.windowFlags())
        button.setMenu(menu)
        self._line.addWidget(button)
        self._line.addSpacing(8)


def past_words(past: Sequence[Placed]) -> str:
    """What the table would do with the past cases, in a few words."""
    gaps, otherwise = sum(each.gap for each in past), sum(each.otherwise and not each.gap for each in past)
    kind = "past case" if any(each.case.at is not None for each in past) else "sample case"
    cases = f"{len(past)} {kind}{'s' if len(past) > 1 else ''}"
    said = [f"{gaps} of {cases} would get no result"] if gaps else []
    if otherwise:
        said.append(f"{otherwise} {'' if said else f'of {cases} '}would be decided otherwise now")
    return ", ".join(said) or f"{cases} decided as before"


def _place(item: Any) -> tuple[int | None, int]:
    rules = getattr(item, "rules", None)
    rule = getattr(item, "rule", None) if rules is None else rules[1]
    return rule, int(getattr(item, "column", 0) or 0)


def _short(words: str) -> str:
    plain = words.replace("&", "&&")
    return plain if len(plain) <= 110 else plain[:109] + "…"
