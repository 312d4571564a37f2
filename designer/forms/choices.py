"""Choices as one line of text: with commas between, and one that has a comma itself in quotes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ONE = re.compile(
    r"""\s*(?:
        "((?:[^"]|"")*)(?:"|\Z)        # within it, a quote is written twice
        |[“„]([^“”„]*)(?:[“”]|\Z)
        |[‘‚']([^‘’‚',]*,[^‘’‚']*)[’']  # single quotes are taken for such only around a comma
    )\s*(?=,|\Z)|([^,]*)""",
    re.VERBOSE,
)


def read_choices(text: str) -> list[str]:
    """The choices in their order, each once; also while the last is still being typed."""
    found: list[str] = []
    at = 0
    while at <= len(text):
        match = _ONE.match(text, at)
        assert match is not None, "the last form takes anything"
        quoted, curly, single, bare = match.groups()
        one = quoted.replace('""', '"') if quoted is not None else curly or single or (bare or "").strip()
        if one.strip():
            found.append(one)
        at = match.end() + 1
    return list(dict.fromkeys(found))


def choices_text(choices: Iterable[object]) -> str:
    """What reads as these choices again."""
    return ", ".join(_written(str(choice)) for choice in choices)


def _written(choice: str) -> str:
    plain = "," not in choice and choice == choice.strip() and choice[:1] not in '"“„'
    return choice if plain else '"' + choice.replace('"', '""') + '"'
