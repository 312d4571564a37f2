"""Values, times and lengths of time as testers read them: exact values, real times, short spans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from nodes.contract import Value, to_plain
from runtime.model.canonical import write_json
from runtime.trace.explain import value_words

FLAT = 40
"""rows that a value is spread over before the rest stays folded into one"""

STATE_WORDS = {
    "running": ("Running", "running", "play"),
    "retrying": ("Trying again", "running", "repeat"),
    "person": ("Waiting for a person", "waiting_person", "user"),
    "time": ("Waiting", "waiting_time", "hourglass"),
    "done": ("Done", "done", "check"),
    "failed": ("Failed", "failed", "x"),
    "incident": ("Needs a decision", "incident", "snowflake"),
    "cancelled": ("Cancelled", "idle", "x"),
}
"""standing -> (words, tone, glyph)"""


def took(seconds: float | None) -> str:
    """``4 ms``, ``1.2 s``, ``3 min``, ``2 h``, ``5 days``; empty for None."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size or (size == 60):
            return f"{round(seconds / size)} {unit}"
    return f"{seconds:.0f} s"


def clock(at: dt.datetime) -> str:
    """``09:14:02.533`` in this machine's zone."""
    return at.astimezone().strftime("%H:%M:%S.%f")[:-3]


def day(at: dt.datetime) -> str:
    """``2026-05-01 09:14`` in this machine's zone."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def rows_of(value: Value, prefix: str = "") -> list[tuple[str, str]]:
    """A value spread over named rows: ``claim.amount -> 86.40``. Lists and what is deep stay on one row."""
    return list(_rows(value, prefix, 0))[:400]


def _rows(value: Any, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value and depth < 3 and len(value) <= FLAT:
        for name, part in value.items():
            yield from _rows(part, f"{prefix}.{name}" if prefix else str(name), depth + 1)
        return
    yield prefix or "value", value_words(value, 4_000)


def json_text(value: Value) -> str:
    """A value as indented JSON, for the technical details."""
    return write_json(to_plain(value)).decode().rstrip("\n")
