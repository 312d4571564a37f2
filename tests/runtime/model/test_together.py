"""A project saved as one: killed before each single step of a save, it is read as all old or all new."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtime.model.files import load_project, open_project
from runtime.model.flow import Flow
from runtime.model.problems import ProjectProblem
from runtime.model.project import Project, ProjectFile
from runtime.model.saving import save_flow, save_project
from runtime.model.together import RECORD, sum_of

STEPS = frozenset({"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod"})
"""audit events of what changes a folder (``open`` counts readers, too, which costs the test nothing but rounds)"""


def project(title: str, *flows: str) -> Project:
    made = {name: Flow(format_version=1, id=name, title=title) for name in flows}
    return Project(file=ProjectFile(format_version=1, id="p", name=title, version="0.1.0"), flows=made)


OLD = project("old", "one", "two", "three")
NEW = project("new", "one", "two", "four")
GONE = ["flows/three.flow.json"]


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".baton" not in path.parts
    }


def save_and_die(folder: Path, before_step: int) -> bool:
    """Whether the process was killed before its save was done."""
    child = os.fork()
    if child == 0:
        count = 0

        def look(event: str, _arguments: object) -> None:
            nonlocal count
            if event in STEPS:
                count += 1
                if count == before_step:
                    os._exit(9)

        sys.addaudithook(look)
        save_project(NEW, folder, gone=GONE)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't copy a process")
@pytest.mark.parametrize("fresh", [False, True])
def test_killed_before_any_step_it_is_read_as_old_or_new_and_the_next_save_finishes(
    tmp_path: Path, fresh: bool
) -> None:
    clean = tmp_path / "clean"
    save_project(OLD, clean)
    save_project(NEW, clean, gone=GONE)
    seen: list[str] = []
    for step in range(1, 1_000):
        folder = tmp_path / f"killed {step}"
        if not fresh:
            save_project(OLD, folder)
        killed = save_and_die(folder, step)
        opened = open_project(folder)
        if fresh and opened.project is None:
            assert [finding.code for finding in opened.findings] == ["PROJECT_MISSING"]
            seen.append("old")
        else:
            assert opened.findings == ()
            assert opened.project in ((NEW,) if fresh else (OLD, NEW))
            seen.append("old" if opened.project == OLD else "new")
        standing = files_in(folder) if folder.exists() else {}
        open_project(folder)
        assert (files_in(folder) if folder.exists() else {}) == standing  # whoever reads writes nothing
        save_project(NEW, folder, gone=GONE)
        assert files_in(folder) == files_in(clean)
        assert not (folder / RECORD).exists()
        shutil.rmtree(folder)
        if not killed:
            break
    assert not killed
    assert seen == sorted(seen, reverse=True)  # from one step on it is the new one
    assert {"old", "new"} == set(seen)
    assert seen[-1] == "new"
    assert seen.count("new") > 8  # the record stands before anything is renamed


@pytest.fixture
def cut_short(tmp_path: Path) -> Path:
    """A folder whose save was decided and then killed before anything was renamed."""
    folder = tmp_path / "p"
    for step in range(1, 1_000):
        shutil.rmtree(folder, ignore_errors=True)
        save_project(OLD, folder)
        assert save_and_die(folder, step)
        if (folder / RECORD).exists():
            return folder
    raise AssertionError("no save was ever decided")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't copy a process")
def test_what_somebody_changed_after_the_crash_stays_theirs(cut_short: Path) -> None:
    assert load_project(cut_short) == NEW
    theirs = b'{"format_version": 1, "id": "one", "title": "theirs"}\n'
    (cut_short / "flows/one.flow.json").write_bytes(theirs)
    assert load_project(cut_short).flows["one"].title == "theirs"
    save_flow(Flow(format_version=1, id="five"), cut_short)  # any save finishes the one before
    assert (cut_short / "flows/one.flow.json").read_bytes() == theirs
    assert load_project(cut_short).flows["two"].title == "new"
    assert [path.name for path in (cut_short / "flows").iterdir() if path.name.endswith(".tmp")] == []
    assert not (cut_short / RECORD).exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't copy a process")
def test_a_save_that_is_finished_later_is_what_revisions_are_compared_with(cut_short: Path) -> None:
    stale = {"flows/one.flow.json": sum_of((cut_short / "flows/one.flow.json").read_bytes())}
    with pytest.raises(ProjectProblem, match="changed on disk"):
        save_project(OLD, cut_short, revisions=stale)
    assert load_project(cut_short) == NEW


@pytest.mark.parametrize(
    "change",
    [
        {"path": "../outside.json"},
        {"path": "flows/../../outside.flow.json"},
        {"path": "notes.txt"},
        {"temporary": "../outside.json"},
        {"temporary": ".two.flow.json.01234567.tmp"},
        {"temporary": ""},
        {"after": "x"},
        {"more": 1},
        {"before": None},
    ],
)
def test_a_record_that_no_save_would_write_counts_for_nothing(tmp_path: Path, change: dict[str, object]) -> None:
    folder = tmp_path / "p"
    save_project(OLD, folder)
    content = b'{"format_version": 1, "id": "one", "title": "smuggled"}\n'
    (folder / "flows/.one.flow.json.01234567.tmp").write_bytes(content)
    (tmp_path / "outside.json").write_bytes(content)
    told = {
        "path": "flows/one.flow.json",
        "before": sum_of((folder / "flows/one.flow.json").read_bytes()),
        "after": sum_of(content),
        "temporary": ".one.flow.json.01234567.tmp",
    }
    (folder / ".baton").mkdir(exist_ok=True)

    def record(**changes: object) -> None:
        text = json.dumps({"format_version": 1, "files": [{**told, **changes}]})
        (folder / RECORD).write_text(text, encoding="utf-8")

    record()
    assert load_project(folder).flows["one"].title == "smuggled"  # the record itself is one that a save would write
    record(**change)
    assert load_project(folder) == OLD
    save_flow(Flow(format_version=1, id="five"), folder)
    assert load_project(folder).flows["one"].title == "old"
    assert (tmp_path / "outside.json").read_bytes() == content


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.slow
def test_kill_9_in_a_loop_of_saves_never_mixes_two_of_them(tmp_path: Path) -> None:
    program = (
        "import itertools, sys\n"
        "from tests.runtime.model.test_together import project\n"
        "from runtime.model.saving import save_project\n"
        "for n in itertools.count():\n"
        "    save_project(project(str(n), *(f'flow_{k}' for k in range(12))), sys.argv[1])\n"
        "    print(n, flush=True)\n"
    )
    chance = random.Random(11)
    for _ in range(8):
        saver = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
        )
        assert saver.stdout is not None
        told = int(saver.stdout.readline())
        time.sleep(chance.random() * 0.05)
        saver.send_signal(signal.SIGKILL)
        rest = saver.communicate()[0].split()
        told = int(rest[-1]) if rest else told
        found = load_project(tmp_path)
        titles = {found.file.name, *(flow.title for flow in found.flows.values())}
        assert len(titles) == 1, titles
        assert int(titles.pop()) >= told  # what was told to be saved is saved
