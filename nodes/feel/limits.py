"""What one evaluation may cost, and the hard limits of a text.

Who calls it: the parser (text limits), the compiled closures and the built-ins (`Budget`).
Law: work is charged *before* it is done, by what it will cost, so that an attack ends at once and not after the harm.
Limits are counted, never timed: the same text on the same values stops at the same place on every machine, which
replay needs.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from nodes.feel.errors import FeelLimitError

MAX_TEXT = 100_000
"""Characters of one expression."""
MAX_NODES = 5_000
"""Nodes of one syntax tree."""
MAX_NESTING = 90
"""Brackets, functions and other constructs inside one another. The parser takes up to seven Python frames for
each."""
MAX_HEIGHT = 160
"""Height of a syntax tree: a chain of operators is as high as it is long."""
MAX_LITERAL_DIGITS = 400
"""Digits of a number in a text; more than 34 are rounded as the standard says, more than this is an attack."""
MAX_EXPONENT = 6_144
"""The largest power of ten of a 128-bit decimal, which is what FEEL's numbers are."""


TEXT_SHIFT: Final = 4
"""Texts cost a step for each 2 ** TEXT_SHIFT characters that are read or made."""
POWER_COST: Final = 50
"""Steps of a power, root, logarithm: as long as they take at 34 digits."""
READING_COST: Final = 30
"""Steps of reading a date or time, which may have to look for a zone."""
PATTERN_COST: Final = 1_000
"""Steps of compiling a pattern, besides one for each character: a short one can be large (`(\\w{99}){9}`)."""
TRIED_COST: Final = 10
"""How many times as much one with back-references takes."""


class Budget(NamedTuple):
    """What one evaluation may use.

    steps: about one for each node of the tree that is evaluated in a loop, a function or a built-in over a list.
    depth: nested evaluation in Python frames, as counted beforehand from the tree, so that it ends alike everywhere; a
        simple function may call itself some fifty times.
    list_items: items of one list that an expression makes, and values of the result in all.
    text_size: characters of one text that an expression makes.
    """

    steps: int = 1_000_000
    depth: int = 600
    list_items: int = 100_000
    text_size: int = 1_000_000


DEFAULT_BUDGET = Budget()


def limit_error(limit: str, allowed: int) -> FeelLimitError:
    """The error of a limit, in words that say what to change."""
    return FeelLimitError(limit, _SENTENCES[limit].format(allowed=f"{allowed:,}"), allowed=allowed)


_SENTENCES = {
    "steps": "The expression takes more than {allowed} steps; make the lists that it goes through shorter.",
    "depth": "The evaluation is nested more than {allowed} levels deep; a function may be calling itself without end.",
    "list_items": "A list or result of more than {allowed} values would be made; narrow the range or filter it first.",
    "text_size": "A text of more than {allowed} characters would be made; shorten it.",
    "digits": "A number is beyond what 34 digits and an exponent of {allowed} can hold; use smaller numbers.",
    "text": "The expression is longer than {allowed} characters; split it into several.",
    "nodes": "The expression has more than {allowed} parts; split it into several.",
    "nesting": "The expression is nested more than {allowed} levels deep; name its parts in a context.",
}
