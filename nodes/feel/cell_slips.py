"""What newcomers write into the cells of tables out of habit from spreadsheets, and the same as tests of FEEL.

Who calls it: `errors`, when somebody asks the error of a cell for its suggestion. Law: as in `slips`: what is
offered was read as a cell, and texts in quotes are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from nodes.feel.errors import FeelError
from nodes.feel.set_aside import OTHER_QUOTES, QUOTED, SetAside

LONGEST: Final = 300
"""Characters of a cell for which a suggestion is made."""

_LITERAL: Final = r'(@?"\d+"|-?\d+(?:\.\d+)?|date\("\d+"\))'
"""A text (its number stands for it), a number, a date."""
_VALUE: Final = rf"(?:{_LITERAL}|([^\W\d]\w*))"
"""The same or a name."""
BARE_DATE: Final = re.compile(r"(?<![\w\-/])(?<!\d\.)(\d{4}-\d\d-\d\d)(?![\w\-/]|\.\d)")
"""A date without its quotes, which counts backwards from the year."""
_THOUSANDS: Final = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:,\d{3})+(?![\d,])|(?: \d{3})+(?!\d)|(?:\.\d{3})+(?=,\d))")
_DECIMAL: Final = re.compile(r"(?<![\d,])(?<!\d\.)(\d+),(\d+)(?!\d|,|\.\d)")
_BOUND: Final = re.compile(r"([<>]=? ?-?\d+),(\d+)(?![\d.,])")
"""A limit with a decimal comma: a list that begins with a comparison has a blank behind its comma."""
_QUOTES: Final = re.compile(rf"{OTHER_QUOTES}|(?<!\w)'|'(?!\w)")
_MINUS: Final = re.compile(r"[−‒]|(?<!\d)(?<!\d )[–—](?=\d)")
_SIGNS: Final = (
    ("≥", ">="), ("≤", "<="), ("≠", "!="), ("=<", "<="), ("=>", ">="), ("<>", "!="), ("==", "="),
    ("&&", " and "), ("||", " or "),
)  # fmt: skip
_CALLED: Final = re.compile(r"(?:not ?)?in ?\(", re.IGNORECASE)
_LIKE: Final = ("like", "unlike")
_PARTED: Final = re.compile(r";|\||,|\bor\b", re.IGNORECASE)
_JOINED: Final = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_RANGE: Final = "A cell writes a range with two dots."
_SHAPES: Final = (
    (rf"\?? ?(>=?) ?{_VALUE} ?(?:,|and)? ?\?? ?(<=?) ?{_VALUE}", "range", _RANGE),
    (rf"\?? ?(<=?) ?{_VALUE} ?(?:,|and)? ?\?? ?(>=?) ?{_VALUE}", "range turned", _RANGE),
    (rf"(?:is )?(?:between|from) {_VALUE} (?:and|to) {_VALUE}", "closed", _RANGE),
    (rf"(?:is )?not (?:between|from) {_VALUE} (?:and|to) {_VALUE}", "outside", "A cell writes `not(...)`."),
    (r"(?:is )?like (\"\d+\")", "like", "A part of a text is asked for by a function."),
    (r"(?:is )?not like (\"\d+\")", "unlike", "A part of a text is asked for by a function."),
    (r"(?:starts|begins) with (\"\d+\")", "starts with", "It is a function in FEEL."),
    (r"(ends with|contains) (\"\d+\")", "function", "It is a function in FEEL."),
    (r"(?:is )?null", "null", "FEEL writes `null`."),
    (r"(?:is )?not null", "not null", "FEEL writes `null`."),
    (rf"{_LITERAL} ?(?:to|until|\.\.\.?|–|—) ?{_LITERAL}", "closed", _RANGE),
    (rf"{_VALUE} ?< ?\? ?< ?{_VALUE}", "open", _RANGE),
    (rf"{_VALUE} ?<= ?\? ?<= ?{_VALUE}", "closed", _RANGE),
    (r"(?:is )?not (?:in ?)?\(?(.*?)\)?", "not", "A cell writes `not(...)`."),
    (r"(?:is )?(?:one of|any of|in) ?\(?(.*?)\)?", "some", "A cell lists its values, parted by commas."),
    (r"(?:is|equals|equal to) (.*)", "some", ""),
    (rf"(?:more|greater|higher|above) ?(?:than)? {_VALUE}|over {_VALUE}|after {_VALUE}", ">", ""),
    (rf"(?:less|lower|smaller|below|under) ?(?:than)? {_VALUE}|before {_VALUE}", "<", ""),
    (rf"(?:at least|from|min\.?|minimum) {_VALUE}|{_VALUE} (?:or more|and more|or above|\+)|{_VALUE}\+", ">=", ""),
    (rf"(?:at most|up to|max\.?|maximum) {_VALUE}|{_VALUE} (?:or less|or below)", "<=", ""),
    (r"(.*(?:;|\||\bor\b).*)", "some", "A cell lists its values, parted by commas."),
    (r"\*|any|all|n/a|\.\.\.|–|—", "any", "A cell that takes every value is `-`."),
)  # fmt: skip


@cache
def _shapes() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), to, why) for pattern, to, why in _SHAPES)


def mended_cell(text: str) -> tuple[str, str] | None:
    """The cell as it was probably meant, and why; None where nobody can tell."""
    if len(text) > LONGEST or not text.strip():
        return None
    aside = SetAside()
    plain = QUOTED.sub(aside.keep, _QUOTES.sub('"', text))
    plain = BARE_DATE.sub(lambda found: f"@{aside.keep(found)}", plain)
    why = ""
    for sign, instead in _SIGNS:
        if sign in plain:
            plain, why = plain.replace(sign, instead), f"FEEL writes `{instead.strip()}`."
    plain = " ".join(plain.split())
    if (minus := _MINUS.sub("-", plain)) != plain:
        plain, why = minus, "FEEL writes `-`."
    plain = _BOUND.sub(r"\1.\2", _THOUSANDS.sub(lambda found: re.sub("[,. ]", "", found[0]), plain))
    found = _shaped(plain, text, aside, why)
    if found is None and (pointed := _DECIMAL.sub(r"\1.\2", plain)) != plain:
        found = _shaped(pointed, text, aside, "Numbers have a decimal point.")
    return found


def _shaped(plain: str, text: str, aside: SetAside, why: str) -> tuple[str, str] | None:
    signs_mended = _works(plain, text, aside, why)
    if signs_mended is not None and ("?" in plain or not (_JOINED.search(plain) or _CALLED.match(plain))):
        return signs_mended
    for pattern, to, because in _shapes():
        match = pattern.fullmatch(plain)
        if match is not None:
            parts = [part for part in match.groups() if part is not None]
            made = _like(to, aside.back(parts[0])[1:-1], aside) if to in _LIKE else _made(to, parts)
            found = None if made is None else _works(made, text, aside, because)
            if found is not None:
                return found
    return signs_mended


def _like(to: str, pattern: str, aside: SetAside) -> str | None:
    """What `LIKE` of SQL asks of a text: `%` stands for anything, `_` for one character."""
    bare = pattern.strip("%")
    if "%" in bare or "_" in bare:
        if not re.fullmatch(r"[\w %-]+", bare):
            return None
        asked = f"matches(?, {aside.keep_text('^' + pattern.replace('%', '.*').replace('_', '.') + '$')})"
    else:
        kept, before, after = aside.keep_text(bare), pattern.startswith("%"), pattern.endswith("%")
        name = "contains" if before and after else "ends with" if before else "starts with"
        asked = f"{name}(?, {kept})" if before or after else kept
    return f"not({asked})" if to == "unlike" else asked


def commas(text: str) -> tuple[str, ...]:
    """What a cell of numbers may have meant by a comma between digits: `> 100,50` is a limit with a decimal comma, and
    `100,50` may be that or two values. Empty where the comma parts values beyond doubt.
    """
    plain = " ".join(text.split())
    joined = _THOUSANDS.sub(lambda found: re.sub("[,. ]", "", found[0]) if _one_number(found[0]) else found[0], plain)
    if (bound := _BOUND.sub(r"\1.\2", joined)) != plain:
        return (_DECIMAL.sub(r"\1.\2", bound) if joined != plain else bound,)
    found = re.fullmatch(r"(-?\d+),(\d{2}|(?<=\b0,)\d+)", plain)
    return () if found is None else (f"{found[1]}.{found[2]}", f"{found[1]}, {found[2]}")


def _one_number(text: str) -> bool:
    """Whether digits with commas between are one number: no list has a value `000`, or points and commas."""
    return "." in text or " " in text or ",0" in text


def counted(text: str) -> str | None:
    """The cell that a difference of numbers was meant to be: `18-65` a range, `2026-01-31` a date; None for others."""
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', lambda found: '"' * len(found[0]), text)
    if BARE_DATE.search(outside):
        return "".join(_dated(text, outside))
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?) ?- ?(\d+(?:\.\d+)?)\s*", text)
    return f"[{found[1]}..{found[2]}]" if found is not None and float(found[1]) < float(found[2]) else None


def _dated(text: str, outside: str) -> Iterator[str]:
    at = 0
    for found in BARE_DATE.finditer(outside):
        yield f'{text[at : found.start()]}@"{found[1]}"'
        at = found.end()
    yield text[at:]


def _made(to: str, parts: list[str]) -> str:
    match to:
        case "range":
            return f"{'[' if parts[0] == '>=' else '('}{parts[1]}..{parts[3]}{']' if parts[2] == '<=' else ')'}"
        case "range turned":
            return f"{'[' if parts[2] == '>=' else '('}{parts[3]}..{parts[1]}{']' if parts[0] == '<=' else ')'}"
        case "closed":
            return f"[{parts[0]}..{parts[1]}]"
        case "outside":
            return f"not([{parts[0]}..{parts[1]}])"
        case "starts with":
            return f"starts with(?, {parts[0]})"
        case "function":
            return f"{parts[0].lower()}(?, {parts[1]})"
        case "null":
            return "null"
        case "not null":
            return "not(null)"
        case "open":
            return f"({parts[0]}..{parts[1]})"
        case "not":
            return f"not({_listed(parts[0])})"
        case "some":
            return _listed(parts[0])
        case "any":
            return "-"
        case _:
            return f"{to} {parts[0]}"


def _listed(text: str) -> str:
    """Values parted by commas, whatever parted them."""
    parts = [part.strip().removeprefix("?").strip() for part in _PARTED.split(text)]
    return ", ".join(part for part in parts if part)


def _works(text: str, before: str, aside: SetAside, why: str) -> tuple[str, str] | None:
    from nodes.feel.library import LIBRARY  # here: the parser itself imports the file of the errors
    from nodes.feel.parser import parse_unary_tests

    whole = aside.back(text).strip()
    if whole == before.strip() or not whole:
        return None
    try:
        parse_unary_tests(whole, None, LIBRARY)
    except (FeelError, RecursionError):
        return None
    return whole, why
