"""``Theme``: light or dark, as the system has it or as the user chose; tells everybody when it changes."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from designer.theme.palette import DARK, LIGHT, Palette

Choice = Literal["system", "light", "dark"]


class Theme(QObject):
    """The colours now. Painters read ``palette`` each time; widgets restyle themselves on ``changed``."""

    changed = Signal()

    def __init__(self, choice: Choice = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice: Choice = choice
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._system_changed)
        self.palette: Palette = self._wanted()
        self._outlines: bool | None = None
        if hints is not None:
            hints.accessibility().contrastPreferenceChanged.connect(self._contrast_changed)
        self.reduce_motion = False

    @property
    def choice(self) -> Choice:
        """What the user chose."""
        return self._choice

    @property
    def dark(self) -> bool:
        """Whether the dark colours are shown."""
        return self.palette is DARK

    @property
    def stronger_outlines(self) -> bool:
        """Whether cards have lines of full contrast: as the user chose, else as the system's contrast setting asks."""
        if self._outlines is not None:
            return self._outlines
        return system_contrast() == Qt.ContrastPreference.HighContrast

    @stronger_outlines.setter
    def stronger_outlines(self, wanted: bool | None) -> None:
        self._outlines = wanted

    def choose(self, choice: Choice) -> None:
        """Light, dark, or as the system has it."""
        self._choice = choice
        self._apply()

    def _system_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._apply()

    def _contrast_changed(self, _preference: Qt.ContrastPreference) -> None:
        if self._outlines is None:
            self.changed.emit()

    def _apply(self) -> None:
        wanted = self._wanted()
        if wanted is not self.palette:
            self.palette = wanted
            self.changed.emit()

    def _wanted(self) -> Palette:
        if self._choice != "system":
            return DARK if self._choice == "dark" else LIGHT
        hints = QGuiApplication.styleHints()
        return DARK if hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def system_contrast() -> Qt.ContrastPreference:
    """What the system's contrast setting asks for. Looked up each time: Qt's object does not outlive its caller."""
    hints = QGuiApplication.styleHints()
    return hints.accessibility().contrastPreference() if hints is not None else Qt.ContrastPreference.NoPreference
