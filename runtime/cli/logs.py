"""What the runtime has to say besides results goes to standard error: one event one line, without secrets (R03)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from runtime.secrets import RedactingFilter, Redactor


@contextmanager
def logged() -> Iterator[Redactor]:
    """Within it, what is logged from warnings on is written. Secrets that the redactor is told of are masked in that,
    and in what code of nodes prints."""
    redactor = Redactor()
    before = sys.stderr
    if before is not None:
        sys.stderr = cast("TextIO", _Masked(before, redactor))
    handler = logging.NullHandler() if sys.stderr is None else logging.StreamHandler()
    handler.addFilter(RedactingFilter(redactor))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        yield redactor
    finally:
        logging.getLogger().removeHandler(handler)
        sys.stderr = before


class _Masked:
    """A stream for remarks. Each piece is masked as it comes, so a secret that is written in pieces gets through."""

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        self._stream = stream
        self._redactor = redactor

    def write(self, text: str) -> int:
        """As text streams do."""
        self._stream.write(self._redactor.clean_text(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """As text streams do."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
