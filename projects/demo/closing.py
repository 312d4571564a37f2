"""The end of the show: the trace of the most eventful run, the ledger, the verdict, and where to look next.

Called by `__main__`. The trace is printed by the product's own command, not by a copy of it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from projects.child_process import ROOT
from projects.demo.baton_process import command, surroundings
from projects.demo.by_hand import quoted, setting
from projects.demo.show import ShowFailed
from projects.demo.stage import Stage
from projects.demo.verdict import KINDS, Verdict
from projects.example_systems.judge import LedgerEntry


def print_trace(stage: Stage, run: str, store: Path, home: Path) -> None:
    """`baton trace RUN`, as anybody can type it."""
    stage.chapter("What Baton wrote down about the second dispute")
    stage.tell("Each line is a step of the drawing, with the reason why it went on the way it did.", "note")
    stage.blank()
    stage.console.file.flush()
    done = subprocess.run(
        command("trace", run, "--no-values", "--store", str(store)),
        cwd=ROOT,
        # It writes where we write, so it spells as we do; what can't be spelled there becomes a question mark.
        env={**surroundings(home), "PYTHONIOENCODING": f"{stage.console.encoding}:replace"},
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )
    if done.returncode != 0:
        raise ShowFailed(f"baton trace ended with {done.returncode}.")


def print_ledger(stage: Stage, entries: Sequence[LedgerEntry]) -> None:
    """What the systems themselves wrote down: another process, which shares no code with Baton."""
    stage.chapter("What really happened: the ledger of the five systems")
    stage.tell(
        "The systems keep it themselves and share no code with Baton. A repeat that changed nothing says: again.",
        "note",
    )
    stage.blank()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", justify="right")
    for heading in ("What", "Number", "Dispute"):
        table.add_column(heading, no_wrap=True)
    table.add_column("EUR", justify="right", no_wrap=True)
    table.add_column("Key", no_wrap=True)
    for entry in entries:
        words = KINDS.get(entry.operation, (entry.operation, ""))[0].capitalize()
        table.add_row(
            str(entry.seq),
            f"{words}, again" if entry.replayed else words,
            entry.reference,
            entry.case or "",
            "" if entry.amount is None else str(entry.amount),
            _tail(entry.idempotency_key),
            style="dim" if entry.replayed else "",
        )
    stage.show(table)


def _tail(key: str | None) -> str:
    """The part of a key by which people can tell it from another."""
    return "takes none" if key is None else f"...{key[-15:]}"


def print_verdict(stage: Stage, verdict: Verdict) -> None:
    """Whether it holds."""
    stage.blank()
    for sentence in verdict.sentences:
        stage.moment(sentence, "end" if verdict.holds else "trouble")


def print_next(stage: Stage, run: str, kept: Path | None) -> None:
    """Where to look next."""
    stage.chapter("Where to look next")
    if kept is not None:
        stage.tell(f"This show is kept in {kept}. To look into it:")
        for line in _looking(run, kept):
            stage.console.print(Text(f"  {line}", style="green"), soft_wrap=True)  # a broken line can't be copied
    rows = (
        ("Play it yourself", f"{_python()} packaging/dev.py demo --by-hand"),
        ("Keep the files", f"{_python()} packaging/dev.py demo --keep FOLDER"),
        ("The drawn flow", "projects/billing_dispute/README.md"),
        ("The five systems", "projects/example_systems/README.md"),
        ("Baton itself", "README.md"),
    )
    table = Table.grid(padding=(0, 3))
    for what, where in rows:
        if kept is None or not what.startswith("Keep"):
            table.add_row(what, Text(where, style="green"))
    stage.show(table)
    stage.blank()


def _looking(run: str, kept: Path) -> tuple[str, ...]:
    store = quoted(kept / "store.db")
    return (
        setting("BATON_HOME", str(kept / "home")),
        f"{_baton()} trace {run} --store {store}",
        f"{_baton()} runs --store {store}",
    )


def _baton() -> str:
    return "py -m runtime.cli" if os.name == "nt" else ".venv/bin/baton"


def _python() -> str:
    return "py" if os.name == "nt" else "python3"
