"""A flow cut down to one step, or behind one: what is left is what is drawn, and any runtime can run it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.session.cut import FINISH, CanNotRunAlone, as_config, step_alone, up_to
from nodes.contract import Document, Value
from nodes.registry import built_ins
from runtime.engine.simulate import START_AT, simulate
from runtime.engine.stimuli import Start
from runtime.model.files import load_project
from runtime.model.flow import Flow
from runtime.model.package import pack, read_package
from runtime.model.project import Project, ProjectFile
from runtime.model.rules import check_project

FLOW = "billing_dispute"
EXAMPLE = load_project(Path(__file__).parents[3] / "projects" / FLOW)
TYPES = built_ins()


def kept(project: Project) -> set[str]:
    return {node.id for node in project.flows[FLOW].nodes}


def grave(project: Project) -> list[str]:
    return [f"{p.rule}: {p.message}" for p in check_project(project, TYPES) if str(p.severity) == "error"]


def test_up_to_a_step_runs_what_leads_there_and_nothing_else() -> None:
    part = up_to(EXAMPLE, FLOW, "check_fraud", TYPES)
    flow, whole = part.flows[FLOW], EXAMPLE.flows[FLOW]
    assert {"get_customer", "facts_gathered", "anything_owed", "check_fraud"} < kept(part)
    assert not {"refund", "explain_bill", "hand_over", "tell_customer", "route"} & kept(part)
    for node in flow.nodes:
        if node.id != FINISH:
            assert node.model_copy(update={"undo": None}) == whole.node(node.id).model_copy(update={"undo": None})  # type: ignore[union-attr]
    to = {(edge.source, edge.port): edge.target for edge in flow.edges}
    assert to["check_fraud", "done"] == to["check_fraud", "error"] == FINISH
    assert to["anything_owed", "bill_is_right"] == FINISH, "a way past the step ends"
    assert not [edge for edge in flow.edges if edge.source == "get_customer" and edge.port == "error"], (
        "what was open stays open: its failure must not look fine"
    )
    assert grave(part) == []
    assert read_package(pack(part)).flows[FLOW] == flow
    places = part.layouts[FLOW]["nodes"]
    assert places["check_fraud"] == EXAMPLE.layouts[FLOW]["nodes"]["check_fraud"]
    assert places[FINISH]["x"] > places["check_fraud"]["x"]


@pytest.mark.parametrize("node", [node.id for node in EXAMPLE.flows[FLOW].nodes if node.id != "dispute_received"])
def test_every_step_can_be_reached_and_run_alone(node: str) -> None:
    reached = up_to(EXAMPLE, FLOW, node, TYPES)
    assert node in kept(reached)
    assert grave(reached) == []
    alone = step_alone(EXAMPLE, FLOW, node, TYPES, {"input": {"customer_id": "C-1"}, "vars": {"bill": {"owed": 3}}})
    assert kept(alone) - {"alone_begin", "alone_remember", FINISH} == {node}


def test_what_can_not_be_cut_says_why() -> None:
    for node, why in (("dispute_received", "starts the flow"), ("nobody", "not installed")):
        with pytest.raises(CanNotRunAlone, match=why):
            up_to(EXAMPLE, FLOW, node, TYPES)
    flow = EXAMPLE.flows[FLOW]
    loose = flow.model_copy(update={"edges": tuple(edge for edge in flow.edges if edge.target != "check_fraud")})
    with pytest.raises(CanNotRunAlone, match="Connect it"):
        up_to(EXAMPLE.model_copy(update={"flows": {FLOW: loose}}), FLOW, "check_fraud", TYPES)
    with pytest.raises(CanNotRunAlone, match="can't be given here"):
        as_config(Document("a.txt", "text/plain", 3, "0" * 64))


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
atoms = st.one_of(
    st.none(), st.booleans(), texts,
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 1, 1)),
)  # fmt: skip
values = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(texts, st.just("feel")), inner, max_size=3),
        st.fixed_dictionaries({"feel": inner}),
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(values)
def test_what_is_given_is_read_as_it_was_given(value: Value) -> None:
    """Also an object that looks like an expression: nothing that a tester types is ever evaluated."""
    assert _read(value) == value


def _read(value: Value) -> Any:
    flow = Flow.model_validate({
        "id": "f", "title": "F", "outcomes": [{"id": "told", "title": "Told", "resolved": True}],
        "nodes": [
            {"id": "start", "type": "triggers/manual"},
            {"id": "tell", "type": "control/value", "config": {"value": {"feel": "found"}}},
        ],
        "edges": [{"from": "start", "port": "started", "to": "tell"}],
    })  # fmt: skip
    part = step_alone(Project(file=ProjectFile(id="p"), flows={"f": flow}), "f", "tell", TYPES, {"found": value})
    played = simulate(dict(part.flows), types=TYPES, start_at=START_AT, new_id=lambda n: f"r-{n}")
    played.play(Start(flow="f", input=None))
    return next(step.output for step in played.state().steps.values() if step.node == "tell")


def test_a_number_keeps_its_digits() -> None:
    assert _read(Decimal("12.50")) == Decimal("12.50")
    assert _read({"feel": "1 + 1"}) == {"feel": "1 + 1"}
