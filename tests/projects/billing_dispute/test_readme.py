"""What the README tells a newcomer to type is typed here, word for word but for the port and the folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from projects.demo.home import write_home
from projects.example_systems.judge import effects, repetitions
from projects.example_systems.launch import start_process
from tests.projects.billing_dispute.playing import FOLDER

ROOT = FOLDER.parents[1]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the README's block is written for a POSIX shell")
def test_the_block_for_the_second_window_works(tmp_path: Path) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    block = readme.partition("# second window")[2].partition("\n\nThe file names")[0].partition("\n")[2]
    with start_process() as systems:
        script = re.sub(r"^    ", "", block, flags=re.MULTILINE)
        script = script.replace("http://127.0.0.1:8700", systems.url)
        script = script.replace("build/try", shlex.quote(str(tmp_path / "build try")))
        script = script.replace(
            "baton trace RUN", "baton trace $(baton runs --json | grep -o 'r-[a-z0-9-]*' | head -1)"
        )
        baton = f'baton() {{ {shlex.quote(sys.executable)} -m runtime.cli "$@"; }}\n'
        typed = subprocess.run(
            ["bash", "-e", "-c", baton + script],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            timeout=110,
            check=False,
        )
        ledger = systems.ledger()

    assert typed.returncode == 0, typed.stderr
    assert typed.stdout.count("completed, refunded") == 2
    assert "├──" in typed.stdout
    assert "D-1003" in typed.stdout  # the case that was given stands in the list
    assert repetitions(ledger) == []
    assert [entry.operation for entry in effects(ledger)].count("create_refund") == 2


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the README's block is written for a POSIX shell")
@pytest.mark.timeout(240)
def test_the_walk_of_the_first_readme_can_be_pasted_with_what_explains_it(tmp_path: Path) -> None:
    """Explanations stood behind the commands as further arguments, which none of them takes."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("its three `export` lines:\n\n```\n")[2].partition("```")[0]
    assert block.count("baton ") > 10
    script = re.sub(r"^baton serve.*$", "", block, flags=re.MULTILINE)  # it stays until somebody ends it
    script = script.replace("answer TASK", "answer $(baton tasks --json | grep -o 'r-[^\"]*#1' | head -1)")
    script = script.replace("trace RUN", "trace $(baton runs --json | grep -o 'r-[a-z0-9-]*' | head -1)")
    script = script.replace("build/billing.baton", shlex.quote(str(tmp_path / "billing.baton")))
    baton = f'set -o pipefail\nbaton() {{ {shlex.quote(sys.executable)} -m runtime.cli "$@" || [ $? = 8 ]; }}\n'
    with start_process() as systems:
        home = write_home(tmp_path / "home", systems)
        typed = subprocess.run(
            ["bash", "-e", "-c", baton + script],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "BATON_HOME": str(home), "BATON_STORE": str(tmp_path / "s.db")},
            capture_output=True,
            encoding="utf-8",
            timeout=170,
            check=False,
        )

    assert typed.returncode == 0, typed.stderr
    for told in ("No problems", "completed, refunded", "├──", "No gap, no overlap", "It would have been"):
        assert told in typed.stdout, told
    assert (tmp_path / "billing.baton").is_file()
