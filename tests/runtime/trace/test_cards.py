"""What a trace says of decisions: the rule, the values, what would have led elsewhere; nothing of what is masked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from nodes import registry
from runtime.engine.simulate import simulate
from runtime.engine.stimuli import Start
from runtime.model.decisions import Decisions
from runtime.model.flow import Flow
from runtime.trace import build_trace, card_of, draw, span_words
from tests.nodes.dmn.models import decision, definitions, input_element, table

RULES = [["<= 50", "-", '"auto"'], ["> 50", '"gold"', '"auto"'], ["> 50", '"tin"', '"team"']]
FILE = definitions(
    input_element("Amount", "number"),
    input_element("Tier", "string"),
    decision("Route", table(["Amount", "Tier"], RULES), ["Amount", "Tier"]),
).encode()
STEP = {
    "id": "w",
    "type": "decision/table",
    "config": {
        "file": "route",
        "decision": "Route",
        "inputs": {"Amount": {"feel": "input.amount"}, "Tier": {"feel": "input.tier"}},
        "ways": [{"port": "auto", "title": "Paid at once"}, {"port": "team"}],
    },
}
CONDITION = {
    "id": "w",
    "type": "decision/condition",
    "config": {"conditions": [{"port": "auto", "when": {"feel": "input.amount <= 50"}}]},
}


def words(step: dict[str, Any], given: dict[str, Any], decisions: dict[str, bytes], **flow: Any) -> str:
    ports = ["auto", "team"] if step is STEP else ["auto", "default"]
    drawn = Flow.model_validate(
        {
            "id": "f",
            "nodes": [{"id": "a", "type": "triggers/manual", "config": {}}, step,
                      *({"id": f"to_{port}", "type": "control/end", "config": {}} for port in ports)],
            "edges": [{"from": "a", "port": "started", "to": "w"},
                      *({"from": "w", "port": port, "to": f"to_{port}"} for port in ports)],
            **flow,
        }
    )  # fmt: skip
    played = simulate(drawn, [Start(flow="f", input=given)], decisions={"route": FILE})
    drawing = draw(drawn, registry.built_ins(), Decisions(decisions))
    span = build_trace(played.entries(), drawing).span("w#1")
    assert span is not None
    card = card_of(span, drawing.node("w"))
    told = span_words(span, drawing)
    assert card is None or card.sentence in told
    return told


def test_a_table_tells_its_rule_and_what_would_have_led_elsewhere() -> None:
    told = words(STEP, {"amount": Decimal(80), "tier": "tin"}, {"route": FILE})
    assert told == (
        '"Route" says team, by rule 3. With Amount = 80, Tier = "tin". '
        "It would have gone to Paid at once if the amount were at most 50."
    )


def test_where_the_deciding_file_is_not_at_hand_the_rest_is_told() -> None:
    given = {"amount": Decimal(80), "tier": "tin"}
    plain = '"Route" says team, by rule 3. With Amount = 80, Tier = "tin".'
    assert words(STEP, given, {}) == plain
    assert words(STEP, given, {"route": FILE.replace(b"&lt;= 50", b"&lt;= 60")}) == plain
    assert words(STEP, given, {"route": b"<"}) == plain


def test_a_card_says_nothing_of_a_value_that_is_masked() -> None:
    """A threshold beside a hidden value would give it away by half."""
    schema = {"type": "object", "properties": {"amount": {"type": "number", "x-baton-sensitive": True}}}
    told = words(CONDITION, {"amount": Decimal(40)}, {}, input_schema=schema)
    assert told == 'Auto, because input.amount <= 50 is true. With input.amount = "•••".'
    assert words(CONDITION, {"amount": Decimal(40)}, {}) == (
        "Auto, because input.amount <= 50 is true. With input.amount = 40. "
        "It would have gone to Otherwise if the amount were above 50."
    )
