"""Sets of characters: ranges, categories, what is in one and not in another, and how RE2 writes them.

A set is a union of intersections of `Item`s. Every item knows its complement, and RE2 has negated classes, so that an
intersection is written as `[^` the complements `]`, although RE2 has none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple, TypeAlias

LAST: Final = sys.maxunicode
MAX_PARTS: Final = 200
"""Intersections of one set."""
_SHORT: Final = 512

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""First and last character of each, in order, without overlap."""


class Item(NamedTuple):
    """What stands inside the brackets of a class for some characters, and for all the others."""

    inside: str
    outside: str

    def complement(self) -> Item:
        """All the others."""
        return Item(self.outside, self.inside)


CharacterSet: TypeAlias = tuple[tuple[Item, ...], ...]


class TooMany(Exception):
    """The set is too complicated."""


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """In order, without overlap."""
    made: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(high, made[-1][1]))
        else:
            made.append((low, high))
    return tuple(made)


def of_ranges(ranges: Iterable[tuple[int, int]]) -> CharacterSet:
    """The set of the characters in these ranges."""
    inside = merged(ranges)
    outside: list[tuple[int, int]] = []
    at = 0
    for low, high in inside:
        if low > at:
            outside.append((at, low - 1))
        at = high + 1
    if at <= LAST:
        outside.append((at, LAST))
    return ((Item(_written(inside), _written(outside)),),)


def _written(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(rf"\x{{{low:X}}}" + (rf"-\x{{{high:X}}}" if high > low else "") for low, high in ranges)


def of_category(name: str) -> CharacterSet:
    """The set of a Unicode category."""
    return ((Item(rf"\p{{{name}}}", rf"\P{{{name}}}"),),)


WORD: Final[CharacterSet] = ((Item(r"\p{L}\p{M}\p{N}\p{S}", r"\p{P}\p{Z}\p{C}"),),)
r"""`\w`: all but punctuation, separators and others; `_` is punctuation."""


def union(*sets: CharacterSet) -> CharacterSet:
    """The characters of all."""
    return _bounded([part for each in sets for part in each])


def intersection(a: CharacterSet, b: CharacterSet) -> CharacterSet:
    """The characters of both."""
    if len(a) * len(b) > MAX_PARTS:
        raise TooMany
    return tuple(first + second for first in a for second in b)


def complement(of: CharacterSet) -> CharacterSet:
    """All other characters."""
    made: CharacterSet = ((),)
    for part in of:
        made = intersection(made, tuple((item.complement(),) for item in part))
    return made


def _bounded(parts: list[tuple[Item, ...]]) -> CharacterSet:
    if len(parts) > MAX_PARTS:
        raise TooMany
    return tuple(parts)


def written(of: CharacterSet) -> str:
    """The set as an atom of RE2."""
    single = "".join(part[0].inside for part in of if len(part) == 1)
    pieces = [f"[{single}]"] if single else []
    for part in of:
        if len(part) != 1:
            outside = "".join(item.outside for item in part)
            pieces.append(f"[^{outside}]" if outside else r"[\x{0}-\x{10FFFF}]")
    if not pieces:
        return r"[^\x{0}-\x{10FFFF}]"
    return pieces[0] if len(pieces) == 1 else f"(?:{'|'.join(pieces)})"


# -- case --


def variants(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The ranges with the other cases of their characters: those with the same small or the same capital letter."""
    found: list[tuple[int, int]] = []
    by_small, by_capital = _cases()
    for low, high in ranges:
        found.append((low, high))
        for code in range(low, high + 1) if high - low < _SHORT else [c for c in _cased() if low <= c <= high]:
            character = chr(code)
            for other in (*by_small.get(character.lower(), ()), *by_capital.get(character.upper(), ())):
                found.append((other, other))
    return merged(found)


_CASED: Final = (
    (0x40, 0x2BF), (0x340, 0x5BF), (0x1080, 0x10FF), (0x1380, 0x13FF), (0x1C80, 0x1CBF), (0x1D40, 0x1DBF),
    (0x1E00, 0x1FFF), (0x2100, 0x21BF), (0x2480, 0x24FF), (0x2C00, 0x2D3F), (0xA640, 0xA6BF), (0xA700, 0xA7FF),
    (0xAB40, 0xABBF), (0xFB00, 0xFB3F), (0xFF00, 0xFF7F), (0x10400, 0x104FF), (0x10540, 0x105BF), (0x10C80, 0x10CFF),
    (0x11880, 0x118FF), (0x16E40, 0x16E7F), (0x1E900, 0x1E97F),
)  # fmt: skip
"""Where characters with another case are; looking at all would take 50 ms."""


@cache
def _cased() -> tuple[int, ...]:
    """All characters that have another case."""
    return tuple(
        code for low, high in _CASED for code in range(low, high + 1) if chr(code).lower() != chr(code).upper()
    )


@cache
def _cases() -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    by_small: dict[str, list[int]] = {}
    by_capital: dict[str, list[int]] = {}
    for code in _cased():
        by_small.setdefault(chr(code).lower(), []).append(code)
        by_capital.setdefault(chr(code).upper(), []).append(code)
    return by_small, by_capital
