"""The command line: one verb a file under ``verbs/``, found by walking. ``main.py`` is the console script ``baton``."""

from __future__ import annotations

import sys
from types import TracebackType


def _interrupted_early(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """Ctrl-C while the libraries are still being loaded: nobody is there yet who could catch it."""
    if issubclass(kind, KeyboardInterrupt):
        if sys.stderr is not None:
            sys.stderr.write("baton: Interrupted before anything was done.\n")
    else:
        _before(kind, fault, trace)


_before, sys.excepthook = sys.excepthook, _interrupted_early
