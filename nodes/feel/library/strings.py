"""Functions of texts (DMN 1.5, 10.3.4.3). Positions count characters from 1, from the end below 0.

Patterns are those of XPath (`nodes.feel.patterns`); one that is broken makes the result null.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from nodes.feel.arithmetic import cut_whole
from nodes.feel.library.signature import function
from nodes.feel.limits import PATTERN_COST, TRIED_COST, limit_error
from nodes.feel.running import Running
from nodes.feel.values import STRING, kind, settle

if TYPE_CHECKING:
    from nodes.feel.patterns import Pattern


@function("substring(string: string, start position: number, length: number?)")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    """The characters from a position on."""
    first = cut_whole(start)
    if first is None or first == 0 or abs(first) > len(text):
        return None
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    count = cut_whole(length)
    return None if count is None or count < 1 else text[begin : begin + count]


@function("string length(string: string)")
def string_length(text: str) -> Decimal:
    """How many characters."""
    return Decimal(len(text))


@function("upper case(string: string)")
def upper_case(text: str) -> str:
    """In capitals."""
    return text.upper()


@function("lower case(string: string)")
def lower_case(text: str) -> str:
    """In small letters."""
    return text.lower()


@function("trim(string: string)")
def trim(text: str) -> str:
    """Without blanks at both ends."""
    return text.strip()


@function("substring before(string: string, match: string)")
def substring_before(text: str, match: str) -> str:
    """What stands before the first match; "" if there is none."""
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@function("substring after(string: string, match: string)")
def substring_after(text: str, match: str) -> str:
    """What stands after the first match; "" if there is none."""
    return text.partition(match)[2] if match else text


@function("contains(string: string, match: string)")
def contains(text: str, match: str) -> bool:
    """Whether the match is in it."""
    return match in text


@function("starts with(string: string, match: string)")
def starts_with(text: str, match: str) -> bool:
    """Whether it begins so."""
    return text.startswith(match)


@function("ends with(string: string, match: string)")
def ends_with(text: str, match: str) -> bool:
    """Whether it ends so."""
    return text.endswith(match)


@function("string join(list: list, delimiter: string?~)", running=True)
def string_join(running: Running, items: list[Any], delimiter: str | None = None) -> str | None:
    """The texts of a list in one, nulls left out."""
    texts = [settle(item) for item in items if item is not None]
    if any(kind(text) != STRING for text in texts):
        return None
    if sum(map(len, texts)) + len(delimiter or "") * len(texts) > running.budget.text_size + len(delimiter or ""):
        raise limit_error("text_size", running.budget.text_size)
    return (delimiter or "").join(texts)


# -- patterns --


_BACK: Final = re.compile(r"\\[1-9]")


def _pattern(running: Running, text: str, pattern: str, flags: str | None = None) -> Pattern | None:
    """The compiled pattern, None for a broken one.

    The first time in an evaluation is paid, whether or not it is known from others: limits must not depend on a cache.
    """
    running.charge(len(text) >> 2)
    if running.patterns is None:
        running.patterns = {}
    key = (pattern, flags or "")
    if key in running.patterns:
        known: Pattern | None = running.patterns[key]
        return known
    from nodes.feel.patterns import PatternError, pattern_of  # here: most expressions have no pattern

    running.charge(PATTERN_COST * (TRIED_COST if _BACK.search(pattern) else 1) + len(pattern))
    found = pattern_of(*key)
    made = running.patterns[key] = None if isinstance(found, PatternError) else found
    return made


@function("matches(input: string, pattern: string, flags: string?~)", running=True)
def matches(running: Running, text: str, pattern: str, flags: str | None = None) -> bool | None:
    """Whether the pattern is found in it."""
    compiled = _pattern(running, text, pattern, flags)
    return None if compiled is None else compiled.found_in(text, running.charge)


_REFERENCE: Final = re.compile(r"\\(.)|\$(\d+)|(\$)|(\\)", re.DOTALL | re.ASCII)


def _replacement(text: str, groups: int) -> list[tuple[str, int]] | None:
    """Fixed texts and numbers of groups (-1 for none) in order; None for a lone `$` or `\\`."""
    parts: list[tuple[str, int]] = []
    end = 0
    for found in _REFERENCE.finditer(text):
        parts.append((text[end : found.start()], -1))
        if found[2] is not None:
            digits = found[2]
            while len(digits) > 1 and int(digits[:9]) > groups:  # the longest number of a group that there is
                digits = digits[:-1]
            parts.append(("", int(digits)))
            parts.append((found[2][len(digits) :], -1))
        elif found[1] in {"$", "\\"}:
            parts.append((found[1], -1))
        else:
            return None
        end = found.end()
    return [*parts, (text[end:], -1)]


@function("replace(input: string, pattern: string, replacement: string, flags: string?~)", running=True)
def replace(running: Running, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    """Every match replaced; `$1` stands for a group, `$0` for the whole match. Null for a pattern that nothing matches:
    it would be everywhere."""
    compiled = _pattern(running, text, pattern, flags)
    if compiled is None or compiled.found_in("", running.charge):
        return None
    parts = [(replacement, -1)] if compiled.is_literal else _replacement(replacement, compiled.groups)
    if parts is None:
        return None
    made: list[str] = []
    left = running.budget.text_size
    at = 0
    for match in compiled.matches(text, running.charge):
        running.charge(len(parts))
        made.append(text[at : match[0]])
        left -= match[0] - at
        for fixed, group in parts:
            taken = group > compiled.groups or match[2 * group] < 0
            piece = fixed if group < 0 else ("" if taken else text[match[2 * group] : match[2 * group + 1]])
            left -= len(piece)
            made.append(piece)
        if left < 0:
            raise limit_error("text_size", running.budget.text_size)
        at = match[1]
    return "".join(made) + text[at:]


@function("split(string: string, delimiter: string)", running=True)
def split(running: Running, text: str, delimiter: str) -> list[str] | None:
    """The parts between the matches of a pattern."""
    compiled = _pattern(running, text, delimiter)
    if compiled is None:
        return None
    parts, at = [], 0
    for match in compiled.matches(text, running.charge):
        if match[1] > match[0]:
            parts.append(text[at : match[0]])
            at = match[1]
    return [*parts, text[at:]]
