"""JSON as it stands in project files: read strictly, written in one canonical form.

Called by ``files``, ``package`` and ``content_hash``; the CLI reads ``--input`` through ``read_json`` too.
Law: what is read and written again is the same to the byte, if it was canonical; and canonical from then on, if not.

- Numbers without fraction and exponent are ``int``, all others ``Decimal`` with every digit that was written.
- Known keys stand in the declared order of their model, then unknown keys in the order found. Objects that belong to
  the author (a node's ``config``, JSON Schemas, samples) keep the author's order: it is what people will see.
- Two blanks of indent, LF, one final LF, UTF-8 without byte order mark, nothing escaped that JSON lets stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring
from typing import Any, NoReturn

from runtime.model.flow import Part

MAX_FILE_BYTES = 10_000_000
"""Largest project file that is read."""
MAX_DEPTH = 100
"""Deepest nesting in a project file: a value of depth 64 (SEMANTICS N8) inside a config inside a flow."""
MAX_DIGITS = 400
"""Longest number that is read; FEEL computes with 34 digits."""
MAX_EXPONENT = 6144
"""Largest power of ten, either way: that of IEEE decimal128. ``int(Decimal("1e1000000"))`` takes 40 seconds."""


class JsonProblem(ValueError):
    """Text that is not the strict JSON that we read. ``message`` says what to do; lines and columns count from 1."""

    def __init__(self, code: str, message: str, line: int | None = None, column: int | None = None) -> None:
        where = f"line {line}, column {column}: " if line is not None else ""
        super().__init__(where + message)
        self.code = code
        self.message = message
        self.line = line
        self.column = column


def read_json(content: bytes, *, max_bytes: int = MAX_FILE_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """The value that ``content`` holds, of dict, list, str, int, ``Decimal``, bool and None.

    Raises ``JsonProblem``: FILE_EMPTY, FILE_TOO_LARGE, FILE_ENCODING, JSON_SYNTAX, JSON_TRUNCATED, JSON_DEPTH,
    JSON_DUPLICATE_KEY, JSON_NUMBER or JSON_TEXT.
    """
    if len(content) > max_bytes:
        raise JsonProblem("FILE_TOO_LARGE", f"it holds {len(content):,} bytes; at most {max_bytes:,} are read.")
    text = _decode(content)
    if not text.strip(" \t\r\n"):
        raise JsonProblem("FILE_EMPTY", "it is empty.")
    _refuse_depth(text, max_depth)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_read_int,
            parse_float=_read_fraction,
            parse_constant=_refuse_constant,
        )
    except _Refused as refused:
        line, column = _locate(text, refused.token, key=refused.code == "JSON_DUPLICATE_KEY")
        raise JsonProblem(refused.code, refused.message, line, column) from None
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            message = "the text ends in the middle; the file seems to be cut off."
            raise JsonProblem("JSON_TRUNCATED", message, error.lineno, error.colno) from None
        _refuse_marks_of_a_merge(text)
        raise JsonProblem("JSON_SYNTAX", _in_words(error.msg), error.lineno, error.colno) from None
    _refuse_lone_surrogates(text)
    return value


def write_json(value: Any) -> bytes:
    """The canonical bytes of a value or of a ``Part``. Raises ``ValueError`` for what JSON can't hold."""
    pieces: list[str] = []
    _write(plain(value), "\n", pieces, 0)
    pieces.append("\n")
    return "".join(pieces).encode("utf-8")


def plain(value: Any, *, defaults: bool = True) -> Any:
    """A ``Part`` as the object that stands in its file: the fields that were set, in order, then unknown keys.

    ``defaults=False`` leaves out fields that say what holds without them, too (for the content hash).
    """
    if isinstance(value, Part):
        written: dict[str, Any] = {}
        for name, field in type(value).model_fields.items():
            if name not in value.model_fields_set:
                continue
            item = getattr(value, name)
            if defaults or item != field.get_default(call_default_factory=True):
                written[field.alias or name] = plain(item, defaults=defaults)
        for name, item in (value.model_extra or {}).items():
            written[name] = plain(item, defaults=defaults)
        return written
    if isinstance(value, Mapping):
        return {key: plain(item, defaults=defaults) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, defaults=defaults) for item in value]
    return value


# -- reading ----------------------------------------------------------------------------------------------------------


class _Refused(Exception):
    """Raised inside the parser's hooks, which don't know where they are."""

    def __init__(self, code: str, message: str, token: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.token = token


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:4]:
        raise JsonProblem("FILE_ENCODING", "it is not UTF-8 text (it looks like UTF-16); save it as UTF-8.")
    if content.startswith(b"\xef\xbb\xbf"):
        raise JsonProblem("FILE_ENCODING", "it begins with a byte order mark; save it as UTF-8 without one (no BOM).")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise JsonProblem("FILE_ENCODING", "it is not UTF-8 text; save it as UTF-8.", line, column) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        message = f"the key {_short(twice)} stands twice in one object; keep one of them."
        raise _Refused("JSON_DUPLICATE_KEY", message, twice)
    return read


def _read_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        _refuse_number(digits, f"a number of {len(digits):,} digits is too long; at most {MAX_DIGITS} are read.")
    return int(digits)


def _read_fraction(digits: str) -> Decimal:
    if len(digits) > MAX_DIGITS:
        _refuse_number(digits, f"a number of {len(digits):,} digits is too long; at most {MAX_DIGITS} are read.")
    try:
        number = Decimal(digits)
    except InvalidOperation:
        _refuse_number(digits, "the number's power of ten is too large.")
    if not -MAX_EXPONENT <= number.adjusted() <= MAX_EXPONENT or int(number.as_tuple().exponent) < -2 * MAX_EXPONENT:
        _refuse_number(digits, f"the number's power of ten is beyond {MAX_EXPONENT}.")
    return number


def _refuse_number(digits: str, message: str) -> NoReturn:
    raise _Refused("JSON_NUMBER", message, digits)


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused("JSON_NUMBER", f"{name} is not a number that JSON knows; write a number, or null.", name)


_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def _refuse_depth(text: str, limit: int) -> None:
    """Before the parser runs: its own answer to deep nesting is a RecursionError."""
    depth = 0
    for found in _BRACKETS.finditer(text):
        bracket = found.group()
        if bracket in {"[", "{"}:
            depth += 1
            if depth > limit:
                message = f"lists and objects are nested deeper than {limit}."
                raise JsonProblem("JSON_DEPTH", message, *_position(text, found.start()))
        elif bracket in {"]", "}"}:
            depth -= 1


_MARK_OF_A_MERGE = re.compile(r"^(<<<<<<<|>>>>>>>)(?: |$)", re.MULTILINE)


def _refuse_marks_of_a_merge(text: str) -> None:
    """What version control leaves in a file that two people have changed is the cause; where JSON ends is not."""
    mark = _MARK_OF_A_MERGE.search(text)
    if mark is not None:
        message = f"a merge is not settled here ({mark.group(1)}); keep one of the two versions and remove the marks."
        raise JsonProblem("JSON_SYNTAX", message, *_position(text, mark.start())) from None


_ESCAPED_SURROGATE = re.compile(r"\\(?:u([dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)


def _refuse_lone_surrogates(text: str) -> None:
    """``"\\ud83d"`` without its other half is no text: it could not be written as UTF-8 again."""
    if "\\ud" not in text and "\\uD" not in text:
        return
    half: re.Match[str] | None = None
    for found in _ESCAPED_SURROGATE.finditer(text):
        code = found.group(1)
        low = code is not None and code[1] in "cdefCDEF"
        if half is not None:
            if not low or found.start() != half.end():
                break
            half = None
        elif code is not None:
            half = found
            if low:
                break
    if half is not None:
        message = f"{half.group()} is one half of a character; remove it or write the character itself."
        raise JsonProblem("JSON_TEXT", message, *_position(text, half.start()))


_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]|[^\s,:\[\]{}"]+', re.DOTALL)


def _locate(text: str, token: str, *, key: bool) -> tuple[int, int]:
    """(line, column) of a refused token; for a key, of its second place in one object. Walks only once it is known
    that the token is there."""
    open_objects: list[set[str] | None] = []
    for found in _TOKENS.finditer(text):
        piece = found.group()
        if piece in {"{", "["}:
            open_objects.append(set() if piece == "{" else None)
        elif piece in {"}", "]"}:
            open_objects.pop()
        elif key and piece[0] == '"':
            keys = open_objects[-1] if open_objects else None
            if keys is not None and text[found.end() :].lstrip(" \t\r\n")[:1] == ":":
                name = json.loads(piece, strict=False)
                if name == token and name in keys:
                    return _position(text, found.start())
                keys.add(name)
        elif not key and piece == token:
            return _position(text, found.start())
    return 1, 1


def _position(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _in_words(message: str) -> str:
    known = {
        "Expecting value": "a value is missing here (a text, a number, true, false, null, a list or an object).",
        "Expecting property name enclosed in double quotes": 'a key in "double quotes" is missing here.',
        "Expecting ':' delimiter": "a colon is missing after the key.",
        "Expecting ',' delimiter": "a comma is missing before this.",
        "Illegal trailing comma before end of object": "remove the comma before the closing bracket.",
        "Illegal trailing comma before end of array": "remove the comma before the closing bracket.",
        "Extra data": "it should end here, but more text follows.",
        "Invalid control character at": "a text holds a line break or another control character; write it as \\n.",
    }
    found = next((words for start, words in known.items() if message.startswith(start)), None)
    return found or f"this is not JSON ({message[:1].lower()}{message[1:]})."


def _short(key: str) -> str:
    return json.dumps(key if len(key) <= 60 else key[:57] + "...", ensure_ascii=False)


# -- writing ----------------------------------------------------------------------------------------------------------


def _write(value: Any, line: str, out: list[str], depth: int) -> None:
    if isinstance(value, str):
        out.append(encode_basestring(value))
    elif value is None or isinstance(value, bool):
        out.append("null" if value is None else "true" if value else "false")
    elif isinstance(value, int):
        out.append(str(value))
    elif isinstance(value, Decimal):
        out.append(_number(value))
    elif depth > MAX_DEPTH:
        raise ValueError(f"lists and objects are nested deeper than {MAX_DEPTH}")
    elif isinstance(value, dict):
        before = "{" + line + "  "
        for key, item in value.items():
            if not isinstance(key, str):
                raise ValueError(f"the key {key!r} is not text")
            out.extend((before, encode_basestring(key), ": "))
            _write(item, line + "  ", out, depth + 1)
            before = "," + line + "  "
        out.append(line + "}" if value else "{}")
    elif isinstance(value, list):
        before = "[" + line + "  "
        for item in value:
            out.append(before)
            _write(item, line + "  ", out, depth + 1)
            before = "," + line + "  "
        out.append(line + "]" if value else "[]")
    else:
        raise ValueError(f"a {type(value).__name__} can't stand in a project file")


def _number(value: Decimal) -> str:
    """All digits; written out where that adds none, with an exponent where it would."""
    if not value.is_finite():
        raise ValueError("a number in a project file must be finite")
    exponent = int(value.as_tuple().exponent)
    if exponent >= 0:
        # Decimal("5") is written like the integer that it is; Decimal("5E+3") keeps its one digit.
        return format(value, "f") if exponent == 0 else str(value)
    return format(value, "f") if value.adjusted() >= -20 else str(value)
