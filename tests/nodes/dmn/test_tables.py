"""Decision tables by rules of business: what each hit policy answers, and what a table says about itself."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest

from nodes.dmn.logic import column
from nodes.feel import from_python, unary_tests
from tests.nodes.dmn.models import decide, decision, input_element, model_of, table

REFUND = [
    # Amount, Tier, result
    ["<= 50", "-", '"automatic"'],
    ["]50..500]", '"gold", "platinum"', '"automatic"'],
    ["]50..500]", 'not("gold", "platinum")', '"team lead"'],
    ["> 500", "-", '"director"'],
]


def refund(amount: Any, tier: Any, rules: list[list[str]] = REFUND, policy: str = "UNIQUE") -> Any:
    return decide(table(["Amount", "Tier"], rules, policy), {"Amount": amount, "Tier": tier})


@pytest.mark.parametrize(
    ("amount", "tier", "answer"),
    [
        (50, "silver", "automatic"),
        (50.01, "silver", "team lead"),
        (50.01, "gold", "automatic"),
        (500, "platinum", "automatic"),
        (500, "silver", "team lead"),
        (Decimal("500.01"), "platinum", "director"),
        (None, "gold", None),
        ("50", "gold", None),
        (100, None, "team lead"),
    ],
)
def test_refunds_go_to_who_may_approve_them(amount: Any, tier: Any, answer: str | None) -> None:
    assert refund(amount, tier) == answer


def test_the_order_of_rules_of_a_unique_table_means_nothing() -> None:
    chance = random.Random(5)
    for _ in range(20):
        amount, tier = chance.choice([0, 50, 51, 500, 501]), chance.choice(["gold", "silver", "", None])
        shuffled = chance.sample(REFUND, len(REFUND))
        assert refund(amount, tier, shuffled) == refund(amount, tier)


def test_renamed_inputs_decide_alike() -> None:
    renamed = decide(table(["Total sum", "Customer's tier"], REFUND), {"Total sum": 400, "Customer's tier": "silver"})
    assert renamed == refund(400, "silver") == "team lead"


@pytest.mark.parametrize("value", [0, 9, 10, 15, 20, 21, None, "15", Decimal("9.999"), Decimal("20.000")])
@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("[10..20]", "x >= 10 and x <= 20"),
        ("(10..20)", "x > 10 and x < 20"),
        ("]10..20]", "x > 10 and x <= 20"),
        ("10, 20", "x = 10 or x = 20"),
        ("< 10, > 20", "x < 10 or x > 20"),
        ("not([10..20])", "not(x >= 10 and x <= 20)"),
    ],
)
def test_a_cell_says_what_the_comparison_says(cell: str, said: str, value: Any) -> None:
    by_cell = decide(table(["x"], [[cell, "true"]], outputs=[{"default": "false"}]), {"x": value})
    by_comparison = decide(
        table(["x"], [[f"({said.replace('x', '?')}) = true", "true"]], outputs=[{"default": "false"}]), {"x": value}
    )
    assert by_cell == by_comparison


CELLS = [
    "-", "5", "-5", '"a"', "< 5", ">= 5", "[1..5]", "(1..5)", "[5..1]", "[5..7[", "null", "not(null)",
    "not(5)", 'not("a", 5)', '"a", 5, null', "not(< 5)", "not([1..5], > 7)", "true", "false", "not(true)", '> "a"',
    '["a".."c"]', 'not("a")', 'date("2026-01-01")', '> date("2026-01-01")', '@"2026-01-01"', "< 5, < 7, [3..9]",
    '[date("2026-01-01")..date("2026-12-31")]', 'not(date("2026-01-01"))', "? > 5", "limit", "> limit", "not(limit)",
    '@"P1D"', "1, 2, 3", "= 5", "[1..limit]", "-",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 5, -5, 0, Decimal("4.999"), Decimal("5.0"), 6, 7, 9, 10, "a", "b", "", "c", "5",
    dt.date(2026, 1, 1), dt.date(2026, 6, 1), dt.date(2030, 1, 1),
    dt.datetime(2026, 1, 1, tzinfo=dt.UTC), [5], ["a"], {},
    dt.timedelta(days=1),
]  # fmt: skip


@pytest.mark.parametrize("kept_bytes", [4_000_000, 2_000, 100], ids=["all", "every few", "hardly any"])
def test_the_index_of_a_column_never_changes_what_a_cell_says(kept_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell on every value: asked through a table of all cells, and alone; however few answers are kept."""
    monkeypatch.setattr(column, "_MASK_BYTES", kept_bytes)
    rules = [[cell, str(number)] for number, cell in enumerate(CELLS)]
    model = model_of(
        input_element("x"), input_element("limit"), decision("D", table(["x"], rules, "COLLECT"), ["x", "limit"])
    )
    for value in VALUES:
        together = model.evaluate("D", {"x": value, "limit": 6}).value
        scope = {"limit": Decimal(6)}
        alone = [
            Decimal(number)
            for number, cell in enumerate(CELLS)
            if unary_tests(cell).evaluate(from_python(value), scope) is True
        ]
        assert together == alone, value


SHIPPING = [["-", '"standard"', "5"], ["> 100", '"express"', "0"], ["> 1000", '"courier"', "-20"]]
TWO = [{"name": "way"}, {"name": "cost"}]


@pytest.mark.parametrize(
    ("policy", "total", "answer"),
    [
        ("FIRST", 2000, {"way": "standard", "cost": 5}),
        ("RULE ORDER", 500, [{"way": "standard", "cost": 5}, {"way": "express", "cost": 0}]),
        ("COLLECT", 50, [{"way": "standard", "cost": 5}]),
        ("UNIQUE", 50, {"way": "standard", "cost": 5}),
        ("UNIQUE", 500, None),
        ("ANY", 500, None),
    ],
)
def test_hit_policies_over_two_results(policy: str, total: int, answer: Any) -> None:
    assert decide(table(["total"], SHIPPING, policy, TWO), {"total": total}) == answer


def test_first_looks_no_further_than_the_first_hit() -> None:
    model = model_of(
        input_element("x"), decision("D", table(["x"], [["> 9", "1"], ["> 5", "2"], ["> 0", "3"]], "FIRST"), ["x"])
    )
    result = model.evaluate("D", {"x": 6})
    assert (result.value, [fired.rule_number for fired in result.fired]) == (2, [2])


def test_priority_goes_by_the_order_of_the_allowed_results() -> None:
    rules = [["> 0", '"low"'], ["> 10", '"high"'], ["> 5", '"middle"'], ["> 7", '"high"']]
    ranked = [{"allowed": '"high", "middle", "low"'}]
    assert decide(table(["x"], rules, "PRIORITY", ranked), {"x": 6}) == "middle"
    assert decide(table(["x"], rules, "OUTPUT ORDER", ranked), {"x": 20}) == ["high", "high", "middle", "low"]
    assert decide(table(["x"], rules, "PRIORITY", ranked), {"x": 0}) is None


def test_priority_goes_by_the_allowed_values_of_the_type_where_the_column_has_none() -> None:
    tier = (
        '<itemDefinition name="tTier"><typeRef>string</typeRef><allowedValues><text>"gold", "silver"</text>'
        "</allowedValues></itemDefinition>"
    )
    logic = table(["x"], [["> 0", '"silver"'], ["> 5", '"gold"']], "PRIORITY", [{"type": "tTier"}])
    assert decide(logic, {"x": 6}, tier) == "gold"


def test_any_is_content_with_rules_that_agree() -> None:
    rules = [["> 0", '"yes"'], ["> 5", '"yes"'], ["> 9", '"no"']]
    model = model_of(input_element("x"), decision("D", table(["x"], rules, "ANY"), ["x"]))
    agreed = model.evaluate("D", {"x": 7})
    assert (agreed.value, [fired.rule_number for fired in agreed.fired]) == ("yes", [1, 2])
    quarrel = model.evaluate("D", {"x": 10})
    assert quarrel.value is None
    assert [problem.code for problem in quarrel.problems] == ["several_rules"]


@pytest.mark.parametrize(
    ("aggregation", "answer", "without_hit"),
    [("SUM", 60, None), ("COUNT", 3, 0), ("MIN", 10, None), ("MAX", 30, None)],
)
def test_collect_counts_and_sums(aggregation: str, answer: int, without_hit: int | None) -> None:
    rules = [["> 0", "10"], ["> 1", "20"], ["> 2", "30"], ["> 3", "40"]]
    logic = table(["x"], rules, "COLLECT", aggregation=aggregation)
    assert decide(logic, {"x": 3}) == answer
    assert decide(logic, {"x": 0}) == without_hit


def test_collect_without_a_hit_is_an_empty_list() -> None:
    assert decide(table(["x"], [["> 0", "1"]], "COLLECT"), {"x": 0}) == []


@pytest.mark.parametrize("orientation", ["Rule-as-Row", "Rule-as-Column", "CrossTable"])
def test_orientation_is_a_matter_of_drawing(orientation: str) -> None:
    rules = [["> 0", "< 10", '"a"'], ["> 0", ">= 10", '"b"']]
    assert decide(table(["x", "y"], rules, preferredOrientation=orientation), {"x": 1, "y": 10}) == "b"


def test_the_default_is_taken_where_no_rule_matches() -> None:
    logic = table(["x"], [["> 5", '"big"']], outputs=[{"default": '"small" + "!"'}])
    assert decide(logic, {"x": 5}) == "small!"


def test_a_value_that_the_column_does_not_allow_is_told_of() -> None:
    logic = table([("color", '"red", "green"')], [["-", "1"]])
    model = model_of(input_element("color"), decision("D", logic, ["color"]))
    assert model.evaluate("D", {"color": "red"}).value == 1
    refused = model.evaluate("D", {"color": "blue"})
    assert refused.value is None
    assert refused.problems[0].code == "not_allowed"
    assert '"blue"' in refused.problems[0].message


def test_several_hits_of_a_unique_table_are_named() -> None:
    rules = [["> 0", '"a"'], ["> 5", '"b"'], ["> 100", '"c"']]
    result = model_of(input_element("x"), decision("D", table(["x"], rules), ["x"])).evaluate("D", {"x": 6})
    assert result.value is None
    assert "rules 1, 2 match" in str(result.problems[0])
    assert result.fired == ()


def test_a_result_says_which_rule_fired_and_why_the_others_did_not() -> None:
    model = model_of(
        input_element("Amount"), input_element("Tier"),
        decision("Refund", table(["Amount", "Tier"], REFUND), ["Amount", "Tier"]),
    )  # fmt: skip
    (fired,) = model.evaluate("Refund", {"Amount": 400, "Tier": "silver"}).fired
    assert (fired.table, fired.rule_index, fired.rule_number, fired.rule_id) == (
        "decision `Refund`", 2, 3, "rule-3"
    )  # fmt: skip
    assert fired.inputs == {"Amount": 400, "Tier": "silver"}
    assert [tuple(cell) for cell in fired.cells()] == [
        ("Amount", "]50..500]", 400, True),
        ("Tier", 'not("gold", "platinum")', "silver", True),
    ]
    assert [cell.held for cell in fired.cells_of(3)] == [False, True]
    assert [cell.held for cell in fired.cells_of(1)] == [True, False]


def test_cells_may_use_other_inputs_and_results_may_calculate() -> None:
    rules = [["> limit", '"over by " + string(x - limit)'], ["<= limit", '"fine"']]
    assert decide(table(["x"], rules), {"x": 12, "limit": 10}) == "over by 2"
    assert decide(table(["x"], rules), {"x": 10, "limit": 10}) == "fine"


def test_a_wrong_cell_does_not_hide_the_rest() -> None:
    rules = [["> > 5", '"a"'], ["> 0", '"b"']]
    model = model_of(input_element("x"), decision("D", table(["x"], rules, "FIRST"), ["x"]))
    (problem,) = model.problems
    assert (problem.code, problem.place) == ("syntax", "decision `D`, rule 1, column `x`")
    result = model.evaluate("D", {"x": 1})
    assert result.value == "b"
    assert [told.code for told in result.problems] == ["syntax"]


def test_a_rule_with_too_few_cells_is_told_of_and_not_used() -> None:
    model = model_of(input_element("x"), decision("D", table(["x", "x"], [["> 0", '"a"'], ["> 0", "-", '"b"']]), ["x"]))
    assert [(problem.code, problem.place) for problem in model.problems] == [("table", "decision `D`, rule 1")]
    result = model.evaluate("D", {"x": 1})
    assert (result.value, result.fired[0].rule_number, len(result.fired[0].cells())) == ("b", 2, 2)


@pytest.mark.parametrize("rules", [40, 3000])
def test_large_tables_answer_as_small_ones_do(rules: int) -> None:
    written = [[f"[{10 * n}..{10 * n + 10})", f'not("t{n}")', str(n)] for n in range(rules)]
    model = model_of(
        input_element("x"), input_element("y"), decision("D", table(["x", "y"], written, "FIRST"), ["x", "y"])
    )
    for x in (0, 9.99, 10, 10 * rules - 1, 5 * rules):
        number = int(x // 10)
        assert model.evaluate("D", {"x": x, "y": "other"}).value == number
        assert model.evaluate("D", {"x": x, "y": f"t{number}"}).value is None
    assert model.evaluate("D", {"x": 10 * rules, "y": "other"}).value is None


def test_each_decision_tells_of_its_own_rules_only() -> None:
    model = model_of(
        input_element("x"),
        decision("First", table(["x"], [["> 0", "1"]]), ["x"]),
        decision("Second", table(["First"], [["0", "0"], ["1", "2"]]), ["!First"]),
    )
    result = model.evaluate("Second", {"x": 5})
    assert [[fired.rule_number for fired in step.fired] for step in result.trace] == [[1], [2]]
    assert [fired.table for fired in result.fired] == ["decision `First`", "decision `Second`"]
