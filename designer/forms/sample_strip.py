"""``SampleStrip``: under an expression: what it gives on the sample, and another sample to try it on.

Made by an expression field when it has its first result to show: most never have one.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QWidget

from designer.document.names import as_read
from designer.forms.context import FormContext
from designer.forms.marks import CutText
from designer.forms.trying import Tried, sample_choice
from designer.pieces import LinkButton, PlainText
from designer.services import Services
from designer.theme.icons import pixmap
from designer.theme.type_scale import SMALL, Size


class SampleStrip(QFrame):
    """One line of a fixed height."""

    def __init__(self, context: FormContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._good = False
        self.setProperty("role", "result")
        self.setFixedHeight(28)
        self._glyph = QLabel(self)
        self.words = PlainText("", SMALL, "muted", parent=self)
        self.value = CutText(context.services.theme, "", Size(SMALL.px, SMALL.pt, SMALL.line, 600))
        self.change = LinkButton("Change sample", self)
        self.change.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.change.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(self._glyph)
        row.addWidget(self.words)
        row.addWidget(self.value, 1)
        row.addWidget(self.change)
        context.services.theme.changed.connect(self._paint)

    def say(self, tried: Tried, source: str) -> None:
        """A result, or why there is none; ``source`` is what it was tried on."""
        self._good = tried.good
        self.words.setText("Sample gives" if tried.good else "Sample:")
        self.words.setAccessibleName(f"On {source} it gives {tried.words}")
        self.value.say(tried.words, "primary" if tried.good else "muted")
        self._paint()

    def _paint(self) -> None:
        palette = self._context.services.theme.palette
        glyph, colour = ("check", palette.state.done) if self._good else ("info", palette.text.muted)
        self._glyph.setPixmap(pixmap(glyph, colour, 14, self.devicePixelRatioF()))

    def _choose(self) -> None:
        if self._context.flow is not None:
            offer_samples(self._context.services, self._context.flow.id, self.change)


def offer_samples(services: Services, flow: str, at: QWidget) -> None:
    """The samples of a flow as a menu below a button: the chosen one is what values are shown for."""
    choice, menu, window = sample_choice(services), QMenu(at), services.window
    for name in choice.names(flow):
        entry = menu.addAction(as_read(name))
        entry.setCheckable(True)
        entry.setChecked(name == choice.of(flow))
        entry.triggered.connect(lambda _checked=False, name=name: choice.choose(flow, name))
    menu.addSeparator()
    menu.addAction("Edit samples …").triggered.connect(
        lambda: window.open_editor("samples", flow) if window is not None else None
    )
    menu.popup(at.mapToGlobal(at.rect().bottomLeft()))
