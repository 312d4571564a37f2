"""Runs benchmarks: `python -m tests.benchmarks [--list | NAME]`, called by `packaging/dev.py bench`.

Each runs in a process of its own, so that none measures what another left behind, and so that one that exceeds its time
can be ended. Without a name all run but those that say `APART = True`, within ten minutes together.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks import report

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "build" / "bench"
BUDGET_SECONDS = 600.0
_CHILD = "--in-this-process"  # how this module calls itself


def names() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def main(arguments: list[str]) -> int:
    """0 when every row with a reach holds; 1 when one does not or a benchmark failed; 2 for an unknown name."""
    parser = argparse.ArgumentParser(prog="dev.py bench")
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("--list", action="store_true")
    parser.add_argument(_CHILD, dest="child", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    if wanted.list:
        print("\n".join(names()) or "no benchmark in this checkout yet")
        return 0
    if wanted.name is not None and wanted.name not in names():
        known = ", ".join(names()) or "none in this checkout yet"
        print(f"dev.py bench: there is no benchmark {wanted.name!r}. There are: {known}.", file=sys.stderr)
        return 2
    if wanted.child:
        return _measure(wanted.name)
    return _run_one(wanted.name, None) if wanted.name else _run_all()


def _run_all() -> int:
    """Every benchmark that is not apart, until the budget is used up; what did not get its turn is named."""
    chosen = [name for name in names() if not _apart(name)]
    if not chosen:
        print("no benchmark in this checkout yet")
        return 0
    ends = time.monotonic() + BUDGET_SECONDS
    failed = []
    for number, name in enumerate(chosen, 1):
        left = ends - time.monotonic()
        print(f"\n[{number}/{len(chosen)}] {name}", flush=True)
        if left <= 0:
            print(f"  not run: the {BUDGET_SECONDS / 60:.0f} minutes are used up; run it alone: dev.py bench {name}")
            failed.append(name)
        elif _run_one(name, left) != 0:
            failed.append(name)
    print(f"\n{len(chosen) - len(failed)} of {len(chosen)} benchmarks hold; results in build/bench/", flush=True)
    if failed:
        print(f"dev.py bench: does not hold: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _run_one(name: str, seconds: float | None) -> int:
    command = [sys.executable, "-m", "tests.benchmarks", name, _CHILD]
    # In a group of its own on POSIX, so that what it started (servers, workers) ends with it.
    group = {"process_group": 0} if os.name == "posix" else {}
    child = subprocess.Popen(command, **group)
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"dev.py bench: {name} was ended, the time for all is used up; run it alone.", file=sys.stderr)
        return 1
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL) if group else child.kill()
            child.wait()


def _measure(name: str) -> int:
    module = importlib.import_module(f"tests.benchmarks.bench_{name}")
    collected = report.Report(name)
    (RESULTS / f"{name}.json").unlink(missing_ok=True)  # an older figure must not pass for one of this run
    module.run(collected)
    if not collected.rows:
        print(f"dev.py bench: {name} reported no row", file=sys.stderr)
        return 1
    report.write(collected.rows, RESULTS / f"{name}.json")
    print(report.table(collected.rows), flush=True)
    return 1 if any(row.holds is False for row in collected.rows) else 0


def _apart(name: str) -> bool:
    """Asked of the text, not by importing: a benchmark that is apart may need packages that are not installed."""
    text = (HERE / f"bench_{name}.py").read_text(encoding="utf-8")
    return any(line.replace(" ", "") == "APART=True" for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
