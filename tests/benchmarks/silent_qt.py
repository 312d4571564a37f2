"""Qt without a screen warns at each window that it has nobody to tell a window's sizes; a benchmark's table is no place
for that. Everything else that Qt says still goes to standard error.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

OF_NO_USE = "This plugin does not support propagateSizeHints()"


def install() -> None:
    """For this process, from now on."""
    qInstallMessageHandler(_say)


def _say(_kind: QtMsgType, _context: QMessageLogContext, words: str) -> None:
    if words != OF_NO_USE:
        print(words, file=sys.stderr, flush=True)
