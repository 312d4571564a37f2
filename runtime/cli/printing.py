"""What verbs write: results on standard output, as text for people or as JSON for scripts; all else on standard error.

Colour and width follow the terminal; what is piped is plain, one item a line, and is never cut.
"""

from __future__ import annotations

import codecs
import datetime as dt
import io
import json
import sys
import threading
import unicodedata
from collections.abc import Sequence
from typing import Any, TextIO, cast

import click
from pydantic import BaseModel
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from runtime.wire import write_pretty_json


def console(*, whole: bool = False) -> Console:
    """Standard output for people. ``whole``: no line is cut or broken, as where it is piped."""
    whole = whole or not _is_watched()
    return Console(file=sys.stdout, highlight=False, soft_wrap=whole, width=_ENDLESS if whole else None, emoji=False)


_ENDLESS = 10_000_000
"""columns: more than any line has"""


def _is_watched() -> bool:
    """Whether somebody watches standard output. None = it was closed before Baton began."""
    return sys.stdout is not None and sys.stdout.isatty()


def is_terminal() -> bool:
    """Whether somebody watches standard error."""
    return sys.stderr is not None and sys.stderr.isatty()


def speak_plainly() -> None:
    """Where the output can't hold a character (an old code page, a plain ASCII pipe), a look-alike is written for it.

    JSON is never changed by this: see ``print_json``."""
    codecs.register_error(_PLAINLY, _look_alike)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAINLY)


def keep_output_for_results() -> None:
    """From now on only what Baton itself says here comes out on standard output. What the code of a node prints, in a
    thread of the runtime, goes to standard error: it would spoil the JSON that a script reads."""
    if sys.stdout is not None and sys.stderr is not None:
        sys.stdout = cast("TextIO", _Output(sys.stdout))


class _Output:
    """``results``, or for threads of the runtime what standard error is just now: there secrets are masked."""

    def __init__(self, results: TextIO) -> None:
        self._results = results

    def __getattr__(self, name: str) -> Any:
        ours = threading.current_thread() is threading.main_thread()
        return getattr(self._results if ours else sys.stderr, name)


def _look_alike(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    return "".join(_ALIKE.get(c, "?") for c in fault.object[fault.start : fault.end]), fault.end


_PLAINLY = "baton.plainly"
_ALIKE = {
    "✓": "+", "✗": "x", "…": "...", "↻": "~", "▶": ">", "·": "-", "•": "*", "“": '"', "”": '"', "’": "'", "–": "-",
    "├": "|", "└": "`", "─": "-", "│": "|",
}  # fmt: skip


def print_json(message: BaseModel | dict[str, Any] | list[Any]) -> None:
    """A result as JSON, indented, with every digit."""
    plain = message.model_dump(mode="python") if isinstance(message, BaseModel) else message
    text = write_pretty_json(plain)
    if (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "") != "utf8":
        text = "".join(c if c.isascii() else json.dumps(c)[1:-1] for c in text)
    click.echo(text)


def say(words: str) -> None:
    """A line on standard error: progress and hints."""
    click.echo(safe(words), err=True)


def safe(words: object) -> str:
    """Text that can't move the cursor or hide itself: control marks are shown as their number."""
    return "".join(
        c if c == "\n" or c.isprintable() or unicodedata.category(c) == "Zs" else f"[U+{ord(c):04X}]"
        for c in str(words)
    )


def marked(words: object) -> str:
    """The same, fit to stand in rich's markup."""
    return escape(safe(words))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for a terminal; tab-separated lines with a heading where it is piped.

    The first column holds the ids that people copy: they are never folded or cut, whatever the width is."""
    if not _is_watched():
        for row in (columns, *rows):
            click.echo("\t".join(safe(cell).replace("\t", " ").replace("\n", " ") for cell in row))
        return
    out = console()
    widest = max(cell_len(safe(cell)) for cell in (columns[0], *(row[0] for row in rows)))
    if widest + (len(columns) - 1) * _LEAST_COLUMN > out.width:
        _print_under_ids(out, columns, rows)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(columns[0], no_wrap=True, min_width=widest)  # an id that is folded can't be copied
    for column in columns[1:]:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(safe(cell)) for cell in row))
    out.print(table)


_LEAST_COLUMN = 11
"""Cells that a column beside the ids needs to be read, with its gap."""


def _print_under_ids(out: Console, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Where ids leave no room beside them: each on a line of its own, what belongs to it under it."""
    for row in rows:
        out.print(Text(safe(row[0]), style="bold"), soft_wrap=True)
        for column, cell in zip(columns[1:], row[1:], strict=True):
            if str(cell):
                out.print(Padding(Text(f"{column.lower()}: {safe(cell)}"), (0, 0, 0, 2)))


def local_time(at: dt.datetime | None) -> str:
    """An instant in this machine's zone: ``2026-11-20 14:02:07``."""
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def length(seconds: float | None) -> str:
    """``340 ms``, ``2.1 s``, ``3 min``, ``2 h 5 min``, ``3 days``."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 90:
        return f"{seconds:.1f} s"
    minutes = int(seconds // 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours // 24} days"
