"""What the runtime has to say besides results goes to standard error: one event one line, without secrets (R03)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO, cast

from runtime.secrets import MaskedStream, RedactingFilter, Redactor


@contextmanager
def logged() -> Iterator[Redactor]:
    """Within it, what is logged from warnings on is written. Secrets that the redactor is told of are masked in that,
    and in what code of nodes prints."""
    redactor = Redactor()
    before = sys.stderr
    masked = None if before is None else MaskedStream(before, redactor)
    if masked is not None:
        sys.stderr = cast("TextIO", masked)
    handler = logging.NullHandler() if sys.stderr is None else logging.StreamHandler()
    handler.addFilter(RedactingFilter(redactor))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        yield redactor
    finally:
        logging.getLogger().removeHandler(handler)
        sys.stderr = before
        if masked is not None:
            masked.finish()
