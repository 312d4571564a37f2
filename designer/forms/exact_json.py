"""JSON as it is shown: numbers keep their digits, keys their order. ``session.typed`` reads it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from runtime.model.canonical import write_json

_TOKEN = re.compile(r'("(?:[^"\\\n]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b|([{}\[\],:])')


def json_of(value: Any, indent: int | None = None) -> str:
    """The text of a value, with the exact digits of its numbers."""
    if indent is not None:
        return write_json(value).decode().rstrip("\n")
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {json_of(one)}" for key, one in value.items())
            + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_of, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def json_marks(text: str) -> list[tuple[int, int, str]]:
    """Colours: keys, texts, numbers, words, signs."""
    found = []
    for token in _TOKEN.finditer(text):
        if token[1]:
            found.append((token.start(1), len(token[1]), "name" if token[2] else "text"))
        elif token[3]:
            found.append((token.start(), len(token[0]), "number"))
        else:
            found.append((token.start(), len(token[0]), "keyword" if token[4] else "operator"))
    return found
