"""``Summary``: what the analysis found, counted in one line under the table; each with its words and repairs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from designer.editors.decision_table.findings import Found
from designer.editors.decision_table.words import deed
from designer.pieces import Glyph, PlainText
from designer.pieces.emptying import emptied
from designer.services import Services
from designer.theme.icons import icon

SHOWN = 12


class Summary(QWidget):
    """``rule_wanted`` with (rule, column) to go to, ``repair_wanted`` with a repair."""

    rule_wanted = Signal(int, int)
    repair_wanted = Signal(object)

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
        self._line.addStretch(1)

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
        self.words += (words,)
        button = QToolButton()
        button.setText(words)
        button.setIcon(icon("triangle-alert", self._services.theme.palette.state.waiting_person))
        button.setToolButtonStyle(button.toolButtonStyle().ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for item in found[:SHOWN]:
            rule, column = _place(item)
            here = menu.addAction(_short(item.words))
            if rule is not None:
                here.triggered.connect(lambda _=False, at=(rule, column): self.rule_wanted.emit(*at))
            for repair in item.repairs[:2]:
                menu.addAction(f"    {deed(repair)}", partial(self.repair_wanted.emit, repair))
        for text in texts[:SHOWN]:
            menu.addAction(_short(text)).setEnabled(False)
        button.setMenu(menu)
        self._line.addWidget(button)
        self._line.addSpacing(8)


def _place(item: Any) -> tuple[int | None, int]:
    rules = getattr(item, "rules", None)
    rule = getattr(item, "rule", None) if rules is None else rules[1]
    return rule, int(getattr(item, "column", 0) or 0)


def _short(words: str) -> str:
    plain = words.replace("&", "&&")
    return plain if len(plain) <= 110 else plain[:109] + "…"
