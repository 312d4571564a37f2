"""What was probably meant: the closest known name, and the ways to call a function, in words.

Who calls it: `infer`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from nodes.feel.library import Builtin, Overload
from nodes.feel.printer import print_expression
from nodes.feel.temporal_text import parse_at, parse_date, parse_date_time, parse_duration, parse_time
from nodes.feel.tree import Arithmetic, Call, Comparison, Literal, Name, Node


def closest(name: str, known: Collection[str]) -> str | None:
    """The known name that is most alike, None if none is alike."""
    from difflib import get_close_matches  # here: only a mistake needs it

    folded = {other.casefold().replace("_", " "): other for other in known}
    found = get_close_matches(name.casefold().replace("_", " "), list(folded), n=1, cutoff=0.7)
    return folded[found[0]] if found else None


def did_you_mean(name: str, known: Collection[str]) -> str | None:
    """The suggestion for a name that nobody knows."""
    found = closest(name, known)
    return None if found is None else f"Did you mean `{found}`?"


QUOTE: Final = "If it is meant as a text, put it in double quotes."
DEEPEST: Final = 4
MOST: Final = 8
"""names that a suggestion lists"""
_WORDS: Final = {"none": "null", "nil": "null", "undefined": "null", "yes": "true", "no": "false"}
_EMPTY: Final = re.compile(r"(.+) is (not )?(?:empty|blank|missing)")


def name_meant(name: str, scope: Mapping[str, Any]) -> str:
    """The suggestion for a name that nobody knows: another name, a word of FEEL, a number, the one entry of the scope
    that is called so, a text.
    """
    word = _WORDS.get(name.lower(), name.lower())
    if word in {"true", "false", "null"} and name != word:
        return f"FEEL writes `{word}`."
    if name[:1] in "€£" and name[1:].isdecimal():
        return f"An amount is a number alone. Did you mean `{name[1:]}`?"
    inside = [path for path in _entries(scope, DEEPEST) if path[-1].casefold() == name.casefold()]
    if len(inside) == 1:
        return f"Did you mean `{'.'.join(inside[0])}`?"
    return did_you_mean(name, scope) or QUOTE


def _entries(scope: Mapping[str, Any], depth: int) -> Iterator[tuple[str, ...]]:
    """The paths of entries in the contexts of a scope."""
    for name, of in scope.items():
        if isinstance(of, Mapping) and depth:
            yield from ((name, inner) for inner in of)
            yield from ((name, *path) for path in _entries(of, depth - 1))


def there_are(known: Collection[str]) -> str | None:
    """What may stand there, where nothing is alike."""
    names = [f"`{name}`" for name in known]
    if not names:
        return None
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return f"There {'are' if len(names) > 1 else 'is'} {', '.join(names[:MOST])}{more}."


def asks_for_nothing(name: str) -> str | None:
    """`tier is empty`, which reads as one name of several words, as the comparison that it stands for."""
    asked = _EMPTY.fullmatch(name)
    return None if asked is None else f"Did you mean `{asked[1]} {'!=' if asked[2] else '='} null`?"


_MEANT: Final = re.compile(r"[Dd]id you mean (?:the text )?`([^`]+)`|^FEEL writes `(?=true|false|null)(\w+)`\.$")


def as_change(suggestion: str | None, name: str) -> str | None:
    """What a suggestion says should stand there; of one to put a name in quotes, that text."""
    if suggestion == QUOTE:
        return f'"{name}"'
    found = _MEANT.search(suggestion or "")
    return None if found is None else found[1] or found[2]


def call_text(name: str, way: Overload) -> str:
    """`substring(string, start position, [length])`."""
    texts = [f"[{parameter.name}]" if parameter.optional else parameter.name for parameter in way.parameters]
    return f"{name}({', '.join(texts)}{', ...' if way.variadic else ''})"


def calls_text(builtin: Builtin) -> str:
    """All ways to call a function."""
    return " or ".join(f"`{call_text(builtin.name, way)}`" for way in builtin.overloads)


def meant(side: Node, other: Node, of: str) -> str | None:
    """What a side of a comparison of different types may have been meant as; `of` is its own type."""
    if isinstance(side, Name) and side.name in {"now", "today"} and of == "function":
        return f"Did you mean `{side.name}()`?"
    if isinstance(side, Comparison):
        if side.operator[0] in "<>":
            middle = print_expression(side.right)
            return f"Write `{print_expression(side)} and {middle} ...`, or `{middle} in (low..high)`."
        return None
    date = date_of(side)
    if date is not None:
        return f'Did you mean `@"{date}"`?'
    if not isinstance(side, Literal) or not isinstance(side.value, str):
        return None
    if parse_at(side.value) is not None:
        return f'Did you mean `@"{side.value}"`?'
    if side.value in {"true", "false"} or re.fullmatch(r"-?\d+(\.\d+)?", side.value):
        return f"Did you mean `{side.value}`?"
    return None


def date_of(node: Node) -> str | None:
    """`2026-01-01`, which is a difference of three numbers, as a date."""
    match node:
        case Arithmetic("-", Arithmetic("-", Literal(year), Literal(month)), Literal(day)):
            parts = [part for part in (year, month, day) if isinstance(part, Decimal) and 0 <= part < 10_000]
            text = "-".join(f"{int(part):0{width}}" for part, width in zip(parts, (4, 2, 2), strict=False))
            return text if len(parts) == 3 and parse_date(text) is not None else None
    return None


def repeated(parts: tuple[Node, ...]) -> str | None:
    """`x = a or b or c`: that each of them is compared."""
    first, *others = parts
    if isinstance(first, Comparison) and first.operator == "=" and all(isinstance(part, Literal) for part in others):
        values = ", ".join(map(print_expression, (first.right, *others)))
        return f"Did you mean `{print_expression(first.left)} in ({values})`?"
    return None


_READERS = {
    "date": (parse_date, '"2026-05-01"'),
    "time": (parse_time, '"13:20:00"'),
    "date and time": (lambda text: parse_date_time(text) or parse_date(text), '"2026-05-01T13:20:00"'),
    "duration": (parse_duration, '"P1DT2H"'),
}


def unreadable(call: Call, name: str) -> str | None:
    """How a text is written that a function reads, where it is called with one that it can't read."""
    if name not in _READERS or len(call.arguments) != 1:
        return None
    read, example = _READERS[name]
    argument = call.arguments[0]
    date = date_of(argument)
    if date is not None:
        return f'Did you mean `{name}("{date}")`?'
    if isinstance(argument, Literal) and isinstance(argument.value, str) and read(argument.value) is None:
        turned = re.fullmatch(r"(\d\d?)\.(\d\d?)\.(\d{4})", argument.value)
        if turned is not None and name == "date":
            found = f"{turned[3]}-{int(turned[2]):02}-{int(turned[1]):02}"
            if parse_date(found) is not None:
                return f'Did you mean `date("{found}")`?'
        return f"Write `{name}({example})`."
    return None
