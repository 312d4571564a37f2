"""A pattern with its flags, ready to be searched for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, TypeAlias

from nodes.feel.patterns.characters import written
from nodes.feel.patterns.reader import (
    Back,
    Either,
    End,
    Group,
    One,
    Part,
    PatternError,
    Reader,
    Repeat,
    Sequence,
    Start,
)
from nodes.feel.patterns.stepwise import Stepwise, TooLong

MAX_PATTERN: Final = 1_000
"""Characters of a pattern."""
FLAGS: Final = frozenset("smixq")

Charge: TypeAlias = Callable[[int], None]


class Pattern:
    """Immutable but for the matcher of one with back-references, which learns characters."""

    __slots__ = ("_automaton", "_stepwise", "groups", "is_literal")

    def __init__(self, automaton: Any, stepwise: Stepwise | None, groups: int, *, is_literal: bool) -> None:
        self._automaton = automaton
        self._stepwise = stepwise
        self.groups = groups
        self.is_literal = is_literal
        """Whether the flag `q` made it a plain text; a replacement is one, too, then."""

    def found_in(self, text: str, charge: Charge) -> bool:
        """Whether it matches somewhere in the text."""
        if self._stepwise is not None:
            return self._stepwise.search(text, 0, charge) is not None
        return self._automaton.search(text) is not None

    def matches(self, text: str, charge: Charge) -> Iterator[tuple[int, ...]]:
        """Start and end of each match and, behind them, of each of its groups (-1 where it took no part)."""
        if self._stepwise is None:
            before = (-1, -1)
            for match in self._automaton.finditer(text):
                charge(1)
                if match.span() == before:
                    continue  # RE2 finds the end of the text twice
                before = match.span()
                yield tuple(edge for group in range(self.groups + 1) for edge in match.span(group))
            return
        at = 0
        while at <= len(text):
            found = self._stepwise.search(text, at, charge)
            if found is None:
                return
            yield found
            at = found[1] if found[1] > found[0] else found[1] + 1


@lru_cache(maxsize=512)
def pattern_of(text: str, flags: str = "") -> Pattern | PatternError:
    """The pattern, or what is wrong with it. Flags: `s`, `m`, `i`, `x`, `q`."""
    try:
        return _compiled(text, flags)
    except PatternError as error:
        return error


def _compiled(text: str, flags: str) -> Pattern:
    import re2  # here: most expressions have no pattern, and this is the slowest import of all

    if len(text) > MAX_PATTERN:
        raise PatternError(f"The pattern has more than {MAX_PATTERN:,} characters.")
    if not FLAGS.issuperset(flags):
        raise PatternError("The flags of a pattern are `s`, `m`, `i`, `x` and `q`.")
    is_literal = "q" in flags
    if is_literal:
        text = "".join(f"\\{sign}" if sign in "\\|.?*+(){}-[]^$" else sign for sign in text)
    elif "x" in flags:
        text = _without_blanks(text)
    reader = Reader(text, any_line="s" in flags, either_case="i" in flags)
    part = reader.read()
    many_lines = "m" in flags and not is_literal
    if reader.has_back:
        try:
            stepwise = Stepwise(part, reader.groups, many_lines=many_lines, either_case="i" in flags)
        except TooLong:
            raise PatternError("The repetitions of the pattern are too many; write it simpler.") from None
        return Pattern(None, stepwise, reader.groups, is_literal=False)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 18
    try:
        return Pattern(re2.compile(_for_re2(part, many_lines), options), None, reader.groups, is_literal=is_literal)
    except re2.error:
        raise PatternError("The pattern is too large; write it simpler.") from None


def _without_blanks(text: str) -> str:
    """The pattern as the flag `x` reads it: blanks count in classes only."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for sign in text:
        if sign in "\t\n\r " and not depth:
            continue
        if not escaped:
            depth += (sign == "[") - (sign == "]" and depth > 0)
        escaped = sign == "\\" and not escaped
        kept.append(sign)
    return "".join(kept)


def _for_re2(part: Part, many_lines: bool) -> str:
    match part:
        case One(of):
            return written(of)
        case Start():
            return "(?m:^)" if many_lines else r"(?:\A)"
        case End():
            return "(?m:$)" if many_lines else r"(?:\z)"
        case Sequence(parts):
            return "".join(_for_re2(each, many_lines) for each in parts)
        case Either(ways):
            return "(?:" + "|".join(_for_re2(way, many_lines) for way in ways) + ")"
        case Group(inner, number):
            return ("(?:" if number is None else "(") + _for_re2(inner, many_lines) + ")"
        case Repeat(inner, least, most, lazy):
            often = f"{{{least}}}" if most == least else f"{{{least},{'' if most is None else most}}}"
            often = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((least, most), often)
            return f"(?:{_for_re2(inner, many_lines)}){often}{'?' if lazy else ''}"
        case Back():
            raise AssertionError("a pattern with back-references is not for RE2")
