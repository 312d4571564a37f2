"""What newcomers write out of habit from other languages, and the same in FEEL.

Who calls it: `errors`, when somebody asks a syntax error for its suggestion; `infer`, for functions of other languages.
Law: a text is offered only after it was parsed: whoever takes the suggestion has an expression that works. Texts in
quotes are never touched, and long texts are left alone, for a suggestion is read, not searched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

from nodes.feel.errors import FeelError
from nodes.feel.set_aside import OTHER_QUOTES, QUOTED, SetAside

LONGEST: Final = 300
"""Characters of a text for which a suggestion is made."""


class Slip(NamedTuple):
    """`pattern` is what is written, `instead` what it becomes, `why` says so in words."""

    pattern: str
    instead: str | Callable[[re.Match[str]], str]
    why: str = ""


_A: Final = r"(\"\d+\"|@\"\d+\"|-?\d+(?:\.\d+)?|[^\W\d][\w.]*(?:\([^()]*\))?|\([^()]*\))"
"""One operand: a text, a number, a path, a call, something in brackets."""
_NOT_WORD: Final = r"(?!(?:and|or|then|else|in|between|return|satisfies|instance|of|if|for|some|every|not|function)\b)"
_V: Final = _NOT_WORD + _A
_KEYWORDS: Final = "and|or|not|if|then|else|in|between|for|return|some|every|satisfies|true|false|null|function"

_SIGNS: Final = (
    Slip(r"(\"\d+\")\s*&(?!&)\s*|\s*&(?!&)\s*(?=\"\d+\")", lambda found: f"{found[1] or ''} + ",
         "Texts are joined by `+`."),
    Slip("[−‒–—]", "-", "FEEL writes `-`."),
    Slip("≥", ">=", "FEEL writes `>=`."),
    Slip("≤", "<=", "FEEL writes `<=`."),
    Slip("≠", "!=", "FEEL writes `!=`."),
    Slip(r"!==|<>", "!=", "FEEL writes `!=`."),
    Slip(r"===?", "=", "`=` compares, one is enough."),
    Slip(r":=", "=", "`=` compares; nothing is assigned."),
    Slip(r"=<", "<=", "FEEL writes `<=`."),
    Slip(r"=>", ">=", "FEEL writes `>=`."),
    Slip(r"\s*&&?\s*", " and ", "FEEL writes `and`."),
    Slip(r"\s*\|\|\s*", " or ", "FEEL writes `or`."),
    Slip(r"\^", "**", "FEEL writes `a ** b`."),
    Slip(r"\$\{?([^\W\d]\w*)\}?", r"\1", "FEEL writes names as they are."),
    Slip(r";\s*$", "", "An expression is one value."),
    Slip(r"^=\s*", "", "Leave the `=` out: the whole text is FEEL."),
    Slip(rf"\b(?i:{_KEYWORDS})\b", lambda found: found[0].lower(), "FEEL's words are in small letters."),
    Slip(rf"!(?!=)\s*{_V}", r"not(\1)", "FEEL writes `not(...)`."),
    Slip(r"\b(?:elseif|elsif|elif)\b", "else if", "FEEL writes `else if`."),
    Slip(r"\binstanceof\b|\binstance(?!\s+of\b)", "instance of", "FEEL writes `instance of`."),
    Slip(r"\bxor\b", "!=", "Two conditions differ where they are unequal."),
    Slip(r"\?\.", ".", "A path through nothing is null by itself."),
    Slip(r",(\s*[)\]}])", r"\1", "Nothing follows the last comma."),
    Slip(r",\s*$", "", "Nothing follows the last comma."),
)  # fmt: skip

_UNITS: Final = {"second": "PT{}S", "minute": "PT{}M", "hour": "PT{}H", "day": "P{}D", "month": "P{}M", "year": "P{}Y"}


def _duration(found: re.Match[str]) -> str:
    unit = found[2].lower().rstrip("s")
    return f'@"{_UNITS[unit].format(found[1])}"' if unit in _UNITS else f'@"P{int(found[1]) * 7}D"'


_MONEY: Final = "€|£|\\$|EUR|USD|GBP|CHF"
_SPOKEN: Final = {
    r"(?:is\s+)?(?:greater|more|larger|higher|bigger)\s+than\s+or\s+equal(?:s|\s+to)?": ">=",
    r"(?:is\s+)?(?:less|lower|smaller)\s+than\s+or\s+equal(?:s|\s+to)?": "<=",
    r"(?:is\s+)?(?:greater|more|larger|higher|bigger)\s+than|is\s+(?:over|above|after)": ">",
    r"(?:is\s+)?(?:less|lower|smaller)\s+than|is\s+(?:under|below|before)": "<",
    r"(?:is\s+)?at\s+least": ">=",
    r"(?:is\s+)?at\s+most": "<=",
    r"(?:is\s+not|does\s+not|not)\s+equals?(?:\s+to)?|is\s+different\s+from": "!=",
    r"(?:is\s+)?equals?(?:\s+to)?": "=",
}


def _date(found: re.Match[str]) -> str:
    return f'@"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"'


_SHAPES: Final = (
    *(Slip(rf"\b(?:{words})\b(?=\s)", sign, f"FEEL writes `{sign}`.") for words, sign in _SPOKEN.items()),
    Slip(r"\bis\s+not\s+(?:empty|blank|missing)\b", "!= null", "FEEL writes `null`."),
    Slip(r"\bis\s+(?:empty|blank|missing)\b", "= null", "FEEL writes `null`."),
    Slip(r"(?<![\w.])(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.([12]\d{3})(?![\w.])", _date,
         "A date is written year first."),
    Slip(rf"(?<!\w)(?:{_MONEY})\s*(\d+(?:\.\d+)?)", r"\1", "An amount is a number alone."),
    Slip(rf"(?<![-\d.])(\d+(?:\.\d+)?)\s*(?:{_MONEY})(?!\w)", r"\1", "An amount is a number alone."),
    Slip(r"\bif\s*\(([^(),]+),\s*([^(),]+),\s*([^(),]+)\)", r"if \1 then \2 else \3",
         "FEEL writes `if condition then a else b`."),
    Slip(r"\{\s*([^\W\d][\w.]*)\s*\}", r"\1", "Braces are for values within texts."),
    Slip(r"\bis\s+not\b", "!=", "FEEL writes `!=`."),
    Slip(r"\bis\b(?=\s)", "=", "FEEL writes `=`."),
    Slip(rf"{_V}\s+not\s+in\s+(\([^()]*\)|\[[^\]]*\])", r"not(\1 in \2)", "FEEL writes `not(...)`."),
    Slip(rf"{_V}\s+not\s+between\s+{_A}\s+and\s+{_A}", r"not(\1 between \2 and \3)", "FEEL writes `not(...)`."),
    Slip(
        rf"\bnot\s+({_V}(?:\s*(?:!=|<=|>=|=|<|>)\s*{_A}|\s+in\s+(?:\([^()]*\)|\[[^\]]*\]))?)",
        r"not(\1)", "FEEL writes `not(...)`.",
    ),
    Slip(
        rf"{_V}\s*(!=|<=|>=|=|<|>)\s*{_A}\s+(and|or)\s+(!=|<=|>=|=|<|>)\s*{_A}",
        r"\1 \2 \3 \4 \1 \5 \6", "Each side of `and` and `or` is a condition of its own.",
    ),
    Slip(rf"{_V}\s*(?:%|\bmod\b)\s*{_A}", r"modulo(\1, \2)", "FEEL writes `modulo(a, b)`."),
    Slip(r"(\d+(?:\.\d+)?)\s*%", r"\1 / 100", "A percentage is a number."),
    Slip(r"\bdiv\b", "/", "FEEL writes `/`."),
    Slip(rf"{_V}\s+(?i:starts\s*_?with|begins\s+with)\s+{_A}", r"starts with(\1, \2)", "It is a function in FEEL."),
    Slip(rf"{_V}\s+(?i:ends\s*_?with)\s+{_A}", r"ends with(\1, \2)", "It is a function in FEEL."),
    Slip(rf"{_V}\s+(contains|matches)\s+{_A}", r"\2(\1, \3)", "It is a function in FEEL."),
    Slip(rf"{_V}\s*\?\?\s*{_A}", r"if \1 != null then \1 else \2", "FEEL writes `if`."),
    Slip(r"\bif\s+(.*?)\s*\{\s*([^{}:]*?)\s*\}\s*else\s*\{\s*([^{}:]*?)\s*\}", r"if \1 then \2 else \3"),
    Slip(r"\bif\s*(\([^()]*\))\s*(?!\s*then\b)(?=\S)", r"if \1 then ", "The value follows `then`."),
    Slip(r"^(.*?\S)\s*\?\s*(.*?\S)\s*:\s*(.*)$", r"if \1 then \2 else \3", "FEEL writes `if condition then a else b`."),
    Slip(r"^(?!if\b)(.*\bthen\b.*)$", r"if \1", "FEEL writes `if condition then a else b`."),
    Slip(r"^(.*\bthen\b(?!.*\belse\b).*)$", r"\1 else null", "Every `if` says both ways."),
    Slip(rf"\bbetween\s+\(?\s*{_A}\s*(?:,|\.\.|\bto\b)\s*{_A}\s*\)?", r"between \1 and \2"),
    Slip(rf"\bin\s+{_A}\s*(?:\.\.|\bto\b)\s*{_A}", r"in [\1..\2]", "A range stands in brackets."),
    Slip(rf"\[\s*{_A}\s+to\s+{_A}\s*\]", r"[\1..\2]", "A range is written with two dots."),
    Slip(r"(?<![\d.,])\d{1,3}(?:\s\d{3})+(?!\d)", lambda found: re.sub(r"\s", "", found[0]),
         "Numbers have no blanks."),
    Slip(r"(?<![\d.])(\d{1,3}(?:,\d{3})+)(?![\d,])", lambda found: found[1].replace(",", ""),
         "Numbers have no commas."),
    Slip(r"(?<![\d.])\d{1,3}(?:\.\d{3})+,\d+", lambda found: found[0].replace(".", "").replace(",", "."),
         "Numbers have a decimal point."),
    Slip(r"(?<![\d.,])(\d+),(\d+)(?![\d.,])", r"\1.\2", "Numbers have a decimal point."),
    Slip(r"(?<![\d.])(\d+)\s+(seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b", _duration,
         "A length of time is written so."),
    Slip(r"\bfor\s*\(\s*(\w+)\s+(?:in|of)\s+([^()]*)\)", r"for \1 in \2"),
    Slip(r"\bfor\s+(\w+)\s+of\b", r"for \1 in"),
    Slip(r"^\s*lambda\s+([\w, ]+?)\s*:\s*(.+)$", r"function(\1) \2", "FEEL writes `function(x) ...`."),
    Slip(r'("\d+"|\b\d+(?:\.\d+)?)\s+(?="\d+"|\d)', r"\1, ", "Items are parted by commas."),
    Slip(r'\(([^()",]+?)\s+("\d+")\)', r"(\1, \2)", "Arguments are parted by commas."),
)  # fmt: skip


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def mended(text: str) -> tuple[str, str] | None:
    """The text as it was probably meant, and why; None where nobody can tell."""
    if len(text) > LONGEST or not text.strip():
        return None
    aside = SetAside()
    straight = re.sub(OTHER_QUOTES, '"', text)
    if straight.count('"') % 2:
        straight += '"'
    whys = [] if straight == text else ["Texts stand in straight double quotes."]
    plain = re.sub(r"(?<!@)(?<!\w)'([^'\"\n]*)'|`([^`\"\n]*)`", lambda f: f'"{f[1] or f[2] or ""}"', straight)
    if plain != straight:
        whys.append('FEEL puts texts in double quotes: `"..."`.')
    current = QUOTED.sub(aside.keep, plain)
    for slip in _SIGNS:
        current = _applied(slip, current, whys)
    found = _works(current, text, aside, whys)
    if found is not None:
        return found
    for slip in _SHAPES:
        tried = _applied(slip, current, attempt := list(whys))
        if tried != current:
            current, whys = tried, attempt
            found = _works(current, text, aside, whys)
            if found is not None:
                return found
    return _works(_closed(current), text, aside, [*whys, "Each bracket is closed."])


def _applied(slip: Slip, text: str, whys: list[str]) -> str:
    made = _compiled(slip.pattern).sub(slip.instead, text)
    if made != text and slip.why and slip.why not in whys:
        whys.append(slip.why)
    return made


def _closed(text: str) -> str:
    """The text with the brackets that are missing at its end, or without the one too many there."""
    pairs = {"(": ")", "[": "]", "{": "}"}
    waiting: list[str] = []
    for sign in text:
        if sign in pairs:
            waiting.append(pairs[sign])
        elif waiting and sign == waiting[-1]:
            waiting.pop()
        elif sign in pairs.values() and text.rstrip().endswith(sign) and not waiting:
            return text.rstrip()[:-1]
    return text + "".join(reversed(waiting))


def _works(text: str, before: str, aside: SetAside, whys: list[str]) -> tuple[str, str] | None:
    from nodes.feel.library import LIBRARY  # here: the parser itself imports the file of the errors
    from nodes.feel.parser import parse_expression

    whole = aside.back(text).strip()
    if whole == before or not whole:
        return None
    try:
        parse_expression(whole, None, LIBRARY)
    except (FeelError, RecursionError):
        return None
    return whole, " ".join(whys[:2])


_TEXT_LENGTH: Final = "`string length(text)` or `count(list)`"
FUNCTIONS: Final = {
    "len": _TEXT_LENGTH, "length": _TEXT_LENGTH, "size": _TEXT_LENGTH, "strlen": "`string length(text)`",
    "substr": "`substring(text, start position, length)`", "slice": "`substring(...)` or `sublist(...)`",
    "upper": "`upper case(text)`", "toupper": "`upper case(text)`", "touppercase": "`upper case(text)`",
    "lower": "`lower case(text)`", "tolower": "`lower case(text)`", "tolowercase": "`lower case(text)`",
    "startswith": "`starts with(text, match)`", "endswith": "`ends with(text, match)`",
    "contains": "`contains(text, match)` or `list contains(list, element)`",
    "includes": "`list contains(list, element)`",
    "indexof": "`index of(list, match)`", "concat": "`a + b` for texts, `concatenate(a, b)` for lists",
    "join": "`string join(list, delimiter)`", "replaceall": "`replace(text, pattern, replacement)`",
    "strip": "`trim(text)`", "tostring": "`string(value)`", "str": "`string(value)`", "text": "`string(value)`",
    "int": "`number(text)` or `floor(n)`", "float": "`number(text)`", "parseint": "`number(text)`",
    "avg": "`mean(list)`", "average": "`mean(list)`", "std": "`stddev(list)`", "stdev": "`stddev(list)`",
    "pow": "`a ** b`", "power": "`a ** b`", "mod": "`modulo(a, b)`", "ceil": "`ceiling(n)`", "ln": "`log(n)`",
    "round": "`round half up(n, scale)` or `decimal(n, scale)`", "trunc": "`round down(n, 0)`",
    "coalesce": "`if a != null then a else b`", "ifnull": "`if a != null then a else b`",
    "nvl": "`if a != null then a else b`",
    "iif": "`if condition then a else b`", "isnull": "`a = null`", "isblank": "`a = null or a = \"\"`",
    "isempty": "`a = null or count(a) = 0`", "exists": "`a != null`",
    "isdefined": "`a != null`", "filter": "`list[condition]`", "map": "`for x in list return ...`",
    "unique": "`distinct values(list)`", "distinct": "`distinct values(list)`", "push": "`append(list, item)`",
    "datediff": "`b - a`, or `years and months duration(a, b)`", "dateadd": "`date + @\"P1D\"`",
    "curdate": "`today()`", "getdate": "`today()`", "sysdate": "`now()`", "datetime": "`date and time(text)`",
    "year": "`date.year`", "month": "`date.month`", "day": "`date.day`", "weekday": "`day of week(date)`",
    "todate": "`date(text)`", "tonumber": "`number(text)`",
}  # fmt: skip
"""What FEEL has instead of functions of other languages, by their names in small letters without `_`."""


def instead_of(name: str) -> str | None:
    """The suggestion for a function of another language."""
    found = FUNCTIONS.get(name.casefold().replace("_", "").replace(" ", ""))
    return None if found is None else f"FEEL writes {found}."
