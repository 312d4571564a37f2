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
_BLOCKS: Final = {
    "BasicLatin": r"\x00-\x7F",
    "Latin-1Supplement": r"\x80-\xFF",
    "Greek": r"\x{370}-\x{3FF}",
    "Cyrillic": r"\x{400}-\x{4FF}",
}


def _to_re2(pattern: str, flags: str) -> str | None:
    """The XPath pattern as RE2 writes it; None for flags that nobody knows."""
    if any(flag not in "smixq" for flag in flags):
        return None
    if "q" in flags:
        pattern = re.escape(pattern)
    elif "x" in flags:
        pattern = _without_blanks(pattern)
    pattern = _BLOCK.sub(lambda found: _block(found[1], found[2]), pattern)
    kept = "".join(flag for flag in "smi" if flag in flags)
    return f"(?{kept}){pattern}" if kept else pattern


def _block(sign: str, name: str) -> str:
    ranges = _BLOCKS.get(name)
    return rf"\{sign}{{Is{name}}}" if ranges is None else f"[{'^' if sign == 'P' else ''}{ranges}]"


def _without_blanks(pattern: str) -> str:
    """XPath's flag `x`: whitespace outside of character classes goes away."""
    kept, in_class = [], False
    for at, sign in enumerate(pattern):
        escaped = at > 0 and pattern[at - 1] == "\\"
        if not escaped:
            in_class = (in_class or sign == "[") and sign != "]"
        if in_class or not sign.isspace():
            kept.append(sign)
    return "".join(kept)


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Any:
    import re2  # here: most expressions have no pattern, and this is the slowest import of all

    translated = _to_re2(pattern, flags)
    if translated is None or len(pattern) > MAX_PATTERN:
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(translated, options)
    except re2.error:
        return None


@function("matches(input: string, pattern: string, flags: string?~)")
def matches(text: str, pattern: str, flags: str | None = None) -> bool | None:
    """Whether the pattern is found in it."""
    compiled = _compiled(pattern, flags or "")
    return None if compiled is None else compiled.search(text) is not None


_REFERENCE: Final = re.compile(r"\\(.)|\$(\d)|(\$)|(\\)", re.DOTALL)


@function("replace(input: string, pattern: string, replacement: string, flags: string?~)", running=True)
def replace(running: Running, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    """Every match replaced; `$1` stands for a group, `$0` for the whole match."""
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
