"""What commands do at their edges: copies of copies, loops, ways of errors, and things of the same name elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from designer.document.checking import Checking
from designer.document.clip import Clip, read, written
from designer.document.command import CommandRefused
from designer.document.commands.apply_fix import apply_fix
from designer.document.commands.carry_decision import carry_given, carry_result
from designer.document.commands.carry_input import carry_input
from designer.document.commands.delete import delete
from designer.document.commands.insert import insert
from designer.document.commands.paste import fresh_ids, paste
from designer.document.commands.rename_node import rename_node
from designer.document.commands.replace_kind import replace_kind
from designer.document.commands.set_field import UNSET, put, set_field
from designer.document.connecting import refusal
from designer.document.document import Document
from designer.document.facts import Facts
from nodes.contract import NodeType
from nodes.registry import built_ins
from runtime.model.drawing import MAX_NODES
from runtime.model.flow import Edge, Flow, Node
from runtime.model.layout import LayoutFile
from runtime.model.problems import Fix
from runtime.model.project import Project, ProjectFile, Role

Key = tuple[str, str, str]


def step(name: str, kind: str = "logging/note", config: dict[str, Any] | None = None, **more: Any) -> Node:
    return Node(id=name, type=kind, version=1, config=config or {}, **more)


def edge(key: Key) -> Edge:
    return Edge.model_validate({"from": key[0], "port": key[1], "to": key[2]})


def flow_of(nodes: Iterable[Node | str], edges: Iterable[Key] = (), name: str = "f") -> Flow:
    made = [step(node) if isinstance(node, str) else node for node in nodes]
    return Flow(format_version=1, id=name, nodes=tuple(made), edges=tuple(map(edge, edges)))


def project_of(*flows: Flow, **more: Any) -> Project:
    return Project(file=ProjectFile(id="p"), flows={flow.id: flow for flow in flows}, **more)


def keys(project: Project, flow: str = "f") -> list[Key]:
    return [one.key for one in project.flows[flow].edges]


def config(project: Project, node: str, flow: str = "f") -> Any:
    found = project.flows[flow].node(node)
    assert found is not None
    return found.config


# --- deleting ---


def test_a_line_heals_by_the_one_way_that_is_no_exception() -> None:
    edges = [("a", "done", "b"), ("b", "done", "c"), ("b", "error", "d"), ("b", "timeout", "d")]
    after = delete("f", ["b"]).apply(project_of(flow_of("abcd", edges)))
    assert keys(after) == [("a", "done", "c")]


def test_a_line_into_a_step_with_two_ways_on_is_cut() -> None:
    edges = [("a", "done", "b"), ("b", "yes", "c"), ("b", "no", "d")]
    assert keys(delete("f", ["b"]).apply(project_of(flow_of("abcd", edges)))) == []


def test_a_loop_is_deleted_whole_and_leaves_no_line_of_a_step_to_itself() -> None:
    edges = [("a", "done", "b"), ("b", "done", "c"), ("c", "done", "b")]
    assert keys(delete("f", ["b", "c"]).apply(project_of(flow_of("abc", edges)))) == []
    back = [("a", "done", "b"), ("b", "done", "a")]
    assert keys(delete("f", ["b"]).apply(project_of(flow_of("ab", back)))) == []


# --- copying ---


def test_a_copy_of_a_copy_counts_on() -> None:
    flow = flow_of(["check", "check_2"])
    assert fresh_ids(flow, Clip((step("check_2"),))) == {"check_2": "check_3"}
    assert fresh_ids(flow, Clip((step("room_101"),))) == {"room_101": "room_101"}, "it is free here"


def test_the_copy_of_an_undo_step_undoes_the_copy() -> None:
    flow = flow_of(["pay", step("take_back", undo="pay")])
    clip = Clip(flow.nodes)
    after = paste("f", clip, (0, 0), flow=flow, layout=LayoutFile()).apply(project_of(flow))
    assert {node.id: node.undo for node in after.flows["f"].nodes} == {
        "pay": None, "take_back": "pay", "pay_2": None, "take_back_2": "pay_2",
    }  # fmt: skip


def test_a_flow_never_grows_beyond_what_a_file_may_hold() -> None:
    flow = flow_of([f"s{number}" for number in range(MAX_NODES - 1)])
    clip = Clip((step("x"), step("y")))
    with pytest.raises(CommandRefused, match="more than 3,000 steps"):
        paste("f", clip, (0, 0), flow=flow, layout=LayoutFile()).apply(project_of(flow))
    one = paste("f", Clip((step("x"),)), (0, 0), flow=flow, layout=LayoutFile()).apply(project_of(flow))
    assert len(one.flows["f"].nodes) == MAX_NODES


def test_a_clip_brings_no_lines_to_steps_that_it_does_not_hold() -> None:
    clip = Clip((step("a"), step("b")), tuple(map(edge, [("a", "done", "b"), ("a", "done", "z"), ("z", "done", "b")])))
    back = read(written(clip))
    assert back is not None
    assert [one.key for one in back.edges] == [("a", "done", "b")]


# --- one step among others ---


def test_a_step_is_not_put_into_a_line_of_its_own() -> None:
    project = project_of(flow_of("ab", [("a", "done", "b")]))
    assert insert("f", "b", ("a", "done", "b"), "done").apply(project) is project
    assert insert("f", "a", ("a", "done", "b"), "done").apply(project) is project


def _kind(name: str) -> NodeType:
    found = built_ins().latest(name)
    assert isinstance(found, NodeType)
    return found


def test_nothing_leads_into_a_step_that_becomes_a_start() -> None:
    project = project_of(flow_of("abc", [("a", "done", "b"), ("b", "done", "c")]))
    after = replace_kind("f", "b", _kind("triggers/manual"), Facts(built_ins())).apply(project)
    assert keys(after) == [("b", "started", "c")]


def test_a_line_is_never_plugged_into_the_way_of_errors_of_another_kind() -> None:
    edges = [("a", "one", "b"), ("a", "two", "c")]
    wanted = _kind("adapters/http_request")
    after = replace_kind("f", "a", wanted, Facts(built_ins()), old_ports=("one", "two"))
    assert keys(after.apply(project_of(flow_of("abc", edges)))) == [("a", "done", "b")]


def test_the_step_that_undoes_another_follows_its_name() -> None:
    project = project_of(flow_of(["pay", step("take_back", undo="pay")]))
    found = rename_node("f", "pay", "refund").apply(project).flows["f"].node("take_back")
    assert found is not None
    assert found.undo == "refund"


def test_of_a_list_only_the_one_that_is_taken_away_goes() -> None:
    assert put({"rows": [1, 2, 3]}, ("rows", 1), UNSET) == {"rows": [1, 3]}


# --- what goes along ---


def _asking(name: str, file: str, decision: str) -> Node:
    given = {"Owed": {"feel": "input.owed"}}
    return step(name, "decision/table", {"file": file, "decision": decision, "inputs": given, "output": "way"})


def test_only_steps_that_ask_this_very_decision_follow_its_names() -> None:
    nodes = [_asking("mine", "rules", "Route"), _asking("other", "rules", "Limit"), _asking("far", "others", "Route")]
    reads = [step(f"after_{node.id}", config={"text": f"{{{node.id}.result.way}}"}) for node in nodes]
    project = project_of(flow_of([*nodes, *reads]))
    given = carry_given(project, "rules", "Owed", "Amount")
    assert {node: list(config(given, node)["inputs"]) for node in ("mine", "other", "far")} == {
        "mine": ["Amount"], "other": ["Amount"], "far": ["Owed"],
    }  # fmt: skip
    result = carry_result(project, "rules", {"Route"}, "way", "road")
    assert [config(result, node)["output"] for node in ("mine", "other", "far")] == ["road", "way", "way"]
    assert config(result, "after_mine") == {"text": "{mine.result.road}"}
    assert config(result, "after_other") == {"text": "{other.result.way}"}
    assert config(result, "after_far") == {"text": "{far.result.way}"}


def test_only_the_flow_whose_field_it_is_its_samples_and_its_callers_follow_its_name() -> None:
    reading = step("note", config={"text": "{input.bill}"})
    calls = [step(f"call_{name}", "control/call", {"flow": name, "inputs": {"bill": 1}}) for name in ("f", "g")]
    project = project_of(
        flow_of([reading]), flow_of([reading], name="g"), flow_of(calls, name="h"),
        samples={"f": {"one": {"bill": 1}}, "g": {"one": {"bill": 1}}},
    )  # fmt: skip
    after = carry_input("f", "bill", "invoice").apply(project)
    assert [config(after, "note", flow)["text"] for flow in "fg"] == ["{input.invoice}", "{input.bill}"]
    assert after.samples == {"f": {"one": {"invoice": 1}}, "g": {"one": {"bill": 1}}}
    assert [config(after, f"call_{flow}", "h")["inputs"] for flow in "fg"] == [{"invoice": 1}, {"bill": 1}]


# --- repairs ---


def test_of_two_steps_with_one_id_the_last_gets_another_and_is_selected() -> None:
    project = project_of(flow_of([step("a", title="First"), step("a", title="Second"), step("b")]))
    command = apply_fix(Fix("Rename", {"do": "rename_last_node", "flow": "f", "node": "a", "to": "a_2"}))
    after = command.apply(project).flows["f"]
    assert [(node.id, node.title) for node in after.nodes] == [("a", "First"), ("a_2", "Second"), ("b", "")]
    assert command.select == ("a_2",)


def test_a_role_is_declared_once() -> None:
    project = Project(file=ProjectFile(id="p", roles=(Role(id="finance", title="Finance", members_at_least=3),)))
    with pytest.raises(CommandRefused, match="already"):
        apply_fix(Fix("Declare", {"do": "declare_role", "role": "finance"})).apply(project)


def test_a_start_leads_to_each_step_that_nothing_leads_to_by_the_way_that_it_has() -> None:
    project = project_of(flow_of("abc", [("a", "done", "b")]))
    fix = Fix("Add a start", {"do": "add_start", "flow": "f", "type": "triggers/manual", "version": 1})
    after = apply_fix(fix).apply(project)
    assert keys(after) == [("start", "started", "a"), ("start", "started", "c"), ("a", "done", "b")]
    start = after.flows["f"].node("start")
    assert start is not None
    assert [port.name for port in Facts(built_ins()).ways(start)] == ["started"]


# --- the history ---


def test_what_the_history_has_forgotten_was_not_undone() -> None:
    document = Document(project_of(flow_of(["a"])))
    document.history.setUndoLimit(3)
    for number in range(2):
        document.do(set_field("f", "a", "config.text", str(number), title=f"{number}", merge=number))
    document.mark_saved()
    for number in range(2, 5):
        document.do(set_field("f", "a", "config.text", str(number), title=f"{number}", merge=number))
    assert document.since_saved() == ("2", "3", "4")


def test_what_was_found_in_an_older_drawing_is_not_told_of_the_newer(application: QApplication) -> None:
    document = Document(project_of(flow_of(["a"])))
    checking = Checking(document, built_ins())
    try:
        older = document.project
        found = checking.check_now()
        document.do(set_field("f", "a", "title", "Newer"))
        checking._checked.emit(older, ())
        assert checking.problems == found != ()
        assert checking.checked is older
        checking._checked.emit(document.project, ())
        assert checking.problems == ()
        assert checking.checked is document.project
    finally:
        checking.close()


# --- names and lines ---


def test_a_name_that_an_expression_gives_itself_is_not_taken_for_the_step() -> None:
    text = "[mine.result.way, for mine in input.rows return mine.result.way]"
    reader = step("reader", "control/set", {"assignments": {"a": {"feel": text}}})
    project = project_of(flow_of([_asking("mine", "rules", "Route"), reader]))
    result = carry_result(project, "rules", {"Route"}, "way", "road")
    assert config(result, "reader")["assignments"]["a"] == {"feel": text.replace("way", "road", 1)}


def test_a_line_that_is_there_is_refused_in_words() -> None:
    flow = flow_of("ab", [("a", "done", "b")])
    found = refusal(flow, Facts(built_ins()), "a", "done", "b")
    assert found is not None
    assert "already" in found.message
    assert refusal(flow, Facts(built_ins()), "b", "done", "a") is None
