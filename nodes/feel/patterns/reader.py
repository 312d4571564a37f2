"""A pattern to its tree, by the grammar of XPath (functions and operators 3.1, 5.6.1, over XML Schema's).

Law: what the grammar does not have is a `PatternError`, also where RE2 would take it (look-around, `\\b`, flags inside
the pattern, a `{` that stands for itself).
"""

from __future__ import annotations

from typing import Final, NamedTuple, NoReturn, TypeAlias

from nodes.feel.patterns.blocks import block
from nodes.feel.patterns.characters import (
    WORD,
    CharacterSet,
    TooMany,
    complement,
    intersection,
    of_category,
    of_ranges,
    union,
    variants,
)

MAX_GROUPS: Final = 50
"""Groups inside one another."""
MAX_CLASSES: Final = 8
"""Classes taken away from one another."""

_SINGLE: Final = frozenset("nrt\\|.?*+(){}-[]^$")
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}
_CATEGORIES: Final = frozenset(
    first + second
    for first, seconds in (
        ("L", "ultmo"), ("M", "nce"), ("N", "dlo"), ("P", "cdseifo"), ("Z", "slp"), ("S", "mcko"), ("C", "cfo"),
    )
    for second in ("", *seconds)
)  # fmt: skip
_NAME_START: Final = (
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF),
    (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF),
    (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
_NAME_MORE: Final = ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
_BLANKS: Final = ((0x9, 0xA), (0xD, 0xD), (0x20, 0x20))
_LINE_ENDS: Final = ((0xA, 0xA), (0xD, 0xD))


class PatternError(Exception):
    """What is wrong with a pattern, in a sentence."""


class One(NamedTuple):
    """One character out of a set."""

    of: CharacterSet


class Start(NamedTuple):
    """`^`"""


class End(NamedTuple):
    """`$`"""


class Back(NamedTuple):
    """What a group matched, once more."""

    group: int


class Group(NamedTuple):
    """Brackets; `number` is None for those that only hold together."""

    inner: Part
    number: int | None


class Repeat(NamedTuple):
    """So many times, as often as possible or (`lazy`) as seldom; `most` is None without a limit."""

    inner: Part
    least: int
    most: int | None
    lazy: bool


class Sequence(NamedTuple):
    """One after the other."""

    parts: tuple[Part, ...]


class Either(NamedTuple):
    """The first that goes on."""

    ways: tuple[Part, ...]


Part: TypeAlias = One | Start | End | Back | Group | Repeat | Sequence | Either


class Reader:
    """Recursive descent over the characters of a pattern."""

    def __init__(self, text: str, *, any_line: bool, either_case: bool) -> None:
        """`any_line`: the dot is every character (flag `s`); `either_case`: flag `i`."""
        self.text = text
        self.at = 0
        self.groups = 0
        self.has_back = False
        self._any_line = any_line
        self._either_case = either_case
        self._open: list[int] = []
        self._depth = 0

    def read(self) -> Part:
        """The whole pattern. PatternError."""
        try:
            made = self._either()
        except TooMany:
            raise PatternError("A class of characters is too complicated; write it simpler.") from None
        if self.at < len(self.text):
            self._fail(f"`{self.text[self.at]}` stands here without its opening bracket")
        return made

    def _fail(self, message: str) -> NoReturn:
        raise PatternError(f"{message} (character {self.at + 1} of the pattern).")

    def _peek(self, ahead: int = 0) -> str:
        return self.text[self.at + ahead : self.at + ahead + 1]

    def _take(self) -> str:
        taken = self._peek()
        if not taken:
            self._fail("The pattern ends too early")
        self.at += 1
        return taken

    def _either(self) -> Part:
        self._depth += 1
        if self._depth > MAX_GROUPS:
            self._fail(f"More than {MAX_GROUPS} groups are inside one another")
        ways = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            ways.append(self._sequence())
        self._depth -= 1
        return ways[0] if len(ways) == 1 else Either(tuple(ways))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self._peek() not in {"", "|", ")"}:
            parts.append(self._piece())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _piece(self) -> Part:
        atom = self._atom()
        sign = self._peek()
        if not sign or sign not in "?*+{":
            return atom
        self.at += 1
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign) or self._quantity()
        lazy = self._peek() == "?"
        self.at += lazy
        return Repeat(atom, least, most, lazy)

    def _quantity(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.at)
        inside = self.text[self.at : end] if end >= 0 else ""
        least, comma, most = inside.partition(",")
        if not _is_count(least) or (most and not _is_count(most)):
            self._fail("`{n}`, `{n,}` or `{n,m}` is meant here")
        self.at = end + 1
        if most and int(most) < int(least):
            self._fail("The larger number stands first here")
        return int(least), (int(most) if most else None) if comma else int(least)

    def _atom(self) -> Part:
        sign = self._take()
        if sign == "^":
            return Start()
        if sign == "$":
            return End()
        if sign == ".":
            return One(((),) if self._any_line else complement(of_ranges(_LINE_ENDS)))
        if sign == "[":
            return One(self._class())
        if sign == "(":
            return self._group()
        if sign == "\\":
            return self._escape()
        if sign in "?*+{}])":
            self.at -= 1
            self._fail(f"`{sign}` has nothing to refer to; write `\\{sign}` for the character")
        return One(self._of(((ord(sign), ord(sign)),)))

    def _group(self) -> Part:
        number = None
        if self._peek() == "?":
            if self._peek(1) != ":":
                self._fail("Look-around and the like are not part of these patterns; `(?:` only holds together")
            self.at += 2
        else:
            self.groups += 1
            number = self.groups
            self._open.append(number)
        inner = self._either()
        if self._peek() != ")":
            self._fail("`)` is missing")
        self.at += 1
        if number is not None:
            self._open.pop()
        return Group(inner, number)

    def _escape(self) -> Part:
        sign = self._peek()
        if sign and sign in "123456789":
            return self._back()
        ranges = self._single()
        return One(self._of(ranges)) if ranges is not None else One(self._many())

    def _back(self) -> Part:
        """The longest number of a group that there is by now."""
        number = int(self._take())
        while _is_count(self._peek()) and number * 10 + int(self._peek()) <= self.groups:
            number = number * 10 + int(self._take())
        if number > self.groups or number in self._open:
            self._fail(f"`\\{number}` names no group that is complete here")
        self.has_back = True
        return Back(number)

    # -- characters --

    def _of(self, ranges: tuple[tuple[int, int], ...]) -> CharacterSet:
        return of_ranges(variants(ranges) if self._either_case else ranges)

    def _single(self) -> tuple[tuple[int, int], ...] | None:
        r"""The character behind a backslash if it names one: `\n`, `\.`."""
        sign = self._peek()
        if not sign or sign not in _SINGLE:
            return None
        self.at += 1
        code = ord(_CONTROLS.get(sign, sign))
        return ((code, code),)

    def _many(self) -> CharacterSet:
        r"""What `\d`, `\p{Lu}` and their like stand for, behind the backslash."""
        sign = self._take()
        small = sign.lower()
        if small == "p":
            found = self._property()
        elif small == "d":
            found = of_category("Nd")
        elif small == "w":
            found = WORD
        elif small in {"s", "i", "c"}:
            found = of_ranges({"s": _BLANKS, "i": _NAME_START, "c": _NAME_START + _NAME_MORE}[small])
        else:
            self.at -= 1
            self._fail(f"`\\{sign}` means nothing")
        return complement(found) if sign.isupper() else found

    def _property(self) -> CharacterSet:
        end = self.text.find("}", self.at)
        if self._peek() != "{" or end < 0:
            self._fail("A name in `{...}` must follow")
        name = self.text[self.at + 1 : end]
        self.at = end + 1
        if name in _CATEGORIES:
            return of_category(name)
        found = block(name[2:]) if name.startswith("Is") else None
        if found is None:
            self._fail(f"`{name}` is no category and no block of characters")
        return of_ranges((found,))

    def _class(self, depth: int = 0) -> CharacterSet:
        """The rest of `[...]`."""
        if depth > MAX_CLASSES:
            self._fail(f"More than {MAX_CLASSES} classes are inside one another")
        negated = self._peek() == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        sets: list[CharacterSet] = []
        without: CharacterSet | None = None
        first = True
        while self._peek() != "]":
            if self._peek() == "-" and self._peek(1) == "[" and not first:
                self.at += 2
                without = self._class(depth + 1)
                break
            found = self._member()
            if isinstance(found, int):
                ranges.append((found, self._upper(found)))
            else:
                sets.append(found)
            first = False
        if self._peek() != "]" or (first and without is None):
            self._fail("`]` is missing, or nothing stands before it")
        self.at += 1
        made = union(*([self._of(tuple(ranges))] if ranges else []), *sets)
        if negated:
            made = complement(made)
        return made if without is None else intersection(made, complement(without))

    def _member(self) -> int | CharacterSet:
        """A character of a class, or what an escape stands for."""
        sign = self._take()
        if sign == "\\":
            ranges = self._single()
            return self._many() if ranges is None else ranges[0][0]
        if sign == "[":
            self._fail("`[` stands inside a class; write `\\[` for the character")
        return ord(sign)

    def _upper(self, low: int) -> int:
        """The last character of a range that begins with `low`; `low` itself where there is none."""
        if self._peek() != "-" or self._peek(1) in {"]", "[", ""}:
            return low
        self.at += 1
        high = self._member()
        if not isinstance(high, int) or high < low:
            self._fail("This range of characters ends before it begins")
        return high


def _is_count(text: str) -> bool:
    return 0 < len(text) <= 6 and text.isascii() and text.isdigit()
