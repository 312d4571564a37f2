"""The stages of `test` and `check`, and the storm: what is run, in which order, and the closing table.

A stage is a command and the way to read one line of result out of what it prints. All stages run, also after one has
failed: a person wants to see everything that is wrong at once.
"""

from __future__ import annotations

import os
import re
import sys
import time
from typing import Callable, NamedTuple

import dev_child
from dev_exit import FAILED, NOT_HERE_YET, STOPPED, Exit
from dev_paths import ROOT

LONG_FILE = 400
# import-linter cannot be started with -m, and a script in .venv/bin depends on the path of the checkout.
_LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
_NO_TESTS = 5  # pytest's own code: nothing was collected


class Stage(NamedTuple):
    """`command` to run, or None for a look of our own; `result` makes the word for the table from what was printed."""

    title: str
    command: list[str] | None
    result: Callable[[str], str]


def tier_one(python: str) -> list[Stage]:
    """What `test` runs: all of it must hold before a change lands."""
    return [*_static(python), _tests(python, "not storm")]


def quick_round(python: str) -> list[Stage]:
    """What `check` runs while somebody is writing."""
    return [*_static(python), Stage("sizes", None, _no_words), _tests(python, "not storm and not slow")]


def _static(python: str) -> list[Stage]:
    return [
        Stage("format", [python, "-m", "ruff", "format", "--check", "."], _last_line),
        Stage("lint", [python, "-m", "ruff", "check", "."], _last_line),
        Stage("imports", [python, "-c", _LINT_IMPORTS, "--no-logo"], _contracts),
        Stage("types", [python, "-m", "mypy"], _last_line),
    ]


def _tests(python: str, marks: str) -> Stage:
    # One more than there are cores: a good part of the tests waits for processes, timers and screens.
    workers = min(8, (os.cpu_count() or 2) + 1)
    color = ["--color=yes"] if sys.stdout.isatty() else []
    return Stage("tests", [python, "-m", "pytest", "-q", "-n", str(workers), "-m", marks, *color], _pytest_words)


def run_all(stages: list[Stage]) -> int:
    """Run every stage; print the table; 0 when all hold."""
    rows = []
    for number, stage in enumerate(stages, 1):
        print(f"\n[{number}/{len(stages)}] {stage.title}", flush=True)
        begun = time.monotonic()
        if stage.command is None:
            code, words = 0, print_sizes()
        else:
            code, printed = dev_child.tee(stage.command)
            words = stage.result(printed)
        if code == STOPPED:
            raise KeyboardInterrupt
        rows.append((stage.title, code, time.monotonic() - begun, words))
    print()
    for title, code, seconds, words in rows:
        print(f"  {'ok' if code == 0 else 'FAILED':<7} {title:<10} {seconds:7.1f} s   {words}")
    failed = [title for title, code, _, _ in rows if code != 0]
    total = sum(seconds for _, _, seconds, _ in rows)
    end = f"{len(failed)} of {len(rows)} failed: {', '.join(failed)}" if failed else f"all {len(rows)} hold"
    print(f"  {end}, in {total:.0f} s", flush=True)
    return FAILED if failed else 0


def storm(python: str, minutes: float, seed: int) -> int:
    """The long tier. Its tests read minutes and seed through the fixture `storm` of tests/conftest.py."""
    print(
        f"storm: seed {seed}, {minutes:g} minutes; play it again with --minutes {minutes:g} --seed {seed}", flush=True
    )
    begun = time.monotonic()
    code = dev_child.run(
        [python, "-m", "pytest", "-q", "-m", "storm", "-p", "no:xdist", "-o", "timeout=0"],
        {"BATON_STORM_MINUTES": repr(minutes), "BATON_STORM_SEED": str(seed)},
    )
    print(f"storm: ended after {(time.monotonic() - begun) / 60:.1f} minutes, seed {seed}", flush=True)
    if code == _NO_TESTS:
        raise Exit(NOT_HERE_YET, "this checkout holds no test marked storm yet.")
    return code if code in (0, STOPPED) else FAILED


def print_sizes() -> str:
    """Lists long files. A long file is a question (is it one thing?), not an error, so this never fails."""
    long = long_files()
    for lines, path in long:
        print(f"{lines:5}  {path}")
    return f"{len(long)} longer than {LONG_FILE} lines; is each one thing?" if long else "no long file"


def long_files() -> list[tuple[int, str]]:
    """(lines, path from the root) of every Python file of ours over the limit, tests left out, the longest first."""
    found = []
    for floor in ("designer", "nodes", "packaging", "projects", "runtime"):
        for path in (ROOT / floor).rglob("*.py"):
            lines = path.read_text(encoding="utf-8").count("\n")
            if lines > LONG_FILE:
                found.append((lines, path.relative_to(ROOT).as_posix()))
    return sorted(found, reverse=True)


def _no_words(_: str) -> str:
    return ""


def _last_line(printed: str) -> str:
    lines = [line.strip() for line in _plain(printed).splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _contracts(printed: str) -> str:
    found = re.findall(r"^Contracts: .*$", _plain(printed), re.MULTILINE)
    return found[-1] if found else _last_line(printed)


def _pytest_words(printed: str) -> str:
    """pytest's own last word, such as `812 passed, 3 skipped in 61.20s`."""
    found = re.findall(r"(?:\d+ [a-z]+(?:, )?)+ in [\d.]+s.*?(?=\s*=*$)", _plain(printed), re.MULTILINE)
    return found[-1] if found else _last_line(printed)


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
