"""A matcher for patterns with back-references, which no automaton knows: it tries way after way and pays for each step.

The pattern becomes a list of instructions; a stack holds the ways that are left. Nothing recurses, so that a text may
be long, and an attack (`(a+)+\\1$`) ends when the budget does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from nodes.feel.patterns.characters import written
from nodes.feel.patterns.reader import Back, Either, End, Group, One, Part, Repeat, Sequence, Start

MAX_PROGRAM: Final = 4_000
"""Instructions of one pattern, its repetitions written out."""

_ONE, _BACK, _START, _END, _SPLIT, _JUMP, _SAVE, _MARK, _MOVED, _DONE = range(10)

_Instruction: TypeAlias = tuple[int, Any, Any]


class TooLong(Exception):
    """The repetitions of the pattern, written out, are too many."""


class Stepwise:
    """A compiled pattern."""

    def __init__(self, part: Part, groups: int, *, many_lines: bool, either_case: bool) -> None:
        self._program: list[_Instruction] = []
        self._groups = groups
        self._marks = 0
        self._tests: dict[str, Callable[[str], bool]] = {}
        self._many_lines = many_lines
        self._either_case = either_case
        self._write(part)
        self._add(_DONE)

    # -- writing --

    def _add(self, code: int, a: Any = None, b: Any = None) -> int:
        if len(self._program) >= MAX_PROGRAM:
            raise TooLong
        self._program.append((code, a, b))
        return len(self._program) - 1

    def _write(self, part: Part) -> None:
        match part:
            case One(of):
                self._add(_ONE, self._test(written(of)))
            case Start():
                self._add(_START)
            case End():
                self._add(_END)
            case Back(group):
                self._add(_BACK, group)
            case Sequence(parts):
                for each in parts:
                    self._write(each)
            case Group(inner, None):
                self._write(inner)
            case Group(inner, int() as number):
                self._add(_SAVE, 2 * number)
                self._write(inner)
                self._add(_SAVE, 2 * number + 1)
            case Either(ways):
                self._either(ways)
            case Repeat(inner, least, most, lazy):
                self._repeat(inner, least, most, lazy)

    def _test(self, written_class: str) -> Callable[[str], bool]:
        made = self._tests.get(written_class)
        if made is None:
            made = self._tests[written_class] = _test(written_class)
        return made

    def _either(self, ways: tuple[Part, ...]) -> None:
        ends: list[int] = []
        for way in ways[:-1]:
            split = self._add(_SPLIT)
            self._write(way)
            ends.append(self._add(_JUMP))
            self._program[split] = (_SPLIT, split + 1, len(self._program))
        self._write(ways[-1])
        for end in ends:
            self._program[end] = (_JUMP, len(self._program), None)

    def _repeat(self, inner: Part, least: int, most: int | None, lazy: bool) -> None:
        for _ in range(least):
            self._write(inner)
        if most is None:
            mark = self._marks
            self._marks += 1
            split = self._add(_SPLIT)
            self._add(_MARK, mark)
            self._write(inner)
            moved = self._add(_MOVED)
            self._add(_JUMP, split)
            self._program[moved] = (_MOVED, mark, len(self._program))
            self._choose(split, len(self._program), lazy)
            return
        splits = []
        for _ in range(most - least):
            splits.append(self._add(_SPLIT))
            self._write(inner)
        for split in splits:
            self._choose(split, len(self._program), lazy)

    def _choose(self, split: int, beyond: int, lazy: bool) -> None:
        self._program[split] = (_SPLIT, beyond, split + 1) if lazy else (_SPLIT, split + 1, beyond)

    # -- matching --

    def search(self, text: str, begin: int, charge: Callable[[int], None]) -> tuple[int, ...] | None:
        """Start and end of the first match from `begin` on and of its groups (-1 for none); each step is charged."""
        for start in range(begin, len(text) + 1):
            found = self._match(text, start, charge)
            if found is not None:
                return found
        return None

    def _match(self, text: str, start: int, charge: Callable[[int], None]) -> tuple[int, ...] | None:
        program = self._program
        size = len(text)
        saved: tuple[int, ...] = (start, -1) + (-1, -1) * self._groups
        marks: tuple[int, ...] = (-1,) * self._marks
        ways: list[tuple[int, int, tuple[int, ...], tuple[int, ...]]] = [(0, start, saved, marks)]
        while ways:
            at, where, saved, marks = ways.pop()
            while True:
                charge(1)
                code, a, b = program[at]
                at += 1
                if code == _ONE:
                    if where < size and a(text[where]):
                        where += 1
                        continue
                    break
                if code == _SPLIT:
                    ways.append((b, where, saved, marks))
                    at = a
                elif code == _JUMP:
                    at = a
                elif code == _SAVE:
                    saved = (*saved[:a], where, *saved[a + 1 :])
                elif code == _MARK:
                    marks = (*marks[:a], where, *marks[a + 1 :])
                elif code == _MOVED:
                    if marks[a] == where:  # a round that took nothing is the last: no loop without end
                        at = b
                elif code == _BACK:
                    again = text[saved[2 * a] : saved[2 * a + 1]] if saved[2 * a + 1] >= 0 else ""
                    charge(len(again) >> 4)
                    if not self._same(again, text[where : where + len(again)]):
                        break
                    where += len(again)
                elif code == _START:
                    if where and not (self._many_lines and text[where - 1] == "\n"):
                        break
                elif code == _END:
                    if where < size and not (self._many_lines and text[where] == "\n"):
                        break
                else:
                    return (saved[0], where, *saved[2:])
        return None

    def _same(self, a: str, b: str) -> bool:
        if a == b or not self._either_case:
            return a == b
        return len(a) == len(b) and all(
            x.lower() == y.lower() or x.upper() == y.upper() for x, y in zip(a, b, strict=True)
        )


def _test(written_class: str) -> Callable[[str], bool]:
    """Whether a character is in a class."""
    import re2

    matches = re2.compile(written_class).match
    known: dict[str, bool] = {}

    def test(character: str) -> bool:
        found = known.get(character)
        if found is None:
            if len(known) > 1_000:
                known.clear()
            found = known[character] = matches(character) is not None
        return found

    return test
