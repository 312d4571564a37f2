"""The system's own dialogs for files and folders, in one place, so that what follows them can be tested without
them.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

PACKAGES = "Baton packages (*.baton)"


def choose_folder(parent: QWidget | None, title: str, start: Path | None = None) -> Path | None:
    """A folder that exists or was made there; None if none was chosen."""
    chosen = QFileDialog.getExistingDirectory(parent, title, "" if start is None else str(start))
    return Path(chosen) if chosen else None


def choose_file(parent: QWidget | None, title: str, kinds: str = PACKAGES, start: Path | None = None) -> Path | None:
    """A file to be read; None if none was chosen."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, "" if start is None else str(start), kinds)
    return Path(chosen) if chosen else None


def choose_target(parent: QWidget | None, title: str, kinds: str, start: Path) -> Path | None:
    """A file to be written; None if none was chosen. That it exists already was asked about."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    return Path(chosen) if chosen else None
