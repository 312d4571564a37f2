"""Groups within groups: who lies in what, and what grouping, ungrouping, deleting and copying make of it."""

from __future__ import annotations

from typing import Any

import pytest

from designer.document.clip import clip_of, read, written
from designer.document.command import Command
from designer.document.commands.delete import delete
from designer.document.commands.notes import group_steps, join_group, leave_group, ungroup
from designer.document.commands.paste import paste
from designer.document.document import Document
from designer.document.edits import layout_of
from designer.document.grouping import DEEPEST, Grouping
from runtime.model.flow import Flow
from runtime.model.layout import CanvasGroup, LayoutFile
from runtime.model.package import pack
from runtime.model.project import Project, ProjectFile

FLOW = "f"


def group(name: str, *nodes: str, inside: str | None = None) -> CanvasGroup:
    return CanvasGroup.model_validate({"id": name, "nodes": nodes, **({"inside": inside} if inside else {})})


def project(*groups: CanvasGroup) -> Project:
    nodes = [{"id": name, "type": "control/set"} for name in "abcdef"]
    flow = Flow.model_validate({"id": FLOW, "nodes": nodes})
    layout = LayoutFile(groups=groups).model_dump(by_alias=True, exclude_unset=True) if groups else {}
    return Project(file=ProjectFile(id="p", name="P"), flows={FLOW: flow}, layouts={FLOW: layout})


def groups_after(before: Project, command: Command) -> dict[str, tuple[Any, ...]]:
    """Each group as (steps directly in it, the group around it); undo and redo give identical bytes."""
    document = Document(before)
    document.do(command)
    after = pack(document.project)
    document.undo()
    assert pack(document.project) == pack(before)
    document.redo()
    assert pack(document.project) == after
    groups = layout_of(document.project, FLOW).groups
    assert all(group.inside is not None or "inside" not in group.model_fields_set for group in groups)
    return {each.id: (*each.nodes, each.inside) for each in groups}


def test_a_group_of_some_steps_of_a_group_lies_in_it() -> None:
    found = groups_after(project(group("g", "a", "b", "c")), group_steps(FLOW, "new", ["a", "b"]))
    assert found == {"g": ("c", None), "new": ("a", "b", "g")}


def test_a_group_of_all_steps_of_a_group_lies_in_it() -> None:
    found = groups_after(project(group("g", "a", "b")), group_steps(FLOW, "new", ["a", "b"]))
    assert found == {"g": (None,), "new": ("a", "b", "g")}


def test_a_group_that_is_selected_wholly_comes_along_as_a_group() -> None:
    found = groups_after(project(group("g", "a", "b")), group_steps(FLOW, "new", ["a", "b", "c"]))
    assert found == {"g": ("a", "b", "new"), "new": ("c", None)}


def test_groups_are_grouped_by_their_frames() -> None:
    before = project(group("g", "a", "b"), group("h", "c"))
    found = groups_after(before, group_steps(FLOW, "new", [], ["g", "h"]))
    assert found == {"g": ("a", "b", "new"), "h": ("c", "new"), "new": (None,)}
    assert groups_after(before, group_steps(FLOW, "new", [], ["g"]))["g"] == ("a", "b", "new")


def test_the_new_group_lies_where_all_of_it_lay() -> None:
    before = project(group("outer", "a"), group("g", "b", inside="outer"), group("h", "c", "d", inside="outer"))
    found = groups_after(before, group_steps(FLOW, "new", ["b", "c"]))
    assert found == {"outer": ("a", None), "g": ("b", "new"), "h": ("d", "outer"), "new": ("c", "outer")}


def test_a_part_of_two_groups_leaves_both() -> None:
    found = groups_after(project(group("g", "a", "b"), group("h", "c", "d")), group_steps(FLOW, "new", ["a", "c"]))
    assert found == {"g": ("b", None), "h": ("d", None), "new": ("a", "c", None)}


def test_what_lay_in_a_group_that_is_taken_away_lies_in_the_one_around() -> None:
    before = project(group("outer", "a"), group("g", "b", inside="outer"), group("inner", "c", inside="g"))
    assert groups_after(before, ungroup(FLOW, ["g"])) == {"outer": ("a", "b", None), "inner": ("c", "outer")}
    assert groups_after(before, ungroup(FLOW, ["g", "outer"])) == {"inner": ("c", None)}
    assert groups_after(before, delete(FLOW, (), drawn=["g"])) == {"outer": ("a", "b", None), "inner": ("c", "outer")}


def test_a_group_goes_with_its_last_step() -> None:
    before = project(group("outer", "a"), group("g", "b", inside="outer"))
    assert groups_after(before, delete(FLOW, ["b"])) == {"outer": ("a", None)}
    assert groups_after(before, delete(FLOW, ["a"])) == {"outer": (None,), "g": ("b", "outer")}
    assert groups_after(before, delete(FLOW, ["a", "b"])) == {}


def test_a_group_is_copied_with_the_groups_in_it() -> None:
    before = project(group("outer", "a"), group("g", "b", inside="outer"), group("inner", "c", inside="g"))
    flow, layout = before.flows[FLOW], layout_of(before, FLOW)
    clip = read(written(clip_of(flow, layout, [], ["g"], {})))
    assert clip is not None
    assert [node.id for node in clip.nodes] == ["b", "c"]
    found = groups_after(before, paste(FLOW, clip, (40, 40), flow=flow, layout=layout))
    assert found["g_2"] == ("b_2", None), "a copy lies in no group that was not copied with it"
    assert found["inner_2"] == ("c_2", "g_2")


@pytest.mark.parametrize(
    "groups",
    [
        [group("a", "x", inside="a")],
        [group("a", "x", inside="b"), group("b", "y", inside="a")],
        [group("a", "x", inside="b"), group("b", "y", inside="c"), group("c", "z", inside="b")],
        [group("a", "x", inside="gone")],
        [group("0", "x"), *(group(str(n), inside=str(n - 1)) for n in range(1, 2_000))],
    ],
    ids=["itself", "each other", "above a ring", "no group", "a long row"],
)
def test_groups_that_lie_in_nothing_sound_are_held_by_none(groups: list[CanvasGroup]) -> None:
    known = Grouping(groups)
    assert set(known.steps) == {each.id for each in groups}
    for each in groups:
        assert len(known.around(each.id)) <= DEEPEST
        assert set(each.nodes) <= set(known.steps[each.id])
    assert set(known.inwards) == set(known.steps)
    assert known.steps[groups[0].id] == ("x",)


def test_steps_are_put_into_a_group_and_taken_out_again() -> None:
    before = project(group("outer", "a", "b"), group("g", "c", inside="outer"), group("h", "d"))
    assert groups_after(before, join_group(FLOW, "g", ["b", "e"])) == {
        "outer": ("a", None), "g": ("c", "b", "e", "outer"), "h": ("d", None)
    }  # fmt: skip
    assert groups_after(before, join_group(FLOW, "outer", ["c"])) == groups_after(before, join_group(FLOW, "h", [])), (
        "what lies in it already stays as it is"
    )
    assert groups_after(before, join_group(FLOW, "g", ["d"]))["h"] == ("d", "g"), "a whole group goes as a group"
    assert groups_after(before, join_group(FLOW, "h", ["a"], ["g"]))["g"] == ("c", "h")
    assert groups_after(before, leave_group(FLOW, ["c", "f"])) == {"outer": ("a", "b", "c", None), "h": ("d", None)}
    assert groups_after(before, leave_group(FLOW, ["a"]))["outer"] == ("b", None)
