"""What holds for all rules: nothing raises, the order is stable, a broken rule is named, and it is quick."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodes import registry
from nodes.registry import Registry
from runtime.model.drawing import Checked
from runtime.model.flow import Edge, Flow, Node
from runtime.model.problems import Problem, Rule, Severity, Where
from runtime.model.project import ConnectionNeed, Project, ProjectFile, Role
from runtime.model.rules import FoundRule, check_folder, check_project, found_rules
from runtime.model.saving import save_project
from tests.effort import effort_below

TYPES = registry.load(entry_points=False)


def test_a_rule_that_fails_is_named_and_hides_nothing() -> None:
    def fails(_context: Checked) -> Iterable[Problem]:
        raise ZeroDivisionError("a mistake of ours")

    broken = FoundRule(Rule("AAA", Severity.ERROR, "broken"), fails)
    project = Project(file=ProjectFile(id="p"), flows={"f": Flow(id="f")})
    found = check_project(project, TYPES, rules=[broken, *found_rules()])
    assert [problem.code for problem in found] == ["CHECK_FAILED", "START_MISSING"]
    assert "AAA failed itself" in found[0].message


def test_every_rule_bears_the_name_of_its_file_and_has_a_title() -> None:
    rules = [found.rule for found in found_rules()]
    assert [rule.code for rule in rules] == sorted(file.stem.upper() for file in _rule_files())
    for rule in rules:
        assert rule.title[:1].isupper()
        assert not rule.title.endswith(".")


def _rule_files() -> Iterable[Path]:
    here = Path(__file__).parents[4] / "runtime/model/rules"
    return (file for file in here.glob("*.py") if file.name != "__init__.py")


def test_no_rule_imports_another() -> None:
    for file in _rule_files():
        assert "runtime.model.rules" not in file.read_text(encoding="utf-8"), file.name


def test_a_folder_shows_unreadable_files_among_its_problems(tmp_path: Path) -> None:
    save_project(Project(file=ProjectFile(id="p"), flows={"f": Flow(id="f")}), tmp_path)
    (tmp_path / "flows/broken.flow.json").write_bytes(b'{"id": "broken",\n')
    found = check_folder(tmp_path, TYPES)
    assert [(p.code, p.where.file, p.where.flow) for p in found] == [
        ("JSON_TRUNCATED", "flows/broken.flow.json", None),
        ("START_MISSING", None, "f"),
    ]
    assert found[0].as_json() == {
        "code": "JSON_TRUNCATED",
        "severity": "error",
        "where": {"file": "flows/broken.flow.json", "field": "line 2, column 1"},
        "message": "flows/broken.flow.json, line 2, column 1: "
        "The text ends in the middle; the file seems to be cut off.",
    }
    assert [p.code for p in check_folder(tmp_path / "nowhere", TYPES)] == ["PROJECT_MISSING"]


def test_a_problem_as_json_is_stable() -> None:
    problem = Problem("C", Severity.WARNING, Where(flow="f", node="a", edge=("a", "p", "b")), "Words.")
    assert problem.as_json() == {
        "code": "C",
        "severity": "warning",
        "where": {"flow": "f", "node": "a", "edge": ["a", "p", "b"]},
        "message": "Words.",
    }


IDS = ["start", "a", "b", "c", "input", "", "__proto__", "x" * 70, "ünï"]
KINDS = [*(found.id for found in TYPES.types), "triggers/manual", "control/join", "control/set", "no/such", ""]
texts = st.sampled_from(["a.note", "vars.n + b.x", "input.x", "1 +", "for x in a return x.y", "{a", "P1D", ""])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | texts | texts.map(lambda text: {"feel": text}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["port", "when", "title", "n"]), inner),
    max_leaves=6,
)
FIELDS = sorted({name for found in TYPES.types for name in found.Config.model_fields})
nodes = st.builds(
    Node,
    id=st.sampled_from(IDS),
    type=st.sampled_from(KINDS),
    version=st.sampled_from([1, 1, 1, 2]),
    config=st.dictionaries(st.sampled_from(FIELDS), values, max_size=5),
    owner=st.none() | texts,
    sla=st.none() | texts,
    timeout=st.none() | texts,
    undo=st.none() | st.sampled_from(IDS),
    seat=st.none() | texts,
)
edges = st.builds(
    Edge,
    source=st.sampled_from(IDS),
    port=st.sampled_from(["done", "error", "started", "joined", "timeout", "default", ""]),
    target=st.sampled_from(IDS),
)
flows = st.builds(
    Flow,
    id=st.sampled_from(["f", "", "CON"]),
    zone=st.sampled_from(["UTC", "", "../x"]),
    sla=st.none() | texts,
    input_schema=st.sampled_from([{}, {"type": 5}, {"properties": 3}, {"properties": {"x": {"items": 1}}}]),
    nodes=st.lists(nodes, max_size=7).map(tuple),
    edges=st.lists(edges, max_size=12).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flows)
def test_no_drawing_makes_a_rule_fail_and_the_order_is_stable(flow: Flow) -> None:
    project = Project(
        file=ProjectFile(id="p", roles=(Role(id="clerk"),)), flows={flow.id: flow}, samples={flow.id: {"one": {"x": 1}}}
    )
    found = check_project(project, TYPES)
    assert [problem for problem in found if problem.code == "CHECK_FAILED"] == []
    assert check_project(project, TYPES) == found


def branching(size: int) -> Flow:
    """A flow of about ``size`` steps: fetch, two branches, join, set, and so on."""
    drawn: list[dict[str, Any]] = [{"id": "start", "type": "triggers/manual"}]
    lines: list[tuple[str, str, str]] = []
    last = ("start", "started")
    for n in range(size // 5):
        fan, left, right, join, total = (f"{name}{n}" for name in ("fetch", "left", "right", "joined_", "add"))
        path = {"connection": "crm", "path": "/{input.id}"}
        drawn += [
            {"id": fan, "type": "adapters/http_request", "config": path},
            {"id": left, "type": "adapters/http_request", "config": {**path, "path": f"/{{{fan}.body.id}}"}},
            {"id": right, "type": "logging/note", "config": {"text": f"{{{fan}.status}}"}},
            {"id": join, "type": "control/join", "config": {}},
            {"id": total, "type": "control/set", "config": {"assignments": {"t": {"feel": f"{left}.body.x"}}}},
        ]
        lines += [(*last, fan), (fan, "done", left), (fan, "done", right), (left, "done", join), (right, "done", join)]
        lines += [(join, "joined", total)]
        last = (total, "done")
    drawn.append({"id": "end", "type": "control/end"})
    lines.append((*last, "end"))
    return Flow.model_validate(
        {"id": "big", "nodes": drawn, "edges": [{"from": a, "port": p, "to": b} for a, p, b in lines]}
    )


@pytest.mark.parametrize(("size", "units"), [(300, 10_000), (2_000, 60_000)])
def test_large_flows_are_checked_while_people_wait(size: int, units: int) -> None:
    project = Project(
        file=ProjectFile(id="p"), flows={"big": branching(size)}, connections={"crm": ConnectionNeed(kind="http")}
    )
    with effort_below(units):
        assert check_project(project, TYPES) == []


def test_a_hundred_thousand_nodes_are_refused_at_once() -> None:
    drawn = (Node(id="n", type="t"),) * 100_000
    flow = Flow.model_construct(id="f", nodes=drawn, edges=())
    project = Project.model_construct(file=ProjectFile(id="p"), flows={"f": flow}, connections={}, samples={})
    with effort_below(10_000):
        assert [problem.code for problem in check_project(project, TYPES)] == ["FLOW_LIMIT"]


def test_types_are_asked_through_the_registry_that_is_given() -> None:
    project = Project(file=ProjectFile(id="p"), flows={"f": branching(5).model_copy(update={"id": "f"})})
    codes = {problem.code for problem in check_project(project, Registry((), (), {}))}
    assert codes == {"TYPE_UNKNOWN"}
