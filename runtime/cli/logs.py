"""What the runtime has to say besides results goes to standard error: one event one line, without secrets (R03)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from runtime.secrets import RedactingFilter, Redactor


@contextmanager
def logged() -> Iterator[Redactor]:
    """Within it, what is logged from warnings on is written; the secrets that the redactor is told of are masked."""
    redactor = Redactor()
    handler = logging.NullHandler() if sys.stderr is None else logging.StreamHandler()
    handler.addFilter(RedactingFilter(redactor))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        yield redactor
    finally:
        logging.getLogger().removeHandler(handler)
