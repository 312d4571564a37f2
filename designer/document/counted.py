"""``counted``: a number with its word, as people say it: "1 step", "2 steps"."""

from __future__ import annotations


def counted(number: int, word: str, several: str = "") -> str:
    """``several`` only where more than one is not the word with an s behind it."""
    return f"{number} {word if number == 1 else several or f'{word}s'}"
