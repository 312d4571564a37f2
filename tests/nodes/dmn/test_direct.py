"""The short way of a table against its plan: the same value, rules, trace and problems for whatever comes in."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.dmn import DecisionError, DecisionModel, DecisionResult
from nodes.feel import Budget
from tests.nodes.dmn.models import decision, input_element, model_of, table

TYPES = (
    '<itemDefinition name="tTier"><typeRef>string</typeRef><allowedValues><text>"gold", "silver"</text></allowedValues>'
    "</itemDefinition>"
    '<itemDefinition name="tRefund"><itemComponent name="who"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="days"><typeRef>number</typeRef></itemComponent></itemDefinition>'
)
numbers = st.sampled_from(["-", "1", "> 5", "[1..5]", "]5..9[", "not(1, 7)", "null", '"gold"', "> Paid"])
tiers = st.sampled_from(["-", '"gold"', '"silver", "x"', 'not("gold")', 'starts with(?, "g")', "true"])
truths = st.sampled_from(["-", "true", "false", "not(true)", "< true", "null"])
rules = st.lists(
    st.tuples(numbers, tiers, truths, st.sampled_from(['"a"', '"b"', "null", "Tier"])), min_size=1, max_size=5
)
policies = st.sampled_from(["UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"])
inputs = st.lists(
    st.fixed_dictionaries({
        "Amount": st.sampled_from(
            [Decimal(1), Decimal("5.0"), Decimal(7), Decimal("NaN"), 7, 5, -1, 10**40, None, "gold", True]
        ),
        "Tier": st.sampled_from(["gold", "silver", "x", None, Decimal(1), ["gold"]]),
        "Paid": st.sampled_from([True, False, None, "true", dt.date(2026, 5, 1)]),
    }),
    min_size=1,
    max_size=4,
)  # fmt: skip


def told(result: DecisionResult | DecisionError) -> Any:
    if isinstance(result, DecisionError):
        return str(result)
    fired = [(f.table, f.rule_index, f.rule_id, f.outputs, f.inputs, f.cells()) for f in result.fired]
    trace = [(e.decision, e.id, dict(e.inputs), e.output, [f.rule_index for f in e.fired]) for e in result.trace]
    return result.name, result.value, fired, trace, result.problems


def asked(model: DecisionModel, values: dict[str, Any], budget: Budget | None) -> Any:
    try:
        return told(model.evaluate("Answer", values, budget=budget))
    except DecisionError as error:
        return told(error)


def agree(model: DecisionModel, all_values: list[dict[str, Any]]) -> None:
    for values in [*all_values, *all_values, *all_values]:
        assert repr(asked(model, values, None)) == repr(asked(model, values, Budget()))


@settings(max_examples=200, deadline=None)
@given(rules, policies, inputs, st.booleans(), st.sampled_from([None, "string", "tTier"]), st.booleans())
def test_a_table_answers_alike_by_both_ways(
    written: list[tuple[str, ...]],
    policy: str,
    given_: list[dict[str, Any]],
    typed: bool,
    result: str | None,
    default: bool,
) -> None:
    output = {"allowed": '"b", "a"', **({"default": '"none"'} if default else {})}
    model = model_of(
        TYPES,
        *(
            input_element(name, of if typed else None)
            for name, of in [("Amount", "number"), ("Tier", "tTier"), ("Paid", "boolean")]
        ),
        decision(
            "Answer",
            table(["Amount", ("Tier", '"gold", "silver"') if typed else "Tier", "Paid"], written, policy, [output]),
            ["Amount", "Tier", "Paid"],
            type_ref=result,
        ),
    )
    agree(model, given_)


def refund(policy: str, **more: str) -> DecisionModel:
    return model_of(
        TYPES,
        input_element("Amount", "number"),
        input_element("Tier"),
        decision(
            "Answer",
            table(
                ["Amount", "Tier"],
                [["< 10", "-", '"clerk"', "1"], [">= 5", '"gold"', '"director"', "9"], ["-", "true", '"x"', "2"]],
                policy,
                [{"name": "who"}, {"name": "days"}],
                **more,
            ),
            ["Amount", "Tier"],
            type_ref="tRefund" if policy in {"FIRST", "UNIQUE"} else None,
        ),
    )


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"])
def test_contexts_as_results_are_new_ones_each_time(policy: str) -> None:
    model = refund(policy)
    for _ in range(4):  # by the plan, remembered, and by the short way
        value = model.evaluate("Answer", {"Amount": Decimal(1), "Tier": "x"}).value
        context = value[0] if isinstance(value, list) else value
        assert context["who"] == "clerk"
        context["who"] = "changed by whoever asked"
    agree(model, [{"Amount": Decimal(n), "Tier": tier} for n in (1, 7, 20) for tier in ("gold", "x")])
    for _ in range(3):
        value = model.evaluate("Answer", {"Amount": Decimal(1), "Tier": "x"}).value
        context = value[0] if isinstance(value, list) else value
        assert context == {"who": "clerk", "days": Decimal(1)}
        context["who"] = "changed by whoever asked"
        if isinstance(value, list):
            value.clear()


def test_the_common_case_takes_the_short_way_and_the_story_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    model = refund("FIRST")
    values = {"Amount": Decimal(7), "Tier": "gold"}
    for _ in range(3):
        first = model.evaluate("Answer", values)
    monkeypatch.setattr("nodes.dmn.model.run_steps", lambda *_: pytest.fail("the plan was run"))
    again = model.evaluate("Answer", {"Amount": Decimal("7.0"), "Tier": "gold"})
    assert again.value == first.value == {"who": "clerk", "days": Decimal(1)}
    assert [(cell.column, cell.text, cell.held) for cell in again.fired[0].cells()] == [
        ("Amount", "< 10", True),
        ("Tier", "-", True),
    ]
    assert again.fired[0].cells_of(1)[1].held is True
    assert again.trace[0].inputs == values
    assert again.trace[0].fired == again.fired
    assert again.problems == ()


def test_whole_numbers_take_the_short_way_and_are_numbers_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    model = refund("FIRST")
    for _ in range(3):
        model.evaluate("Answer", {"Amount": 7, "Tier": "gold"})
    monkeypatch.setattr("nodes.dmn.model.run_steps", lambda *_: pytest.fail("the plan was run"))
    again = model.evaluate("Answer", {"Amount": 8, "Tier": "gold"})
    assert again.value == {"who": "clerk", "days": Decimal(1)}
    assert again.trace[0].inputs["Amount"].__class__ is Decimal
    assert again.fired[0].inputs == {"Amount": Decimal(8), "Tier": "gold"}


@pytest.mark.parametrize("width", [90, 150, 3_000])
def test_the_widest_tables_answer_too(width: int) -> None:
    names = [f"x{at}" for at in range(width)]
    model = model_of(
        *map(input_element, names),
        decision("Answer", table(names, [["> 1"] * width + ['"yes"'], ["-"] * width + ['"no"']], "FIRST"), names),
    )
    for value in (2, 2, 2, 1):
        given = dict.fromkeys(names, Decimal(2)) | {"x7": Decimal(value)}
        assert model.evaluate("Answer", given).value == ("yes" if value == 2 else "no")


def test_a_value_that_is_not_allowed_is_told_of_even_where_the_rules_are_known() -> None:
    for column, of in ((("Tier", '"gold", "silver"'), None), ("Tier", "tTier")):
        answer = decision("Answer", table([column], [["-", '"yes"']]), ["Tier"])
        model = model_of(TYPES, input_element("Tier", of), answer)
        agree(model, [{"Tier": "gold"}, {"Tier": "gold"}, {"Tier": "x"}, {"Tier": "silver"}, {"Tier": "x"}])
        assert model.evaluate("Answer", {"Tier": "x"}).problems[0].code == "not_allowed"


@pytest.mark.parametrize(
    ("cell", "passing"),
    [
        ("true", [True]),
        ("false", [False]),
        ("not(true)", [False]),
        ("= true", [True]),
        ("true, false", [True, False]),
        ("< true", []),
        (">= false", []),
        ("[false..true]", []),
        ("null", []),
        ("1", []),
        ("not(1)", []),
        ("-", [True, False]),
    ],
)
def test_truths_are_equal_or_not_and_have_no_order(cell: str, passing: list[bool]) -> None:
    model = model_of(input_element("Paid"), decision("Answer", table(["Paid"], [[cell, '"yes"']]), ["Paid"]))
    found = [value for value in (True, False) if model.evaluate("Answer", {"Paid": value}).value == "yes"]
    assert found == passing
