"""``asked``: shows a dialog until a person has answered it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog


def asked(dialog: QDialog) -> bool:
    """Whether it was accepted. What stands in it can be read until the next event; then it goes, for its window would
    keep it as long as it lives itself, and dress it in each new theme.
    """
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()
