"""kill -9 of the real application: the work is back at the next start."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.document.commands.set_field import set_field
from designer.document.place_key import place_key
from designer.keeping import crash_journal
from designer.keeping.crash_journal import JournalWriter, kept, read_journal, set_aside, settle
from designer.keeping.home import designer_home
from designer.keeping.parts import with_files
from designer.window.main_window import MainWindow
from runtime.model.files import load_project

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "projects" / "billing_dispute"
VICTIM = Path(__file__).parent / "crash_victim.py"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no signal that kills at once")
@pytest.mark.timeout(300)
@pytest.mark.slow
def test_what_was_told_to_be_kept_is_back_after_kill_9_again_and_again(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "project"))
    home = tmp_path / "home"
    chance = random.Random(7)
    for _ in range(3):
        told = _work_until_killed(folder, home, after=chance.randint(1, 2), pause=chance.random() * 0.4)
        name = place_key(folder)
        set_aside(home / "designer", name)
        (found,) = kept(home / "designer", name)
        assert found.folder == folder
        assert found.count >= told
        assert any(f"Change {told}" in title for title in found.last), "the steps are named as the history names them"
        flow = found.files["flows/billing_dispute.flow.json"]
        assert flow is not None
        assert f"Change {told}".encode() in flow
        found.file.unlink()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no signal that kills at once")
@pytest.mark.timeout(300)
@pytest.mark.slow
def test_kill_9_among_saves_leaves_one_version_whole_and_what_came_after_it_in_the_journal(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "project"))
    home = tmp_path / "home"
    chance = random.Random(5)
    for _ in range(4):
        told = _work_until_killed(folder, home, after=chance.randint(2, 6), pause=chance.random() * 0.2, saving=True)
        project = load_project(folder)
        flow = project.flows["billing_dispute"]
        saved = int(project.file.name.split()[1])
        titles = [node.title for node in flow.nodes if node.title.startswith("Change ")]
        assert max(int(title.split()[1]) for title in titles) == saved  # both files are of one save
        assert saved >= told
        set_aside(home / "designer", place_key(folder))
        for found in kept(home / "designer", place_key(folder)):
            assert with_files(project, {**found.base, **found.files}) is not None
            found.file.unlink()


def test_an_edit_is_on_the_disk_within_a_second(window: MainWindow, qtbot: QtBot) -> None:
    keeper = window.services.extras["keeper"]
    name = place_key(window.services.document.folder)
    file = designer_home() / crash_journal.FOLDER / f"{name}{crash_journal.SUFFIX}"
    assert not file.exists()
    for number in (1, 2, 3):
        window.services.document.do(set_field("billing_dispute", "route", "title", f"Change {number}"))
        assert 0 <= keeper.journal.due_in < 1_000, "what is typed is written by a turn of the window within a second"
        wanted = f"Change {number}".encode()
        qtbot.waitUntil(lambda wanted=wanted: file.exists() and wanted in file.read_bytes(), timeout=5_000)
        found = read_journal(file)
        assert found is not None
        assert wanted in (found.files["flows/billing_dispute.flow.json"] or b"")
    assert keeper.dirty


def _work_until_killed(folder: Path, home: Path, *, after: int, pause: float, saving: bool = False) -> int:
    environment = {**os.environ, "BATON_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(VICTIM), str(folder), *(["saving"] if saving else [])]
    victim = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT)
    told = 0
    try:
        assert victim.stdout is not None
        while told < after:
            line = victim.stdout.readline()
            assert line, "the designer ended by itself"
            told = int(line)
        time.sleep(pause)
    finally:
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    return told


def test_a_line_cut_off_by_the_crash_costs_that_line_alone(tmp_path: Path) -> None:
    writer = _writer(tmp_path)
    writer.append(["First"], {"a.json": b"one\n"}, {"a.json": b"none\n"})
    writer.append(["First", "Second", "Third"], {"a.json": b"two\n", "b.dmn": b"\xff\x00"}, {"a.json": b"one\n"})
    whole = writer.file.read_bytes()
    for cut in range(2, 40, 7):
        writer.file.write_bytes(whole[:-cut])
        found = read_journal(writer.file)
        assert found is not None
        assert found.files == {"a.json": b"one\n"}
    writer.file.write_bytes(whole)
    found = read_journal(writer.file)
    assert found is not None
    assert (found.count, found.last) == (3, ("First", "Second", "Third"))
    assert found.files == {"a.json": b"two\n", "b.dmn": b"\xff\x00"}
    assert found.base == {"a.json": b"none\n", "b.dmn": None}


def test_what_was_set_aside_is_not_pushed_out_by_the_next_crash(tmp_path: Path) -> None:
    for text in (b"first\n", b"second\n"):
        writer = _writer(tmp_path)
        writer.append(["One"], {"a.json": text}, {})
        set_aside(tmp_path, "name")
    assert [found.files["a.json"] for found in kept(tmp_path, "name")] == [b"first\n", b"second\n"]


def test_a_journal_without_a_change_is_no_journal(tmp_path: Path) -> None:
    writer = _writer(tmp_path)
    writer.append(["One"], {"a.json": b"one\n"}, {"a.json": b"none\n"})
    writer.append(["One", "Back"], {"a.json": b"none\n"}, {})
    set_aside(tmp_path, "name")
    assert kept(tmp_path, "name") == []
    assert list(writer.file.parent.iterdir()) == []


@pytest.mark.parametrize("content", [b"rubbish\n", b"rubbish", b"\0" * 4096, b"0123456789abcdef {}\n"])
def test_what_can_not_be_read_at_all_stays(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / crash_journal.FOLDER
    place.mkdir()
    (place / "name.1.kept").write_bytes(content)
    (found,) = kept(tmp_path, "name")
    assert (found.files, found.fault) == ({}, "damaged")
    settle(found)
    assert found.stays_in.read_bytes() == content
    assert found.stays_in.name == "name.1.damaged"
    assert kept(tmp_path, "name") == []
    _writer(tmp_path).append(["One"], {"a.json": b"one\n"}, {})
    set_aside(tmp_path, "name")
    (found,) = kept(tmp_path, "name")
    assert found.file.name == "name.2.kept", "the next one never takes its place"


def test_a_line_that_was_damaged_costs_what_it_says_alone(tmp_path: Path) -> None:
    writer = _writer(tmp_path)
    writer.append(["1"], {"a.json": b"one\n"}, {"a.json": b"none\n"})
    writer.append(["1", "2"], {"b.json": b"two\n"}, {"b.json": b"was\n"})
    writer.append(["1", "2", "3"], {"b.json": b"three\n", "c.json": b"four\n"}, {"c.json": None})
    whole = writer.file.read_bytes().splitlines(keepends=True)
    left = {
        0: {"a.json": b"one\n", "b.json": b"three\n", "c.json": b"four\n"},
        1: {"b.json": b"three\n", "c.json": b"four\n"},
        2: {"a.json": b"one\n", "b.json": b"three\n", "c.json": b"four\n"},
        3: {"a.json": b"one\n", "b.json": b"two\n"},
    }
    for number, files in left.items():
        writer.file.write_bytes(b"".join([*whole[:number], b"#" + whole[number][1:], *whole[number + 1 :]]))
        found = read_journal(writer.file)
        assert found is not None
        assert (found.files, found.fault) == (files, "damaged")
        assert found.name == ("" if number == 0 else "A project")
    writer.file.write_bytes(whole[0] + whole[2])
    found = read_journal(writer.file)
    assert found is not None
    assert found.base == {"b.json": b"was\n"}


def test_what_a_later_version_kept_waits_for_it(tmp_path: Path) -> None:
    writer = _writer(tmp_path)
    writer._head["format"] = crash_journal.FORMAT + 1
    writer.append(["1"], {"a.json": b"one\n"}, {})
    set_aside(tmp_path, "name")
    (found,) = kept(tmp_path, "name")
    assert (found.fault, found.name, found.folder) == ("later", "A project", Path("somewhere"))
    settle(found)
    assert found.file.exists()


def _writer(home: Path) -> JournalWriter:
    return JournalWriter(home, "name", folder=Path("somewhere"), title="A project", project="a_project")
