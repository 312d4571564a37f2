"""Boxed expressions, functions, services, types and imports, by rules of business in plain words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from nodes.dmn import DecisionError, parse_model
from tests.nodes.dmn.models import decide, decision, definitions, input_element, knowledge, literal, model_of, text


def entry(name: str, logic: str, type_ref: str | None = None) -> str:
    of = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<contextEntry><variable name="{name}"{of}/>{logic}</contextEntry>'


def result_entry(logic: str) -> str:
    return f"<contextEntry>{logic}</contextEntry>"


def call(function: str, **arguments: str) -> str:
    bindings = "".join(
        f'<binding><parameter name="{name.replace("_", " ")}"/>{literal(value)}</binding>'
        for name, value in arguments.items()
    )
    return f"<invocation>{literal(function)}{bindings}</invocation>"


def item_type(name: str, inner: str, *, many: bool = False) -> str:
    return f'<itemDefinition name="{name}" isCollection="{str(many).lower()}">{inner}</itemDefinition>'


def component(name: str, of: str) -> str:
    return f'<itemComponent name="{name}"><typeRef>{of}</typeRef></itemComponent>'


def quoted(content: str) -> str:
    return f'"{content}"'


TIERS = text('"gold", "silver"')
FEWER_THAN_FOUR = text("count(?) < 4")
CLAIM = item_type("tClaim", component("claim amount", "number") + component("customer", "string"))

# -- boxes --


def test_entries_of_a_context_use_those_before_them() -> None:
    logic = (
        "<context>"
        + entry("net price", literal("Price * 0.8"))
        + entry("tax", literal("net price * 0.2"))
        + "</context>"
    )
    assert decide(logic, {"Price": 100}) == {"net price": 80, "tax": 16}
    with_result = logic.replace("</context>", result_entry(literal("net price + tax")) + "</context>")
    assert decide(with_result, {"Price": 100}) == 96


def test_names_of_a_context_hide_inputs_only_inside() -> None:
    logic = "<list><context>" + entry("Price", literal("1")) + result_entry(literal("Price + 1")) + "</context>"
    assert decide(logic + literal("Price") + "</list>", {"Price": 100}) == [2, 100]


def test_a_relation_is_a_list_of_contexts() -> None:
    logic = (
        '<relation><column name="lender"/><column name="monthly rate" typeRef="number"/>'
        f"<row>{literal(quoted('A'))}{literal('0.1')}</row><row>{literal('Name')}{literal(quoted('no'))}</row>"
        "</relation>"
    )
    assert decide(logic, {"Name": "B"}) == [
        {"lender": "A", "monthly rate": Decimal("0.1")},
        {"lender": "B", "monthly rate": None},
    ]


@pytest.mark.parametrize(("age", "answer"), [(18, "adult"), (17, "minor"), (None, "minor")])
def test_a_conditional_takes_else_for_what_is_not_true(age: int | None, answer: str) -> None:
    logic = (
        f"<conditional><if>{literal('Age >= 18')}</if><then>{literal(quoted('adult'))}</then>"
        f"<else>{literal(quoted('minor'))}</else></conditional>"
    )
    assert decide(logic, {"Age": age}) == answer


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("item.amount > 100", [{"amount": 150}, {"amount": 200}]),
        ("amount > 100", [{"amount": 150}, {"amount": 200}]),
        ("amount > limit", [{"amount": 200}]),
        ("2", {"amount": 150}),
        ("-1", {"amount": 200}),
        ('"yes"', None),
        ("null", []),
    ],
)
def test_a_filter_keeps_what_matches(condition: str, answer: Any) -> None:
    logic = f"<filter><in>{literal('Claims')}</in><match>{literal(condition)}</match></filter>"
    claims = [{"amount": 50}, {"amount": 150}, {"amount": 200}]
    assert decide(logic, {"Claims": claims, "limit": 150}) == answer


def loop(kind: str, source: str, body: str) -> str:
    part = "return" if kind == "for" else "satisfies"
    return f'<{kind} iteratorVariable="one claim"><in>{literal(source)}</in><{part}>{literal(body)}</{part}></{kind}>'


@pytest.mark.parametrize(
    ("kind", "source", "body", "answer"),
    [
        ("for", "Claims", "one claim * 2", [2, 4, 6]),
        ("for", "for i in 1..3 return i", "count(partial)", [0, 1, 2]),
        ("for", "[1, 2, 3]", "one claim + sum(concatenate([0], partial))", [1, 3, 7]),
        ("for", "1..3", "one claim * 2", [2, 4, 6]),
        ("for", "Claims[1] + 1 .. Claims[3] + 1", "one claim", [2, 3, 4]),
        ("every", "3 .. 1", "one claim > 0", True),
        ("for", "[1..3)", "one claim", [1, 2]),
        ("for", "null", "1", None),
        ("some", "Claims", "one claim > 2", True),
        ("some", "Claims", "one claim > 3", False),
        ("some", "Claims", "if one claim = 3 then null else false", None),
        ("every", "Claims", "one claim > 0", True),
        ("every", "Claims", "one claim > 1", False),
        ("every", "[]", "false", True),
        ("some", "[]", "true", False),
        ("every", "Claims", '"no"', None),
    ],
)
def test_loops(kind: str, source: str, body: str, answer: Any) -> None:
    assert decide(loop(kind, source, body), {"Claims": [1, 2, 3]}) == answer


def test_a_function_in_a_context_may_call_itself_and_sees_what_is_around_it() -> None:
    factorial = (
        f'<functionDefinition><formalParameter name="n" typeRef="number"/>'
        f"{literal('if n <= 1 then Start else n * factorial(n - 1)')}</functionDefinition>"
    )
    logic = "<context>" + entry("factorial", factorial) + result_entry(literal("factorial(5)")) + "</context>"
    assert decide(logic, {"Start": 2}) == 240
    assert decide(logic.replace("factorial(5)", 'factorial("5")'), {"Start": 2}) is None


# -- functions and services --

RATE = knowledge(
    "Monthly rate", [("yearly rate", "number"), ("months", "number")], literal("yearly rate / months", "number")
)


def test_knowledge_is_called_by_box_by_position_and_by_name() -> None:
    for logic in (
        call("Monthly rate", yearly_rate="Rate", months="12"),
        literal("Monthly rate(Rate, 12)"),
        literal("Monthly rate(months: 12, yearly rate: Rate)"),
    ):
        model = model_of(input_element("Rate"), RATE, decision("D", logic, ["Rate"], ["Monthly rate"]))
        assert model.evaluate("D", {"Rate": Decimal("0.12")}).value == Decimal("0.01"), logic


@pytest.mark.parametrize("text", ["Monthly rate(1)", 'Monthly rate("1", 2)', "Monthly rate(1, yearly: 2)"])
def test_a_call_that_does_not_fit_is_null(text: str) -> None:
    assert model_of(RATE, decision("D", literal(text), (), ["Monthly rate"])).evaluate("D", {}).value is None


def test_knowledge_that_is_not_required_is_not_known() -> None:
    assert model_of(RATE, decision("D", literal("Monthly rate(12, 12)"))).evaluate("D", {}).value is None


def test_knowledge_is_called_directly() -> None:
    result = model_of(RATE).invoke_function("Monthly rate", {"yearly rate": 12, "months": 12})
    assert result.value == 1


PRICING = (
    input_element("Amount", "number"),
    decision("Discount", literal("if Amount > 100 then 10 else 0"), ["Amount"], type_ref="number"),
    decision("Price", literal("Amount - Discount"), ["Amount", "!Discount"]),
    decision("Label", literal('"EUR " + string(Price)'), ["!Price"]),
    (
        '<decisionService id="s" name="Pricing"><variable name="Pricing"/><outputDecision href="#_Label"/>'
        '<outputDecision href="#_Price"/><inputDecision href="#_Discount"/><inputData href="#_Amount"/>'
        "</decisionService>"
    ),
)


def test_a_service_takes_its_input_decisions_from_outside() -> None:
    model = model_of(*PRICING)
    assert model.evaluate("Label", {"Amount": 200}).value == "EUR 190"
    result = model.invoke_service("Pricing", {"Amount": 200, "Discount": 50})
    assert result.value == {"Label": "EUR 150", "Price": 150}
    assert [(step.decision, step.output) for step in result.trace] == [("Price", 150), ("Label", "EUR 150")]


def test_a_service_is_a_function_of_its_inputs_then_its_input_decisions() -> None:
    logic = literal("Pricing(200, 30).Price")
    model = model_of(*PRICING, decision("D", logic, (), ["#s"]))
    assert model.evaluate("D", {}).value == 170


def test_a_decision_given_from_outside_does_not_replace_its_rules() -> None:
    result = model_of(*PRICING).evaluate("Price", {"Amount": 200, "Discount": 199})
    assert result.value == 190


# -- the story of a result --


def test_the_trace_tells_what_each_decision_read_and_said() -> None:
    result = model_of(*PRICING).evaluate("Label", {"Amount": 200})
    assert [(step.decision, dict(step.inputs), step.output) for step in result.trace] == [
        ("Discount", {"Amount": 200}, 10),
        ("Price", {"Amount": 200, "Discount": 10}, 190),
        ("Label", {"Price": 190}, "EUR 190"),
    ]


def test_inputs_that_fail_or_are_strange_are_told_of() -> None:
    result = model_of(*PRICING).evaluate("Discount", {"Amuont": 200})
    assert [(problem.code, problem.suggestion) for problem in result.problems] == [
        ("missing_input", None),
        ("unknown_input", "Did you mean `Amount`?"),
    ]
    assert model_of(*PRICING).inputs_of("Label") == ["Amount"]


def test_a_decision_that_is_not_there_is_said_with_the_nearest_name() -> None:
    with pytest.raises(DecisionError, match="Did you mean `Discount`"):
        model_of(*PRICING).evaluate("Discuont", {})


def test_of_two_decisions_with_one_name_the_first_is_meant_and_the_model_says_so() -> None:
    second = decision("D", literal("2")).replace('id="_D"', 'id="other"')
    model = model_of(decision("D", literal("1")), second)
    assert [problem.code for problem in model.problems] == ["duplicate"]
    assert (model.evaluate("D", {}).value, model.evaluate("other", {}).value) == (1, 2)


def test_an_id_that_is_taken_is_told_of_and_means_the_first() -> None:
    second = decision("Other", literal("2")).replace('id="_Other"', 'id="_x"')
    model = model_of(input_element("x"), second, decision("D", literal("x"), ["x"]))
    assert [problem.code for problem in model.problems] == ["duplicate"]
    assert (model.evaluate("D", {"x": 5}).value, model.evaluate("Other", {}).value) == (5, 2)


# -- types --


@pytest.mark.parametrize(
    ("of", "value", "taken"),
    [
        ("number", 5, 5),
        ("number", "5", None),
        ("number", [5], 5),
        ("number", [5, 6], None),
        ("tNumbers", 5, [5]),
        ("tNumbers", [5, None], [5, None]),
        ("tNumbers", ["5"], None),
        ("date and time", dt.date(2026, 5, 1), dt.datetime(2026, 5, 1, tzinfo=dt.UTC)),
        ("tTier", "gold", "gold"),
        ("tTier", "bronze", None),
        ("tTier", None, None),
        ("tTiers", ["gold", "silver"], ["gold", "silver"]),
        ("tTiers", ["gold", "bronze"], None),
        ("tTiers", ["gold", "gold", "gold", "gold"], None),
        ("tClaim", {"claim amount": 5, "customer": "A", "more": 1}, {"claim amount": 5, "customer": "A", "more": 1}),
        ("tClaim", {"claim amount": 5}, {"claim amount": 5, "customer": None}),
        ("tClaim", {"claim amount": "5"}, None),
        ("tTree", {"value": 1, "children": [{"value": 2, "children": []}]}, "same"),
        ("tTree", {"value": 1, "children": [{"value": "2", "children": []}]}, None),
        ("Any", "what", "what"),
    ],
)
def test_an_input_is_made_to_fit_its_type_or_null(of: str, value: Any, taken: Any) -> None:
    types = (
        item_type("tNumbers", "<typeRef>number</typeRef>", many=True),
        item_type("tTier", f"<typeRef>string</typeRef><allowedValues>{TIERS}</allowedValues>"),
        item_type("tTiers", f"<typeRef>tTier</typeRef><typeConstraint>{FEWER_THAN_FOUR}</typeConstraint>", many=True),
        item_type("tTree", component("value", "number") + component("children", "tForest")),
        item_type("tForest", "<typeRef>tTree</typeRef>", many=True),
        CLAIM,
    )  # fmt: skip
    model = model_of(*types, input_element("x", of), decision("D", literal("x"), ["x"]))
    assert model.problems == ()
    result = model.evaluate("D", {"x": value})
    assert result.value == (value if taken == "same" else taken)
    assert bool(result.problems) == (taken is None and value is not None)


def test_the_value_of_a_decision_fits_its_type_or_is_null_with_a_reason() -> None:
    model = model_of(CLAIM, decision("D", literal("{claim amount: 5}"), type_ref="tClaim"))
    result = model.evaluate("D", {})
    assert result.value is None
    assert "The value of `D` is a context, which does not fit the type `tClaim`" in result.problems[0].message


def test_expressions_ask_for_the_types_of_the_model() -> None:
    model = model_of(CLAIM, input_element("x"), decision("D", literal("x instance of tClaim"), ["x"]))
    assert model.evaluate("D", {"x": {"claim amount": 5, "customer": "A"}}).value is True
    assert model.evaluate("D", {"x": {"claim amount": "5", "customer": "A"}}).value is False


def test_names_with_operators_are_read_where_the_model_declares_them() -> None:
    types = item_type("tP", component("first-name", "string") + component("size in m", "number"))
    model = model_of(
        types, input_element("Person-1", "tP"),
        decision("D", literal('Person-1.first-name + " " + string(Person-1.size in m * 100)'), ["Person-1"]),
    )  # fmt: skip
    assert model.evaluate("D", {"Person-1": {"first-name": "Ada", "size in m": Decimal("1.7")}}).value == "Ada 170.0"


def test_a_type_that_nobody_defines_is_a_problem() -> None:
    model = model_of(input_element("x", "tClaims"), decision("D", literal("x"), ["x"], type_ref="tClaims"))
    assert {problem.code for problem in model.problems} == {"type"}
    assert model.evaluate("D", {"x": 5}).value == 5


# -- imports --

CUSTOMERS = definitions(
    item_type("tTier", f"<typeRef>string</typeRef><allowedValues>{TIERS}</allowedValues>"),
    input_element("Years", "number"),
    decision("Tier", literal('if Years > 5 then "gold" else "silver"'), ["Years"], type_ref="tTier"),
    knowledge("Say hello", [("name", "string")], literal('"Hello " + name')),
    namespace="urn:customers",
    name="Customers",
)


def importing(as_name: str, logic: str) -> str:
    return definitions(
        f'<import name="{as_name}" namespace="urn:customers" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
        '<decision id="d" name="D"><variable name="D"/>'
        '<informationRequirement><requiredDecision href="urn:customers#_Tier"/></informationRequirement>'
        '<informationRequirement><requiredInput href="urn:customers#_Years"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="urn:customers#_Say_hello"/></knowledgeRequirement>'
        f"{logic}</decision>",
    )


@pytest.mark.parametrize("inputs", [{"customers.Years": 6}, {"customers": {"Years": 6}}], ids=["dotted", "nested"])
def test_an_imported_model_is_known_under_the_name_of_the_import(inputs: dict[str, Any]) -> None:
    logic = literal('customers.Say hello(customers.Tier + " " + string(customers.Years))')
    model = parse_model(importing("customers", logic), [parse_model(CUSTOMERS)])
    assert model.problems == ()
    assert model.inputs_of("D") == ["customers.Years"]
    result = model.evaluate("D", inputs)
    assert (result.value, result.problems) == ("Hello gold 6", ())
    assert dict(result.trace[-1].inputs) == {"customers.Tier": "gold", "customers.Years": 6}
    assert model.evaluate("customers.Tier", inputs).value == "gold"
    assert model.evaluate("D", {}).value is None


def test_an_import_that_was_not_given_is_a_problem() -> None:
    model = parse_model(importing("customers", literal("1")))
    assert {problem.code for problem in model.problems} == {"reference"}
    assert "urn:customers" in str(model.problems[0])
    assert model.evaluate("D", {}).value == 1


def test_a_model_that_is_imported_by_two_ways_has_its_inputs_twice() -> None:
    def shop(name: str) -> str:
        return definitions(
            '<import name="c" namespace="urn:customers" importType="x"/>',
            '<decision id="d" name="Offer"><variable name="Offer"/><informationRequirement>'
            '<requiredDecision href="urn:customers#_Tier"/></informationRequirement>'
            f"{literal('c.Tier')}</decision>",
            namespace=f"urn:{name}",
        )

    customers = parse_model(CUSTOMERS)
    both = definitions(
        '<import name="North shop" namespace="urn:north" importType="x"/>',
        '<import name="South" namespace="urn:south" importType="x"/>',
        '<decision id="d" name="D"><variable name="D"/>'
        '<informationRequirement><requiredDecision href="urn:north#d"/></informationRequirement>'
        '<informationRequirement><requiredDecision href="urn:south#d"/></informationRequirement>'
        f"{literal('[North shop.Offer, South.Offer]')}</decision>",
    )
    model = parse_model(both, [parse_model(shop(name), [customers]) for name in ("north", "south")])
    assert model.inputs_of("D") == ["North shop.c.Years", "South.c.Years"]
    given = {"North shop": {"c": {"Years": 9}}, "South.c.Years": 1}
    assert model.evaluate("D", given).value == ["gold", "silver"]


def test_the_type_of_a_function_is_that_of_its_result_or_of_the_function() -> None:
    lambda_type = (
        '<itemDefinition name="tDouble"><functionItem outputTypeRef="number"><parameters name="n" typeRef="number"/>'
        "</functionItem></itemDefinition>"
    )
    for of in ("number", "tDouble"):
        function = (
            f'<functionDefinition typeRef="{of}"><formalParameter name="n" typeRef="number"/>'
            f"{literal('if n = 0 then false else n * 2')}</functionDefinition>"
        )
        logic = "<context>" + entry("f", function) + result_entry(literal("[f(2), f(0)]")) + "</context>"
        assert decide(logic, {}, lambda_type) == [4, None]
