"""Redaction by value: wherever text leaves for a person's eyes, every known secret in it is replaced by a mask.

Called by the host for errors, notes, replies and log lines, and by the trace and the server for what they show.
Law: a secret counts as found in the forms that it takes on its way (as it is, percent-encoded, escaped for JSON or
HTML, base64 and hex). A short secret (under 8 characters) is masked only where it stands alone and never in payloads:
``on`` as a password must not blot out every ``on`` of a business text. `baton secret set` warns of such secrets.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from runtime.secrets.secret import Secret

MASK = "(secret)"
SHORT = 8
"""Below this many characters a value says too little to be looked for inside other text."""
_LINE = 16
"""Lines of a secret with several lines (a key in PEM) are also masked one by one from this length on."""


class Redactor:
    """Knows the secrets of this process and cleans texts and values of them. Secrets are added, never forgotten: what
    was once sent may still come back in a late reply."""

    def __init__(self) -> None:
        self._long: set[str] = set()
        self._short: set[str] = set()
        self._in_text: re.Pattern[str] | None = None
        self._in_values: re.Pattern[str] | None = None

    def add(self, secret: Secret | str) -> None:
        """From now on, ``secret`` is masked."""
        value = secret.reveal() if isinstance(secret, Secret) else secret
        for part in {value, value.strip()} - {""}:
            if len(part) < SHORT:
                self._short.add(part)
            else:
                self._long.update(_forms(part))
        self._compile()

    def clean_text(self, text: str) -> str:
        """``text`` with every known secret masked."""
        return text if self._in_text is None else self._in_text.sub(MASK, text)

    def begun_at_the_end_of(self, text: str) -> int:
        """How many characters at the end of ``text`` may be a secret, or the beginning of one that goes on after it."""
        forms = (*self._long, *self._short)
        reach = min(len(text), max(map(len, forms), default=0))
        starts = (at for at in range(len(text) - reach, len(text)) if any(f.startswith(text[at:]) for f in forms))
        start = next(starts, len(text))
        if self._in_text is not None:  # one secret that ends within what may be another is not torn
            start = next((m.start() for m in self._in_text.finditer(text) if m.start() < start < m.end()), start)
        return len(text) - start

    def clean_value(self, value: Any) -> Any:
        """A value of the value model (or plain JSON) with long secrets masked in its texts and keys.

        The very same object comes back if there was nothing to mask.
        """
        return value if self._in_values is None else _clean(value, self._in_values)

    def _compile(self) -> None:
        # Longest first, so that a secret which contains another is masked whole.
        long = [re.escape(form) for form in sorted(self._long, key=len, reverse=True)]
        short = [rf"(?<![^\W_]){re.escape(form)}(?![^\W_])" for form in sorted(self._short, key=len, reverse=True)]
        self._in_values = re.compile("|".join(long)) if long else None
        self._in_text = re.compile("|".join([*long, *short])) if long or short else None


def _clean(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(MASK, value)
    if isinstance(value, Mapping):
        cleaned = {_clean(key, pattern): _clean(item, pattern) for key, item in value.items()}
        same = all(a is b and value[b] is cleaned[a] for a, b in zip(cleaned, value, strict=False))
        return value if same and len(cleaned) == len(value) else cleaned
    if isinstance(value, list | tuple):
        items = [_clean(item, pattern) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def _forms(value: str) -> Iterator[str]:
    yield value
    for encoded in (quote(value), quote(value, safe=""), quote_plus(value)):
        yield encoded
        yield re.sub(r"%[0-9A-F]{2}", lambda found: found.group().lower(), encoded)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield html.escape(value, quote=True)
    yield repr(value)[1:-1]
    raw = value.encode("utf-8", "surrogatepass")
    yield raw.hex()
    yield raw.hex().upper()
    yield from _base64_forms(raw)
    if "\n" in value:
        yield from (line for line in map(str.strip, value.splitlines()) if len(line) >= _LINE)


def _base64_forms(raw: bytes) -> Iterator[str]:
    """The secret as it looks inside base64, alone or behind other bytes (``user:secret``): one form for each of the
    three ways in which its bytes can fall on base64's groups, without the digits that it shares with its neighbours."""
    for shift in range(3):
        padded = bytes(shift) + raw
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(padded).decode().rstrip("=")
            first = (0, 2, 3)[shift]
            last = len(text) if len(padded) % 3 == 0 else len(text) - 1
            if last - first >= SHORT:
                yield text[first:last]
