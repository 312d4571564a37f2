"""A logging filter for every handler of the process: secrets masked, one event = one line (FAULTS R03)."""

from __future__ import annotations

import logging

from runtime.secrets.redactor import Redactor

_FORMATTER = logging.Formatter()
_SPECIAL = {10: "\\n", 13: "\\r", 9: "\t"}
_CONTROLS = (*range(32), *range(127, 160))
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000))
_ESCAPES = {code: f"\\x{code:02x}" for code in _CONTROLS} | {code: f"\\u{code:04x}" for code in _TURNING} | _SPECIAL
"""Whatever could end a line, move the cursor, turn the direction of text, or can't be written at all."""


class RedactingFilter(logging.Filter):
    """``handler.addFilter(RedactingFilter(redactor))``: settles message and exception text before they are written."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record in place, with where it came from (a traceback) in its line; never drops one."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = f"{record.msg} (its arguments do not fit)"
        if record.exc_info:
            message += "\n" + _FORMATTER.formatException(record.exc_info)
        elif record.exc_text:
            message += "\n" + record.exc_text
        if record.stack_info:
            message += "\n" + record.stack_info
        record.msg = self._redactor.clean_text(message).translate(_ESCAPES)
        record.args = ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True
