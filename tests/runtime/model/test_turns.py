"""Two who save one folder at the same time, one of them killed: what is read is one save of one of them, whole."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from runtime.model import files, turns
from runtime.model.files import load_project
from runtime.model.flow import Flow
from runtime.model.problems import FileFinding, ProjectProblem
from runtime.model.saving import remove_files, save_flow, save_project
from runtime.model.turns import reading_in, saving_in
from tests.runtime.model.test_together import NEW, OLD, project

ROOT = Path(__file__).parents[3]

SAVER = """
import itertools, random, sys, time
from tests.runtime.model.test_together import project
from runtime.model.problems import ProjectProblem
from runtime.model.files import load_project
from runtime.model.saving import file_revision, save_project
name, folder = sys.argv[1:]
paths = ["project.json", *(f"flows/flow_{k}.flow.json" for k in range(8))]
known = {path: file_revision(folder, path) for path in paths}
for n in itertools.count():
    mine = project(f"{name} {n}", *(f"flow_{k}" for k in range(8)))
    try:
        save_project(mine, folder, revisions=known)
    except ProjectProblem as problem:
        assert {finding.code for finding in problem.findings} <= {"FILE_CHANGED", "FILE_BUSY"}, problem
        print("theirs", flush=True)
    else:
        print(n, flush=True)
        time.sleep(random.random() / 200)  # who saves again at once leaves the other one no turn
    known = {path: file_revision(folder, path) for path in paths}
"""


def title_of(folder: Path) -> str:
    found = load_project(folder)
    titles = {found.file.name, *(flow.title for flow in found.flows.values())}
    assert len(titles) == 1, titles
    return titles.pop()


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.slow
def test_two_savers_one_of_them_killed_never_mix_what_they_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "READER_TRIES", 3_000)  # these two save without a pause: a reader may wait long
    save_project(project("start", *(f"flow_{k}" for k in range(8))), tmp_path)
    chance = random.Random(3)

    def saver(name: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", SAVER, name, str(tmp_path)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)

    seen: set[str] = set()
    second = saver("second")
    try:
        for least in (chance.randint(3, 8) for _ in range(3)):
            first = saver("first")
            assert first.stdout is not None
            while first.stdout.readline() == b"theirs\n":
                pass  # it is killed while it saves, and not before it ever did
            for number in itertools.count():
                seen.add(title_of(tmp_path).split()[0])
                if number >= least and seen == {"first", "second"}:
                    break
            first.send_signal(signal.SIGKILL)
            told = [line for line in first.communicate()[0].split() if line != b"theirs"]
            assert second.poll() is None, "the other one goes on saving"
            now, number = title_of(tmp_path).split()
            assert now != "first" or not told or int(number) >= int(told[-1])
    finally:
        second.send_signal(signal.SIGKILL)
        assert second.stdout is not None
        second.communicate()
    title_of(tmp_path)


@pytest.mark.slow
def test_readers_without_a_lock_see_one_save_and_no_mixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, on a share without locks, and after three seconds of waiting in vain."""
    save_project(project("start 0", *(f"flow_{k}" for k in range(8))), tmp_path)
    monkeypatch.setattr(turns, "_open", lambda _folder, *, shared: None)
    command = [sys.executable, "-c", SAVER, "second", str(tmp_path)]
    saver = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert saver.stdout is not None
    try:
        saver.stdout.readline()
        seen: set[str] = set()
        for number in itertools.count():
            seen.add(title_of(tmp_path))
            if number >= 300 and len(seen) > 5:  # it is saved to all the while; on a busy machine not so often
                break
    finally:
        saver.kill()
        saver.communicate()


def test_a_folder_that_never_holds_still_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_project(OLD, tmp_path)
    monkeypatch.setattr(turns, "STEADY_TRIES", 3)
    read_file, count = files.read_file, itertools.count()

    def changing(folder: Path, path: str, findings: list[FileFinding]) -> bytes | None:
        content = read_file(folder, path, findings)
        if path == "project.json":
            save_flow(Flow(format_version=1, id="one", title=f"title {next(count)}"), folder)
        return content

    monkeypatch.setattr(turns, "_open", lambda _folder, *, shared: None)
    monkeypatch.setattr(files, "read_file", changing)
    with pytest.raises(ProjectProblem, match="somebody is saving this project all the time"):
        load_project(tmp_path)
    assert next(count) == 3
    monkeypatch.undo()
    assert load_project(tmp_path).flows["one"].title == "title 2"


@pytest.mark.skipif(os.name == "nt", reason="readers hold nothing there")
def test_a_saver_waits_for_the_other_and_a_reader_for_both(tmp_path: Path) -> None:
    save_project(OLD, tmp_path)
    order: list[str] = []
    with saving_in(tmp_path):
        threads = [
            threading.Thread(target=lambda: (save_project(NEW, tmp_path), order.append("saved"))),
            threading.Thread(target=lambda: (load_project(tmp_path), order.append("read"))),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(0.1)
        order.append("let go")
    for thread in threads:
        thread.join()
    assert order[0] == "let go"
    assert sorted(order[1:]) == ["read", "saved"]
    assert load_project(tmp_path).file.name == "new"


def test_readers_do_not_wait_for_one_another_and_write_nothing(tmp_path: Path) -> None:
    save_project(OLD, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with reading_in(tmp_path), reading_in(tmp_path):
        assert load_project(tmp_path) == OLD
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_is_held_for_ever_is_read_and_not_saved_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_project(OLD, tmp_path)
    monkeypatch.setattr(turns, "SAVER_TRIES", 2)
    monkeypatch.setattr(turns, "READER_TRIES", 2)
    with saving_in(tmp_path):
        for save in (lambda: save_project(NEW, tmp_path), lambda: remove_files(["flows/one.flow.json"], tmp_path)):
            with pytest.raises(ProjectProblem, match="Try again in a moment"):
                save()
        assert load_project(tmp_path) == OLD
    save_project(NEW, tmp_path)


def test_where_the_file_system_knows_no_locks_it_is_saved_to_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.name == "nt":
        pytest.skip("there is no flock")

    def refuse(_file: int, _how: int) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(turns.fcntl, "flock", refuse)
    save_project(OLD, tmp_path)
    assert load_project(tmp_path) == OLD
