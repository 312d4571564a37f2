"""A folded group is a view of this machine: nothing is to be saved or undone, and it stays so over restarts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from designer.canvas.folds import MOST, PREFERENCE, Folds
from designer.document.edits import layout_of
from designer.keeping.opening import open_place
from designer.keeping.preferences import FILE_NAME, Preferences
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from runtime.model.layout import CanvasGroup, LayoutFile

FLOW = "billing_dispute"
LAYOUT = LayoutFile(groups=(CanvasGroup(id="a"), CanvasGroup(id="b", folded=True)))


def folded(window: MainWindow) -> set[str]:
    return {group.id for group in window.canvas.stage.layout.groups if group.folded}


def test_folding_leaves_nothing_to_save_or_undo(window: MainWindow) -> None:
    document = window.services.document
    before = document.project
    window.canvas.fold_all()
    groups = {group.id for group in layout_of(before, FLOW).groups}
    assert folded(window) == groups
    assert document.project is before
    assert document.saved
    assert not document.history.canUndo()


def test_it_is_remembered_for_this_project_on_this_machine(
    desktop: Desktop, window: MainWindow, project_folder: Path
) -> None:
    first = layout_of(window.services.document.project, FLOW).groups[0].id
    window.canvas.frames.edit(first, fold=True)
    window.close()
    again = desktop.show_project(open_place(project_folder))
    assert folded(again) == {first}
    again.canvas.settle()
    projector = again.canvas.stage.projector
    inside = again.canvas.stage.drawing.members[first]
    assert not [node for node in inside if projector.items[node].isVisible()], (
        "a card that got its ways out later showed"
    )
    other = shutil.copytree(project_folder, project_folder.with_name("other"))
    assert folded(desktop.show_project(open_place(other))) == set(), "another place, another view"


def test_groups_fold_in_replay_too_where_nothing_may_be_changed(window: MainWindow) -> None:
    window.show_mode("replay")
    before = window.services.document.project
    window.canvas.fold_all()
    assert folded(window)
    window.canvas.unfold_all()
    assert not folded(window)
    assert window.services.document.project is before


def test_what_the_file_says_is_how_a_group_begins() -> None:
    folds = Folds(None)
    assert folds.over("f", LAYOUT) is LAYOUT
    folds.set("f", ["b"], folded=False)
    assert [group.folded for group in folds.over("f", LAYOUT).groups] == [False, False]
    assert folds.over("f", LAYOUT) is folds.over("f", LAYOUT), "the same as long as nothing is folded"
    assert [group.folded for group in LAYOUT.groups] == [False, True]


def test_what_was_folded_before_the_project_had_a_folder_comes_along(tmp_path: Path) -> None:
    kept = Preferences(tmp_path)
    folds = Folds(kept)
    folds.set("f", ["a"], folded=True)
    folds.belong_to(tmp_path / "p")
    folds.set("f", ["b"], folded=False)
    other = Folds(Preferences(tmp_path))
    other.belong_to(tmp_path / "p")
    assert [group.folded for group in other.over("f", LAYOUT).groups] == [True, False]


def test_only_so_many_projects_are_remembered_the_latest_of_them(tmp_path: Path) -> None:
    kept = Preferences(tmp_path)
    for number in range(MOST + 5):
        folds = Folds(kept)
        folds.belong_to(tmp_path / str(number))
        folds.set("f", ["a"], folded=True)
    assert list(kept.get(PREFERENCE)) == [str(tmp_path / str(number)) for number in range(5, MOST + 5)]


@pytest.mark.parametrize("said", [[], "x", {"PLACE": []}, {"PLACE": {"f": []}}, {"PLACE": {"f": {"a": 1, "b": None}}}])
def test_preferences_that_somebody_has_broken_cost_the_choice_alone(said: Any, tmp_path: Path) -> None:
    text = json.dumps({PREFERENCE: said}).replace("PLACE", str(tmp_path / "p"))
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    folds = Folds(Preferences(tmp_path))
    folds.belong_to(tmp_path / "p")
    assert folds.over("f", LAYOUT) is LAYOUT
    folds.set("f", ["a"], folded=True)
    assert folds.over("f", LAYOUT).groups[0].folded
