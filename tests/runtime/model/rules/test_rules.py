"""Case law of the rules: one small drawing each, with every problem that it has, and drawings that have none."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import Choice, HumanTask, NodeConfig, Port, Text
from nodes.registry import Registry
from runtime.model.problems import Fix, Problem, Severity
from runtime.model.rules import check_folder, check_project, found_rules
from tests.runtime.model.rules import cases_of_decisions, cases_of_drawings, cases_of_expressions, cases_of_governance
from tests.runtime.model.rules.cases_without_problems import GOOD
from tests.runtime.model.rules.drawings import Case, flow, line, project, short

Check = Callable[..., list[Problem]]
BAD: list[Case] = [*cases_of_drawings.BAD, *cases_of_expressions.BAD, *cases_of_governance.BAD]


@pytest.mark.parametrize(("drawn", "expected", "words"), [case[1:] for case in BAD], ids=[case[0][:60] for case in BAD])
def test_each_mistake_is_named_and_nothing_else(
    problems: Check, drawn: dict[str, Any], expected: list[tuple[str, str | None, str | None]], words: str
) -> None:
    found = problems(drawn)
    assert [short(problem) for problem in found] == expected
    assert words in found[0].message


def test_problems_of_files_beside_the_flows(problems: Check) -> None:
    files = {
        "project.json": {
            "id": "Shop",
            "owner": "boss",
            "environments": ["test", "../prod"],
            "roles": [{"id": "clerk"}, {"id": "clerk"}, {"id": "The boss"}],
        },
        "connections.json": {
            "connections": {
                "crm": {"kind": "htp"},
                "My CRM": {"kind": "http", "settings": {"client_secret": "s3cret"}},
            }
        },
        "samples/f/good.json": {"n": 1},
        "samples/f/bad.json": {"n": "one"},
        "samples/g/lost.json": {},
    }
    schema = {"type": "object", "properties": {"n": {"type": "number"}}}
    found = problems(line("note", input_schema=schema), files=files)
    assert [short(problem) for problem in found] == [
        ("CONNECTION_UNUSED", "connections.json", "connections.My CRM"),
        ("ID_INVALID", "connections.json", "connections.My CRM"),
        ("SECRET_IN_CLEAR", "connections.json", "connections.My CRM.settings.client_secret"),
        ("CONNECTION_UNUSED", "connections.json", "connections.crm"),
        ("CONNECTION_UNKNOWN", "connections.json", "connections.crm.kind"),
        ("ID_INVALID", "project.json", "environments[2]"),
        ("ID_INVALID", "project.json", "id"),
        ("ROLE_UNKNOWN", "project.json", "owner"),
        ("ID_DUPLICATE", "project.json", "roles"),
        ("ID_INVALID", "project.json", "roles[3].id"),
        ("SAMPLE_MISFIT", "samples/f/bad.json", None),
        ("SAMPLE_MISFIT", "samples/g", None),
    ]


def test_saved_tests_of_tables_give_what_they_gave(problems: Check) -> None:
    small = {"given": {"Amount": 5, "Tier": "gold"}, "expect": "auto"}
    files = {
        "decisions/route.dmn": cases_of_decisions.dmn(),
        "decision_tests/route/good.json": {"decision": "Route", **small},
        "decision_tests/route/other.json": {"title": "Small", **small, "expect": "team"},
        "decision_tests/route/lacks.json": {"given": {"Amount": 5}, "expect": "auto"},
        "decision_tests/route/empty.json": {},
        "decision_tests/route/lost.json": {"decision": "Rout", **small},
        "decision_tests/rute/lost.json": small,
    }

    def failing(title: str, why: str) -> str:
        return f'The test "{title}" of the table "Route" fails. It {why}'

    gives = "should give team, and gives auto by rule 1."
    found = problems(cases_of_decisions.asking(), files=files)
    assert [(*short(problem), problem.message) for problem in found] == [
        ("TABLE_TEST", f"decision_tests/{place}", None, words)
        for place, words in (
            (
                "route/empty.json",
                failing("empty", 'can\'t be decided: its file lacks "given" or "expect". Correct the test.'),
            ),
            ("route/lacks.json", failing("lacks", "can't be decided: it has no value for Tier. Correct the test.")),
            ("route/lost.json", "This test is for a table that route.dmn does not have. Remove it."),
            ("route/other.json", failing("Small", f"{gives} Correct the table, or take this result as right.")),
            ("rute", 'These tests are for the decision file "rute", which does not exist. Did you mean route?'),
        )
    ]


def test_a_project_without_a_flow(problems: Check) -> None:
    assert [short(problem) for problem in problems()] == [("FLOW_MISSING", "flows", None)]


@pytest.mark.parametrize("content", [b"", b"{", "{}".encode("utf-16"), b'{"format_version": 99}'])
def test_a_flow_that_can_not_be_read_is_the_only_thing_that_is_said(
    tmp_path: Path, types: Registry, content: bytes
) -> None:
    files = {
        "project.json": {"id": "p"},
        "connections.json": {"connections": {"crm": {"kind": "http"}}},
        "samples/f/one.json": {},
        "flows/g.flow.json": {**line(("test/child", {"flow": "f"})), "id": "g"},
    }
    for path, held in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(json.dumps(held), encoding="utf-8")
    (tmp_path / "flows/f.flow.json").write_bytes(content)
    assert [problem.where.file for problem in check_folder(tmp_path, types)] == ["flows/f.flow.json"]


def test_connections_that_can_not_be_read_are_not_called_undeclared(tmp_path: Path, types: Registry) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "project.json").write_text('{"id": "p"}', encoding="utf-8")
    (tmp_path / "flows/f.flow.json").write_text(json.dumps(line("http")), encoding="utf-8")
    (tmp_path / "connections.json").write_text("{", encoding="utf-8")
    assert [problem.where.file for problem in check_folder(tmp_path, types)] == ["connections.json"]


def test_a_connection_that_is_not_declared(problems: Check) -> None:
    found = problems(line("http"), files={"connections.json": {"connections": {"crn": {"kind": "http"}}}})
    assert [short(problem) for problem in found] == [
        ("CONNECTION_UNKNOWN", "a", "config.connection"),
        ("CONNECTION_UNUSED", "connections.json", "connections.crn"),
    ]
    assert found[0].fix == Fix(
        "Use crn", {"do": "set", "flow": "f", "node": "a", "field": "config.connection", "value": "crn"}
    )


@pytest.mark.parametrize(
    ("drawn", "held", "expected", "words"),
    [case[1:] for case in cases_of_decisions.BAD],
    ids=[case[0] for case in cases_of_decisions.BAD],
)
def test_each_mistake_about_decisions_is_named_and_nothing_else(
    problems: Check, drawn: dict[str, Any], held: dict[str, bytes], expected: list[Any], words: str
) -> None:
    found = problems(drawn, files={f"decisions/{name}.dmn": content for name, content in held.items()})
    assert [short(problem) for problem in found] == expected
    assert words in found[0].message
    for problem in found:
        assert problem.message[-1] in ".?", problem
        json.dumps(problem.as_json())


@pytest.mark.parametrize(
    ("drawn", "held"), [case[1:] for case in cases_of_decisions.GOOD], ids=[case[0] for case in cases_of_decisions.GOOD]
)
def test_sound_decisions_have_no_problem(problems: Check, drawn: dict[str, Any], held: dict[str, bytes]) -> None:
    assert problems(drawn, files={f"decisions/{name}.dmn": content for name, content in held.items()}) == []


def test_a_gap_comes_with_the_repair_that_closes_it(problems: Check) -> None:
    held = cases_of_decisions.dmn([["< 50", "-", '"auto"'], ["> 50", "-", '"team"']])
    [found] = problems(cases_of_decisions.asking(), files={"decisions/route.dmn": held})
    assert found.fix is not None
    assert found.fix.title == 'Make rule 2 ">= 50"'
    assert found.fix.edit["repair"]["text"] == ">= 50"


def test_a_cell_that_cannot_be_read_comes_with_what_it_was_meant_to_be(problems: Check) -> None:
    held = cases_of_decisions.dmn([["-", "LIKE 'g%'", '"auto"'], ["= ‘a’", "LIKE 'x.*_'", '"team"']], "FIRST")
    found = problems(cases_of_decisions.asking(), files={"decisions/route.dmn": held})
    fixes = [each.fix for each in found if each.code == "DECISION_MISTAKE"]
    assert {fix and fix.title for fix in fixes} == {'Make it starts with(?, "g")', 'Make it = "a"', None}


def test_a_file_that_is_imported_by_one_in_use_is_in_use(problems: Check) -> None:
    base = cases_of_decisions.dmn().replace(b"urn:rules", b"urn:base")
    way = b'<import name="b" namespace="urn:base" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    top = cases_of_decisions.dmn().replace(b"<inputData", way + b"<inputData", 1)
    files = {"decisions/route.dmn": top, "decisions/base.dmn": base}
    assert [short(p) for p in problems(cases_of_decisions.asking(), files=files)] == []


@pytest.mark.parametrize("drawn", [case[1] for case in GOOD], ids=[case[0] for case in GOOD])
def test_a_sound_drawing_has_no_problem(problems: Check, drawn: dict[str, Any]) -> None:
    other = {**flow({"start": "manual", "end": "end"}, "start>end"), "id": "g"}
    assert problems(drawn, other) == []


def test_flows_that_call_one_another_in_a_circle(problems: Check) -> None:
    there = line(("test/child", {"flow": "g"}))
    back = {**line(("test/child", {"flow": "f"})), "id": "g"}
    assert [(p.code, p.where.flow) for p in problems(there, back)] == [("CHILD_INVALID", "f"), ("CHILD_INVALID", "g")]


def calls(**config: Any) -> dict[str, Any]:
    """A flow that calls ``g``; ports may be left open, which other rules say."""
    edges = "start>a a.over>end a.late>end"
    return flow({"start": "manual", "a": ("control/subflow", {"flow": "g", **config}), "end": "end"}, edges)


def called(**more: Any) -> dict[str, Any]:
    outcomes = [{"id": "over"}, {"id": "late"}]
    nodes = {"start": "manual", "end": ("end", {"outcome": "over"}), "late": ("end", {"outcome": "late"}), "w": "if"}
    return {**flow(nodes, "start>w w.yes>end w.default>late", outcomes=outcomes, **more), "id": "g"}


def test_a_step_that_calls_a_flow_knows_its_outcomes(problems: Check) -> None:
    assert problems(calls(outcomes=["over", "late"]), called()) == []
    found = [p for p in problems(calls(outcomes=["over", "never"]), called()) if p.code == "CHILD_OUTCOMES"]
    assert [(p.where.node, p.where.field) for p in found] == [("a", "config.outcomes")]
    assert found[0].fix is not None
    assert found[0].fix.edit["value"] == ["over", "late"]
    clash = called()
    clash["outcomes"][0]["id"] = "timeout"
    assert "another name" in next(p.message for p in problems(calls(), clash) if p.code == "CHILD_OUTCOMES")


def test_a_loop_stops_on_outcomes_that_there_are(problems: Check) -> None:
    each = ("control/for_each", {"flow": "g", "items": {"feel": "input.list"}, "stop_on": ["late", "cancelled", "ovr"]})
    drawn = flow({"start": "manual", "a": each, "end": "end"}, "start>a a>end a.stopped>end")
    [found] = problems(drawn, called())
    assert (found.code, found.where.field) == ("CHILD_OUTCOMES", "config.stop_on[3]")
    assert "Did you mean over?" in found.message


def test_a_flow_that_is_called_gets_what_it_asks_for(problems: Check) -> None:
    schema = {"type": "object", "properties": {"n": {}}, "required": ["n"], "additionalProperties": False}
    asks = called(input_schema={**schema, "properties": {"n": {}, "ok": {}}})
    assert problems(calls(outcomes=["over", "late"], inputs={"n": 1}), asks) == []
    found = problems(calls(outcomes=["over", "late"], inputs={"m": 1}), asks)
    assert [(p.code, p.where.field) for p in found] == [("CHILD_INPUT", "config.inputs")] * 2


def test_a_flow_that_is_called_has_one_start(problems: Check) -> None:
    two = called()
    two["nodes"].append({"id": "start2", "type": "triggers/manual", "config": {"requester": "anna"}})
    two["edges"].append({"from": "start2", "port": "started", "to": "w"})
    found = problems(calls(outcomes=["over", "late"]), two)
    assert [p.code for p in found] == ["CHILD_INVALID"]
    assert "2 starts" in found[0].message


# -- of all rules -----------------------------------------------------------------------------------------------------


def test_a_task_of_nobody(types: Registry) -> None:
    # No type of ours lets its role be empty; a stranger's may.
    ask = HumanTask("", (Choice("ok", "Fine"),), Text("?"), {})
    ports = (Port("ok", "Fine"),)
    stranger = dataclasses.replace(
        types.types[0],
        id="test/ask",
        Config=NodeConfig,
        behaviour=lambda _: ask,
        ports=lambda _: ports,
        output_schema=lambda _: {},
        check=lambda _: (),
    )
    drawn = project(line("test/ask", "start>a a.ok>end"))
    told = check_project(drawn, Registry([*types.types, stranger], (), {}))
    assert [short(problem) for problem in told] == [
        ("TASK_WITHOUT_OWNER", "a", "config.role"),
        ("TASK_WITHOUT_TIME_LIMIT", "a", "config.timeout"),
    ]


ELSEWHERE = {
    "CHILD_INPUT": "test_a_flow_that_is_called_gets_what_it_asks_for",
    "CHILD_OUTCOMES": "test_a_step_that_calls_a_flow_knows_its_outcomes",
    "CONNECTION_UNKNOWN": "test_a_connection_that_is_not_declared",
    "CONNECTION_UNUSED": "test_problems_of_files_beside_the_flows",
    "FLOW_MISSING": "test_a_project_without_a_flow",
    "TABLE_TEST": "test_saved_tests_of_tables_give_what_they_gave",
    "SAMPLE_MISFIT": "test_problems_of_files_beside_the_flows",
    "TASK_WITHOUT_OWNER": "test_a_task_of_nobody",
}


def test_every_rule_has_a_drawing_that_breaks_it() -> None:
    broken = {code for case in BAD for code, _, _ in case[2]} | set(ELSEWHERE)
    broken |= {code for case in cases_of_decisions.BAD for code, _, _ in case[3]}
    assert broken == {found.rule.code for found in found_rules()}
    assert all(name in globals() for name in ELSEWHERE.values())


def test_a_step_that_lines_call_by_another_name_is_to_be_renamed_and_not_removed(problems: Check) -> None:
    drawn = flow({"start": "manual", "clasify": "note", "end": "end"}, "start>classify classify>end")
    lost, after = (problem for problem in problems(drawn) if problem.code == "NODE_UNREACHABLE")
    rename = {"do": "rename_node", "flow": "f", "node": "clasify", "to": "classify"}
    assert lost.fix == Fix("Call it classify", rename)
    assert 'Lines lead to "classify", which does not exist. Is it this step?' in lost.message
    assert (after.where.node, after.fix) == ("end", None), "what follows it is not to be removed either"
    assert 'comes from "classify", which does not exist' in after.message
    reserved = flow({"start": "manual", "con": "note", "end": "end"}, "start>end")
    codes = {problem.code: problem.fix for problem in problems(reserved)}
    assert codes["NODE_UNREACHABLE"] is None, "its other name is offered by ID_INVALID"
    assert codes["ID_INVALID"] is not None


def test_a_line_to_a_name_that_is_nearly_a_steps_is_led_there(problems: Check) -> None:
    drawn = flow({"start": "manual", "classify": "note", "end": "end"}, "start>clasify start>classify classify>end")
    (twice,) = (problem for problem in problems(drawn) if problem.code == "EDGE_DANGLING")
    assert twice.fix is not None
    assert twice.fix.title == "Remove the line", "that line is there already"
    drawn = flow({"start": "manual", "a": "note", "classify": "note", "end": "end"}, "start>a a>clasify classify>end")
    (led,) = (problem for problem in problems(drawn) if problem.code == "EDGE_DANGLING")
    assert led.fix is not None
    assert led.fix.edit == {
        "do": "replace_edge",
        "flow": "f",
        "edge": ["a", "done", "clasify"],
        "with": ["a", "done", "classify"],
    }
    assert 'Did you mean "classify"?' in led.message


def test_every_message_says_what_where_and_what_to_do_in_plain_words(problems: Check) -> None:
    for _, drawn, _, _ in BAD:
        for problem in problems(drawn):
            assert problem.message[-1] in ".?", problem
            assert len(problem.message) < 700, problem.message
            assert not re.search(r"\bNone\b|\bdict\b|Traceback|object at 0x|pydantic", problem.message), problem.message
            named = drawn["nodes"] and problem.where.node
            if named and problem.code not in {"EDGE_DANGLING", "NODE_DUPLICATE"}:
                assert problem.where.node[:50] in problem.message, problem.message
            json.dumps(problem.as_json())


def test_a_secret_is_never_repeated(problems: Check) -> None:
    for name, drawn, _, _ in BAD:
        if "secret" in name or "chance" in name:
            said = json.dumps([problem.as_json() for problem in problems(drawn)])
            assert not re.search("hunter2|AKIA|me:pw|abcdefghijklmnop|q8Zr3", said)


def test_errors_and_warnings_are_what_their_rule_says(problems: Check) -> None:
    severity = {found.rule.code: found.rule.severity for found in found_rules()}
    for _, drawn, _, _ in BAD:
        for problem in problems(drawn):
            assert problem.severity is severity[problem.code]
    assert set(severity.values()) == {Severity.ERROR, Severity.WARNING}
