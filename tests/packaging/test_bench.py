"""The bench: its rows compute their own verdict, its file has the documented shape, and its budget is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as bench
from tests.benchmarks import report
from tests.benchmarks.report import AtLeast, AtMost, Peer, Report


def test_a_row_is_judged_by_its_ratio() -> None:
    collected = Report("x")
    row = collected.row("inserts", 600.0, "rows/s", peer=Peer("bare loop", 1000.0), reach=AtLeast(0.6))
    assert (row.ratio, row.holds, row.reach) == (0.6, True, "at least 0.6 x bare loop")
    assert collected.row("inserts", 599.0, "rows/s", peer=Peer("bare loop", 1000.0), reach=AtLeast(0.6)).holds is False


def test_a_row_without_peer_is_judged_by_its_figure() -> None:
    row = Report("x").row("resume", 0.9, "s", reach=AtMost(1))
    assert (row.ratio, row.holds, row.reach) == (None, True, "at most 1 s")
    assert Report("x").row("resume", 1.1, "s", reach=AtMost(1)).holds is False


def test_a_row_without_reach_only_informs() -> None:
    row = Report("x").row("size", 12, "MB", peer=Peer("other", 6))
    assert (row.ratio, row.reach, row.holds) == (2.0, None, None)


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), -1.0])
def test_what_cannot_be_measured_is_refused(figure: float) -> None:
    with pytest.raises(ValueError, match="not a measurement"):
        Report("x").row("w", figure, "s")
    with pytest.raises(ValueError, match="not a measurement"):
        Report("x").row("w", 1, "s", peer=Peer("p", figure))
    with pytest.raises(ValueError, match="measured 0"):
        Report("x").row("w", 1, "s", peer=Peer("p", 0))


def test_the_table_names_what_does_not_hold() -> None:
    collected = Report("x")
    collected.row("fast", 12345, "rows/s", peer=Peer("limit", 20000), reach=AtLeast(0.6))
    collected.row("slow", 0.5, "s", reach=AtMost(0.25))
    lines = report.table(collected.rows).splitlines()
    assert " ".join(lines[2].split()) == "fast 12,345 rows/s limit 20,000 0.62 at least 0.6 x limit yes"
    assert " ".join(lines[3].split()) == "slow 0.5 s at most 0.25 s NO"


# What the runner does with benchmarks: a folder of its own, played by the real module.

GOOD = """
from tests.benchmarks.report import AtLeast, Peer
def run(report):
    report.row("work", 3.0, "ops/s", peer=Peer("peer", 2.0), reach=AtLeast(1.0))
"""
BAD = GOOD.replace("AtLeast(1.0)", "AtLeast(2.0)")
APART = "APART = True\n" + GOOD
SLOW = "import time\ndef run(report):\n    time.sleep(60)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = Path(bench.__file__).parent
    made = tmp_path / "tests" / "benchmarks"
    made.mkdir(parents=True)
    for name in ("__init__.py", "__main__.py", "report.py"):
        (made / name).write_text((here / name).read_text(encoding="utf-8"), encoding="utf-8")
    return made


def _bench(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    root = folder.parents[1]
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": "", "PYTHONSAFEPATH": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_file_has_one_row_per_line_of_the_table(folder: Path) -> None:
    (folder / "bench_quick.py").write_text(GOOD)
    done = _bench(folder, "quick")
    assert done.returncode == 0, done.stderr
    assert json.loads((folder.parents[1] / "build" / "bench" / "quick.json").read_text()) == [
        {
            "work": "work",
            "figure": 3.0,
            "unit": "ops/s",
            "limit_or_peer": {"name": "peer", "figure": 2.0},
            "ratio": 1.5,
            "reach": "at least 1 x peer",
            "holds": True,
        }
    ]


def test_without_a_name_all_run_but_those_apart(folder: Path) -> None:
    for name, text in {"a": GOOD, "b": BAD, "c": APART, "d": "def run(report):\n    1 / 0\n"}.items():
        (folder / f"bench_{name}.py").write_text(text)
    done = _bench(folder)
    assert done.returncode == 1
    assert sorted(path.name for path in (folder.parents[1] / "build" / "bench").iterdir()) == ["a.json", "b.json"]
    assert "does not hold: b, d" in done.stderr
    assert _bench(folder, "c").returncode == 0
    assert _bench(folder, "--list").stdout.split() == ["a", "b", "c", "d"]


def test_a_figure_of_an_earlier_run_does_not_stay(folder: Path) -> None:
    (folder / "bench_a.py").write_text(GOOD)
    assert _bench(folder, "a").returncode == 0
    (folder / "bench_a.py").write_text("def run(report):\n    pass\n")
    done = _bench(folder, "a")
    assert (done.returncode, "reported no row" in done.stderr) == (1, True)
    assert not (folder.parents[1] / "build" / "bench" / "a.json").exists()


def test_the_time_for_all_is_kept(folder: Path) -> None:
    main = folder / "__main__.py"
    main.write_text(main.read_text().replace("BUDGET_SECONDS = 600.0", "BUDGET_SECONDS = 1.5"))
    (folder / "bench_a.py").write_text(SLOW)
    (folder / "bench_b.py").write_text(GOOD)
    begun = time.monotonic()
    done = _bench(folder)
    assert done.returncode == 1
    assert time.monotonic() - begun < 15
    assert "a was ended" in done.stderr
    assert "not run" in done.stdout


def test_an_unknown_name_lists_those_there_are(folder: Path) -> None:
    (folder / "bench_a.py").write_text(GOOD)
    done = _bench(folder, "nothing")
    assert (done.returncode, done.stderr) == (2, "dev.py bench: there is no benchmark 'nothing'. There are: a.\n")
