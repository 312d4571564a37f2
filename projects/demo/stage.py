"""How the demo speaks: headings, moments with their times, and a moving sign while something takes its time.

Called by the chapters. Laws: in a pipe it is plain text, without colours and without anything that moves; no line says
how Baton works inside, only what happened to the customer's matter and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

STYLES = {"done": "green", "person": "yellow", "trouble": "red", "plain": "", "note": "dim", "end": "bold green"}
_SIGNS = {"done": "✓", "person": "●", "trouble": "!", "plain": "·", "note": " ", "end": "="}
_PLAIN_SIGNS = {"done": "+", "person": "*", "trouble": "!", "plain": "-", "note": " ", "end": "="}
WIDEST = 110
"""Columns; longer lines are hard to read, however wide the window is."""


class Stage:
    """One console, and what the demo says on it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        if console.width > WIDEST:
            console.width = WIDEST
        utf8 = (console.encoding or "").lower().replace("-", "").startswith("utf8")
        self._signs, self._lines = (_SIGNS, "━─") if utf8 else (_PLAIN_SIGNS, "=-")

    def title(self, words: str) -> None:
        """The first line."""
        self.console.print()
        self.console.print(
            Rule(Text(f" {words} ", style="bold"), characters=self._lines[0], style="cyan", align="left")
        )

    def chapter(self, words: str) -> None:
        """A heading."""
        self.console.print()
        self.console.print(
            Rule(Text(f" {words} ", style="bold cyan"), characters=self._lines[1], style="cyan", align="left")
        )

    def tell(self, words: str, style: str = "plain") -> None:
        """A paragraph."""
        self.console.print(Padding(Text(words, style=STYLES[style]), (0, 2), expand=False))

    def moment(self, words: str, kind: str = "plain", seconds: float | None = None) -> None:
        """One line of a story: when (seconds after its start, if that matters), and what."""
        row = Table.grid(padding=(0, 1))
        row.add_column(width=8, justify="right", no_wrap=True)
        row.add_column(width=1)
        row.add_column()
        at = "" if seconds is None else f"{seconds:.1f} s"
        row.add_row(Text(at, style="dim"), Text(self._signs[kind], style=STYLES[kind]), Text(words, style=STYLES[kind]))
        self.console.print(row)

    def blank(self) -> None:
        """Some room."""
        self.console.print()

    def show(self, *parts: Table | Text | Group) -> None:
        """Something drawn, indented as the rest is."""
        for part in parts:
            self.console.print(Padding(part, (0, 2), expand=False))

    @contextmanager
    def waiting(self, words: str) -> Iterator[None]:
        """While something takes its time: a moving sign on a terminal, nothing in a pipe."""
        moving = self.console.status(words) if self.console.is_terminal else nullcontext()
        with moving:
            yield
