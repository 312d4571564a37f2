"""Functions of texts (DMN 1.5, 10.3.4.3). Patterns run in RE2: linear time, whatever the pattern.

Positions count characters from 1, from the end below 0. RE2 has no back-references and no look-around; a pattern with
them is null, as any other broken pattern.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from nodes.feel.arithmetic import cut_whole
from nodes.feel.library.signature import function
from nodes.feel.limits import limit_error
from nodes.feel.running import Running
from nodes.feel.values import STRING, kind, settle

MAX_PATTERN: Final = 1_000
"""Characters of a pattern."""


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


@function("string join(list: list, delimiter: string?~)")
def string_join(items: list[Any], delimiter: str | None = None) -> str | None:
    """The texts of a list in one, nulls left out."""
    texts = [settle(item) for item in items if item is not None]
    if any(kind(text) != STRING for text in texts):
        return None
    return (delimiter or "").join(texts)


# -- patterns --


_BLOCK: Final = re.compile(r"\\([pP])\{\s*Is(\w+)\s*\}")
_PIECE: Final = re.compile(r"\\[pP]\{[^}]*\}|\\\s*.|.", re.DOTALL)
_ESCAPED: Final = frozenset("nrtdDsSwW\\|.?*+(){}[]^$-")
_CLASSES: Final = {r"\i": r"[\p{L}_:]", r"\I": r"[^\p{L}_:]", r"\c": r"[\p{L}\p{N}._:\-]", r"\C": r"[^\p{L}\p{N}._:\-]"}
_BLOCKS: Final = {
    "BasicLatin": r"\x00-\x7F",
    "Latin-1Supplement": r"\x80-\xFF",
    "Greek": r"\x{370}-\x{3FF}",
    "Cyrillic": r"\x{400}-\x{4FF}",
}


def _to_re2(pattern: str, flags: str) -> str | None:
    """The XPath pattern as RE2 writes it; None for flags and escapes that XPath doesn't have."""
    if any(flag not in "smixq" for flag in flags):
        return None
    kept = "".join(flag for flag in "smi" if flag in flags)
    prefix = f"(?{kept})" if kept else ""
    if "q" in flags:
        return prefix + re.escape(pattern)
    pieces: list[str] = []
    in_class = False
    for found in _PIECE.finditer(pattern):
        piece = found[0]
        if piece[0] == "\\":
            translated = _escape(piece)
            if translated is None:
                return None
            piece = translated
        elif piece.isspace() and "x" in flags and not in_class:
            continue
        elif piece == "." and not in_class and "s" not in flags:
            piece = r"[^\n\r]"
        elif piece == "[":
            in_class = True
        elif piece == "]":
            in_class = False
        pieces.append(piece)
    return prefix + "".join(pieces)


def _escape(piece: str) -> str | None:
    block = _BLOCK.match(piece)
    if block is not None:
        ranges = _BLOCKS.get(block[2])
        return None if ranges is None else f"[{'^' if block[1] == 'P' else ''}{ranges}]"
    if len(piece) > 2:
        return "".join(piece.split())
    return _CLASSES.get(piece, piece if piece[1:] in _ESCAPED else None)


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Any:
    import re2  # here: most expressions have no pattern, and this is the slowest import of all

    translated = _to_re2(pattern, flags)
    if translated is None or len(pattern) > MAX_PATTERN:
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 18
    try:
        return re2.compile(translated, options)
    except re2.error:
        return None


def _pay(running: Running, text: str, pattern: str) -> None:
    """A pattern costs its compilation each time, known or not: limits must not depend on a cache."""
    running.charge(len(pattern) + (len(text) >> 2))


def is_pattern(pattern: str) -> bool:
    """Whether it is a regular expression that works here."""
    return _compiled(pattern, "") is not None


@function("matches(input: string, pattern: string, flags: string?~)", running=True)
def matches(running: Running, text: str, pattern: str, flags: str | None = None) -> bool | None:
    """Whether the pattern is found in it."""
    _pay(running, text, pattern)
    compiled = _compiled(pattern, flags or "")
    return None if compiled is None else compiled.search(text) is not None


_REFERENCE: Final = re.compile(r"\\(.)|\$(\d)|(\$)|(\\)", re.DOTALL)


@function("replace(input: string, pattern: string, replacement: string, flags: string?~)", running=True)
def replace(running: Running, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    """Every match replaced; `$1` stands for a group, `$0` for the whole match."""
    _pay(running, text, pattern)
    compiled = _compiled(pattern, flags or "")
    if compiled is None:
        return None
    groups = compiled.groups
    parts: list[tuple[str, int]] = []
    end = 0
    for found in _REFERENCE.finditer(replacement):
        parts.append((replacement[end : found.start()], -1))
        if found[2] is not None:
            parts.append(("", int(found[2])))
        elif found[1] in {"$", "\\"}:
            parts.append((found[1], -1))
        else:
            return None  # a lone `$` or `\` is an error of the pattern language
        end = found.end()
    parts.append((replacement[end:], -1))
    made: list[str] = []
    left = running.budget.text_size
    at = 0
    for match in compiled.finditer(text):
        running.charge(1)
        piece = text[at : match.start()] + "".join(
            fixed if group < 0 else (match.group(group) or "" if group <= groups else "") for fixed, group in parts
        )
        left -= len(piece)
        if left < 0:
            raise limit_error("text_size", running.budget.text_size)
        made.append(piece)
        at = match.end()
    return "".join(made) + text[at:]


@function("split(string: string, delimiter: string)", running=True)
def split(running: Running, text: str, delimiter: str) -> list[str] | None:
    """The parts between the matches of a pattern."""
    _pay(running, text, delimiter)
    compiled = _compiled(delimiter, "")
    if compiled is None:
        return None
    parts, at = [], 0
    for match in compiled.finditer(text):
        if match.end() > match.start():
            running.charge(1)
            parts.append(text[at : match.start()])
            at = match.end()
    return [*parts, text[at:]]
