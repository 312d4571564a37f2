"""The exit codes of dev.py, and the one way to end early: with a code and a sentence that says what to do."""

from __future__ import annotations

FAILED = 1
WRONG_USE = 2
MACHINE_LACKS = 3
NOT_HERE_YET = 4
STOPPED = 130


class Exit(Exception):
    """Ends dev.py; `sentence` goes to stderr, `code` to the shell."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
