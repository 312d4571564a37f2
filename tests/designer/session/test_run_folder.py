"""Where runs are kept: one folder a project, one window at a time, and nothing left of what was only passing."""

from __future__ import annotations

from pathlib import Path

from designer.document.document import Document
from designer.session.run_folder import RUNS, RunFolder
from runtime.model.flow import Flow
from runtime.model.project import Project, ProjectFile


def document(folder: Path | None) -> Document:
    flow = Flow(format_version=1, id="new", title="New")
    file = ProjectFile(format_version=1, id="project", name="Project", version="0.1.0")
    return Document(Project(file=file, flows={"new": flow}), folder)


def folders(home: Path) -> list[str]:
    return sorted(folder.name for folder in (home / RUNS).iterdir()) if (home / RUNS).exists() else []


def test_the_same_project_finds_its_runs_again(tmp_path: Path) -> None:
    home, place = tmp_path / "home", tmp_path / "project"
    first = RunFolder(home, document(place))
    assert first.kept() == ()
    assert folders(home) == []  # looking makes nothing
    store = first.store(practice=True)
    store.write_text("runs")
    first.release()
    again = RunFolder(home, document(place))
    assert again.kept() == (True,)
    assert again.store(practice=True) == store
    assert again.store(practice=False) != store
    assert not again.passing
    again.clear()
    assert not store.exists()


def test_a_second_window_gets_a_fresh_folder_that_goes_with_it(tmp_path: Path) -> None:
    home, place = tmp_path / "home", tmp_path / "project"
    first, second = RunFolder(home, document(place)), RunFolder(home, document(place))
    mine, other = first.store(practice=False), second.store(practice=False)
    assert mine.parent != other.parent
    assert second.passing
    other.write_text("runs")
    second.release()
    assert not other.parent.exists()
    first.release()
    assert RunFolder(home, document(place)).store(practice=False) == mine


def test_runs_of_a_new_project_go_with_it_where_it_is_saved(tmp_path: Path) -> None:
    home = tmp_path / "home"
    new = document(None)
    runs = RunFolder(home, new)
    runs.store(practice=False).write_text("runs")
    assert runs.passing
    new.keep_in(tmp_path / "project")
    runs.release()
    again = RunFolder(home, document(tmp_path / "project"))
    assert again.kept() == (False,)
    assert again.store(practice=False).read_text() == "runs"


def test_what_a_crashed_window_left_is_removed_by_the_next_that_needs_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    left = home / RUNS / "passing-0123"
    left.mkdir(parents=True)
    (left / "real.db").write_text("runs")
    living = RunFolder(home, document(None))
    kept = living.store(practice=False).parent
    assert folders(home) == [kept.name]
    RunFolder(home, document(None)).store(practice=False)
    assert kept.exists()


def test_a_file_that_goes_while_it_is_looked_at_is_not_missed(tmp_path: Path) -> None:
    """The runtime lets go of its lock at its end: "Past runs" came upon that and broke off."""
    runs = RunFolder(tmp_path / "home", document(tmp_path / "project"))
    store = runs.store(practice=True)
    store.touch()
    store.with_name("practice.db.lock").symlink_to(tmp_path / "gone")
    assert runs.kept() == (True,)
