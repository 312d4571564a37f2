"""``decision/table`` in a flow: where each result leads, what is journaled, when a person is asked instead (N3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from nodes.decision.table.type import NODE_TYPE
from runtime.engine.events import IncidentRaised, StepCompleted
from runtime.engine.simulate import Simulation, simulate
from runtime.engine.stimuli import Resolve, Start
from runtime.model.decisions import Decisions
from runtime.model.flow import Flow
from tests.nodes.dmn.models import decision, definitions, input_element, literal, table

ROUTE = decision(
    "Route",
    table(
        ["Amount", "Tier"],
        [
            ["<= 50", "-", '"automatic"'],
            ["> 50", '"gold"', '"automatic"'],
            ["> 50", '"standard"', '"team lead"'],
            ["> 900", '"standard"', '"director"'],
        ],
    ),
    ["Amount", "Tier"],
)
FILE = definitions(input_element("Amount", "number"), input_element("Tier", "string"), ROUTE).encode()
WAYS = [{"port": "automatic"}, {"port": "person", "results": ["team lead", "director"]}]
GIVEN = {"Amount": {"feel": "input.amount"}, "Tier": {"feel": "input.tier"}}


def asked(config: dict[str, Any], given: dict[str, Any], file: bytes | None = FILE, *more: Any) -> Simulation:
    whole = {"file": "route", "decision": "Route", "inputs": GIVEN, "ways": WAYS, **config}
    ports = [port.name for port in NODE_TYPE.ports(NODE_TYPE.Config.model_validate(whole))]
    ends = [{"id": f"at_{port}", "type": "control/end", "config": {"outcome": port}} for port in ports]
    flow = Flow.model_validate({
        "id": "flow",
        "outcomes": [{"id": port} for port in ports],
        "nodes": [
            {"id": "start", "type": "triggers/manual", "config": {}},
            {"id": "route", "type": "decision/table", "title": "Who decides?", "config": whole},
            *ends,
        ],
        "edges": [
            {"from": "start", "port": "started", "to": "route"},
            *({"from": "route", "port": port, "to": f"at_{port}"} for port in ports),
        ],
    })  # fmt: skip
    return simulate(flow, [Start(flow="flow", input=given), *more], decisions={} if file is None else {"route": file})


def incident(played: Simulation) -> tuple[str, str]:
    (raised,) = [event for event in played.journal() if isinstance(event, IncidentRaised)]
    assert raised.step == "route#1"
    return raised.kind, str(raised.error["message"])


def completed(played: Simulation) -> StepCompleted:
    return next(event for event in played.journal() if isinstance(event, StepCompleted) and event.step == "route#1")


@pytest.mark.parametrize(
    ("amount", "tier", "port"),
    [("50", "standard", "automatic"), ("50.01", "standard", "person"), ("9000", "gold", "automatic")],
)
def test_each_result_has_its_way(amount: str, tier: str, port: str) -> None:
    played = asked({}, {"amount": Decimal(amount), "tier": tier})
    assert played.state().outcome == port
    assert completed(played).output["choice"] == port


def test_the_journal_keeps_model_rules_and_inputs() -> None:
    done = completed(asked({}, {"amount": Decimal(80), "tier": "standard"}))
    assert done.output == {"result": "team lead", "choice": "person"}
    assert done.why["model"] == Decisions({"route": FILE}).get("route").digest
    assert done.why["rules"] == [{"table": "decision `Route`", "number": Decimal(3), "id": "rule-3", "note": ""}]
    assert done.why["values"] == {"Amount": Decimal(80), "Tier": "standard"}
    assert done.why["words"] == '"Route" says team lead, by rule 3'


def test_without_ways_the_flow_goes_on_with_the_result() -> None:
    played = asked({"ways": []}, {"amount": Decimal(80), "tier": "gold"})
    assert (played.state().outcome, completed(played).output) == ("done", {"result": "automatic"})


def test_one_of_several_outputs_chooses() -> None:
    both = table(["Amount"], [["-", '"yes"', "true"]], outputs=[{"name": "answer"}, {"name": "urgent"}])
    file = definitions(input_element("Amount", "number"), decision("Route", both, ["Amount"])).encode()
    config = {"inputs": {"Amount": 5}, "output": "urgent", "ways": [{"port": "now", "results": ["true"]}]}
    played = asked(config, {}, file)
    assert played.state().outcome == "now"
    assert completed(played).output == {"result": {"answer": "yes", "urgent": True}, "choice": "now"}


def test_other_results_have_a_way_if_one_is_drawn() -> None:
    ways = [{"port": "automatic"}]
    assert asked({"ways": ways, "otherwise": True}, {"amount": Decimal(80), "tier": "standard"}).state().outcome == (
        "otherwise"
    )


def test_dates_come_as_text_and_today_is_the_day_of_the_step() -> None:
    rule = table(["Since < today()"], [["true", '"automatic"'], ["false", '"person"']])
    file = definitions(input_element("Since", "date"), decision("Route", rule, ["Since"])).encode()
    config = {"inputs": {"Since": {"feel": "input.since"}}, "ways": [{"port": "automatic"}, {"port": "person"}]}
    assert asked(config, {"since": "2020-01-01"}, file).state().outcome == "automatic"
    assert asked(config, {"since": "2999-01-01"}, file).state().outcome == "person"


@pytest.mark.parametrize(
    ("config", "given", "said"),
    [
        ({"inputs": {"Amount": 80}}, {}, "`Tier` was not given"),
        ({}, {"amount": "much", "tier": "gold"}, "does not fit the type `number`"),
        ({}, {"amount": Decimal(80), "tier": "tin"}, "no rule is there for Amount = 80, Tier = tin"),
        ({}, {"amount": None, "tier": "gold"}, "no rule is there for Amount = null, Tier = gold"),
        ({}, {"amount": Decimal(901), "tier": "standard"}, "The rules 3, 4 match"),
        ({"ways": [{"port": "automatic"}]}, {"amount": Decimal(80), "tier": "standard"}, "says team lead, and no way"),
        ({"output": "way"}, {"amount": Decimal(1), "tier": "gold"}, 'has no output "way"'),
    ],
)
def test_what_is_not_decided_stops_for_a_person(config: dict[str, Any], given: dict[str, Any], said: str) -> None:
    kind, message = incident(asked(config, given))
    assert kind == "expression"
    assert said in message


@pytest.mark.parametrize(
    ("config", "file", "said"),
    [
        ({}, None, "there is no decisions/route.dmn in this release"),
        ({}, b"<definitions", "decisions/route.dmn can't be read"),
        ({}, FILE.replace(b"&lt;= 50", b"&lt;= ("), "has a mistake: decision `Route`, rule 1, column `Amount`"),
        ({"decision": "Rute"}, FILE, 'has no decision "Rute"'),
    ],
)
def test_a_decision_that_can_t_be_asked_is_told_of_by_the_step(
    config: dict[str, Any], file: bytes | None, said: str
) -> None:
    kind, message = incident(asked(config, {"amount": Decimal(1), "tier": "gold"}, file))
    assert kind == "unreadable"
    assert message.startswith('"Who decides?" can\'t decide: ')
    assert said in message


def test_a_person_sends_it_on_by_a_way() -> None:
    """R8."""
    stopped = asked({}, {"amount": Decimal(901), "tier": "standard"})
    (open_one,) = stopped.incidents()
    stopped.play(Resolve(incident=open_one.incident, how="other_port", port="person"))
    assert stopped.state().outcome == "person"


def test_models_import_one_another_and_are_compiled_once() -> None:
    base = definitions(
        input_element("Rate", "number"),
        decision("Base", literal("Rate * 2"), ["Rate"]),
        namespace="urn:base",
        name="Base",
    )
    top = definitions(
        '<import name="b" namespace="urn:base" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
        '<decision id="_Route" name="Route"><variable name="Route"/><informationRequirement><requiredDecision '
        'href="urn:base#_Base"/></informationRequirement><literalExpression><text>b.Base + 1</text>'
        "</literalExpression></decision>",
        name="Top",
    )
    decisions = Decisions({"top": top.encode(), "base": base.encode()})
    model = decisions.get("top")
    assert decisions.problem("top") is None
    assert model.evaluate("Route", {"b": {"Rate": 4}}).value == 9
    assert decisions.get("top") is model
    assert next(iter(model.imported.values())) is decisions.get("base")


def test_files_that_import_one_another_in_a_circle_are_refused() -> None:
    def importing(own: str, other: str) -> bytes:
        way = f'<import name="o" namespace="{other}" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        return definitions(way, namespace=own).encode()

    decisions = Decisions({"a": importing("urn:a", "urn:b"), "b": importing("urn:b", "urn:a")})
    assert "circle" in str(decisions.problem("a"))
    assert "circle" in str(decisions.problem("b"))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"ways": [{"port": "a"}, {"port": "a"}]}, "used by two ways"),
        ({"ways": [{"port": "a", "results": ["x"]}, {"port": "b", "results": ["x"]}]}, "leads to two ways"),
        ({"ways": [{"port": "otherwise"}], "otherwise": True}, "used by two ways"),
        ({"otherwise": True}, "without ways out"),
    ],
)
def test_a_config_that_would_be_unclear_is_refused(config: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        NODE_TYPE.Config.model_validate({"file": "f", "decision": "d", **config})


def test_it_decides_alike_when_it_is_asked_again() -> None:
    """Two engines on one input hold equal journals (I3); the model keeps nothing of an earlier run."""
    given = {"amount": Decimal(80), "tier": "standard"}
    assert asked({}, given).journal() == asked({}, given).journal()
