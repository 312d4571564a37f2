"""A logging filter for every handler of the process: secrets masked, one event = one line (FAULTS R03)."""

from __future__ import annotations

import logging

from runtime.secrets.redactor import Redactor

_FORMATTER = logging.Formatter()
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), 127)} | {10: "\\n", 13: "\\r", 9: "\t"}


class RedactingFilter(logging.Filter):
    """``handler.addFilter(RedactingFilter(redactor))``: settles message and exception text before they are written."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record in place; never drops one."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = f"{record.msg} (its arguments do not fit)"
        record.msg = self._redactor.clean_text(message).translate(_ESCAPES)
        record.args = ()
        if record.exc_info:
            record.exc_text = _FORMATTER.formatException(record.exc_info)
            record.exc_info = None
        if record.exc_text:
            record.exc_text = self._redactor.clean_text(record.exc_text)
        return True
