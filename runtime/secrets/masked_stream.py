"""A text stream through which no secret gets, not in pieces either. What code of nodes prints goes through it.

Law: lines come out whole and masked. A line that is not ended yet comes out when somebody flushes, but for a last piece
that a secret may begin with; whatever is held back comes out with what follows, or at the end (``finish``). Each thread
has a line of its own, so that pieces of one do not tear those of another.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any, TextIO

from runtime.secrets.redactor import Redactor

LONGEST = 65_536
"""characters of a line without end that are kept before it comes out as if somebody had flushed"""


class MaskedStream:
    """``stream`` with the secrets of ``redactor`` masked; all that is not about writing is the stream's own."""

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        self._stream = stream
        self._redactor = redactor
        self._lock = threading.RLock()  # a signal or a collection in the middle of a write may write, too
        self._begun: dict[int, str] = {}
        """thread -> the line that it has begun"""

    def write(self, text: str) -> int:
        """As text streams do."""
        thread = threading.get_ident()
        with self._lock:
            whole = self._begun.pop(thread, "") + text
            lines, end, rest = whole.rpartition("\n")
            if lines or end:
                self._stream.write(self._redactor.clean_text(lines + end))
            if rest:
                self._begun[thread] = rest
            if len(rest) > LONGEST:
                self._let_out(thread)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """As text streams do."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """What this thread has written comes out, but for what a secret may begin with."""
        with self._lock:
            self._let_out(threading.get_ident())
            self._stream.flush()

    def finish(self) -> None:
        """Whatever was held back comes out."""
        with self._lock:
            for rest in self._begun.values():
                self._stream.write(self._redactor.clean_text(rest))
            self._begun.clear()
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _let_out(self, thread: int) -> None:
        rest = self._begun.pop(thread, "")
        held = self._redactor.begun_at_the_end_of(rest)
        if held:
            self._begun[thread] = rest[-held:]
        self._stream.write(self._redactor.clean_text(rest[: len(rest) - held]))
