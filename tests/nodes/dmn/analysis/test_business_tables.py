"""What is said of the tables of an insurer, a bank, a carrier and a shop: gaps, overlaps, dead rules, repairs."""

from __future__ import annotations

from typing import Any

import pytest

from nodes.dmn import DecisionError, DecisionModel, analyse, model_text, parse_model
from nodes.dmn.analysis import Analysis, Repair, carried_out, outputs_of, results_of, tables_of
from tests.effort import effort_below
from tests.nodes.dmn.models import decision, input_element, knowledge, literal, model_of, table


def model(inputs: dict[str, str], logic: str, *more: str) -> DecisionModel:
    elements = [input_element(name, of) for name, of in inputs.items()]
    return model_of(*more, *elements, decision("D", logic, list(inputs)))


def analysed(inputs: dict[str, str], rules: list[list[str]], policy: str = "UNIQUE", **more: Any) -> Analysis:
    columns = more.pop("columns", list(inputs))
    made = model(inputs, table(columns, rules, policy, **more))
    return analyse(made.decisions["D"].logic, made)


def words(analysis: Analysis) -> list[str]:
    found: list[Any] = [*analysis.cell_errors, *analysis.gaps, *analysis.overlaps, *analysis.unreachable]
    return [each.words for each in (*found, *analysis.subsumed)]


def test_a_car_insurer_forgot_drivers_of_exactly_25_in_the_city() -> None:
    found = analysed(
        {"Age": "number", "Region": "string"},
        [["< 25", "-", "1.6"], ["> 25", '"city"', "1.2"], [">= 25", '"country"', "1.0"]],
        columns=["Age", ("Region", '"city", "country"')],
    )
    assert words(found) == ['Gap: no rule covers the case that Age is exactly 25 and Region is "city".']
    assert found.gaps[0].region.inputs == {"Age": 25, "Region": "city"}
    assert [repair.words for repair in found.gaps[0].repairs] == [
        'Make rule 2 ">= 25"',
        "Add a rule for it",
    ]
    assert found.gaps[0].repairs[-1].cells == ("25", '"city"')


def test_a_bank_gives_two_answers_to_good_scores_with_a_late_payment() -> None:
    found = analysed(
        {"Score": "number", "Late payments": "number"},
        [["< 580", "-", '"no"'], [">= 580", "0", '"yes"'], ["[580..700)", "> 0", '"ask"'], [">= 650", "> 0", '"yes"']],
    )
    assert [each.rules for each in found.overlaps] == [(2, 3)]
    assert found.overlaps[0].words == (
        "Rules 3 and 4 both match where Score is at least 650 and below 700 and Late payments is above 0."
    )
    assert [repair.text for repair in found.overlaps[0].repairs] == [">= 700", "[580..650)"]
    # Less than no late payment: the table is right about that only if nobody counts below 0.
    assert found.gaps[0].words == (
        "Gap: no rule covers the case that Score is at least 580 and Late payments is below 0."
    )


def test_a_shop_gives_the_same_discount_twice_and_never_the_largest() -> None:
    found = analysed(
        {"Order": "number", "Member": "boolean"},
        [[">= 100", "-", "5"], [">= 500", "true", "15"], ["[50..100)", "true", "5"], ["-", "-", "0"]],
        "FIRST",
    )
    assert words(found) == ["Rule 2 can never decide: rule 1 takes all that it takes, and comes first."]
    assert [repair.kind for repair in found.unreachable[0].repairs] == ["move_rule", "remove_rule"]
    assert found.unreachable[0].repairs[0].words == "Move rule 2 before rule 1"


def test_a_carrier_s_rule_is_hidden_by_two_others_together() -> None:
    found = analysed(
        {"Weight": "number", "Express": "boolean"},
        [["<= 5", "-", "4"], ["> 5", "-", "9"], ["(2..20]", "true", "14"]],
        "FIRST",
    )
    assert found.unreachable[0].by == (0, 1)
    assert "the rules 1, 2 together take all that it takes" in found.unreachable[0].words


def test_seasons_by_dates_have_no_gap_between_one_day_and_the_next() -> None:
    found = analysed(
        {"Day": "date"},
        [
            ['< date("2026-04-01")', '"low"'],
            ['[date("2026-04-01")..date("2026-09-30")]', '"high"'],
            ['>= date("2026-10-01")', '"low"'],
        ],
    )
    assert found.clean
    late = analysed({"Day": "date"}, [['<= date("2026-09-30")', "1"], ['> date("2026-10-01")', "2"]])
    assert words(late) == ["Gap: no rule covers the case that Day is 2026-10-01."]


def test_whole_numbers_side_by_side_are_a_gap_only_of_fractions() -> None:
    found = analysed({"Nights": "number"}, [["<= 3", "1"], [">= 4", "2"]])
    assert [gap.between_whole_numbers for gap in found.gaps] == [True]
    assert found.gaps[0].words.endswith("(only between whole numbers).")
    assert 3 < found.gaps[0].region.example[0] < 4


def test_what_is_empty_is_asked_for_only_where_a_rule_looks_for_it() -> None:
    assert analysed({"Tier": "string"}, [['"gold"', "1"], ['not("gold")', "2"]]).clean
    found = analysed({"Tier": "string"}, [["null", "0"], ['"gold"', "1"]])
    assert words(found) == ['Gap: no rule covers the case that Tier is neither "gold" nor empty.']


def test_cells_that_can_not_be_meant_are_told_with_what_was_meant() -> None:
    found = analysed(
        {"Amount": "number", "Tier": "string", "Day": "date"},
        [['"50"', '"glod"', '"2026-01-01"', "1"], ["> ", "gold", "-", "2"], ["-", "-", "-", "-1"]],
        "FIRST",
        columns=["Amount", ("Tier", '"gold","silver"'), "Day"],
    )
    told = [(each.rule, each.column, each.code, [repair.text for repair in each.repairs]) for each in found.cell_errors]
    assert told == [
        (0, 0, "type", ["50"]),
        (0, 1, "not_allowed", ['"gold"']),
        (0, 2, "type", ['@"2026-01-01"']),
        (1, 0, "syntax", []),
        (1, 1, "name", ['"gold"']),
    ]


def test_cells_of_a_spreadsheet_are_told_with_what_they_would_be() -> None:
    """Some of them are FEEL: `"a" or "b"` is a condition that never is true, `10 < ? < 20` compares true with 20."""
    rules = [
        [">= 100 and <= 200", '"gold" or "silver"', "1"],
        ["10 < ? < 20", "gold; silver", "2"],
        ["5 or more", '? = "gold" or null', "3"],
        ["5,,6", '"a" and "b"', "4"],
    ]
    found = analysed({"Amount": "number", "Tier": "string"}, rules, "FIRST")
    told = [(each.rule, each.column, each.code, [repair.text for repair in each.repairs]) for each in found.cell_errors]
    assert told == [
        (0, 0, "syntax", ["[100..200]"]),
        (0, 1, "condition", ['"gold", "silver"']),
        (1, 0, "condition", ["(10..20)"]),
        (1, 1, "syntax", ["gold, silver"]),
        (2, 0, "condition", [">= 5"]),
        (3, 0, "syntax", []),
        (3, 1, "condition", []),
    ]
    assert found.cell_errors[1].message == (
        '`"gold"` in the cell `"gold" or "silver"` of Tier stands beside `or`, but is no condition. '
        'Did you mean `"gold", "silver"`?'
    )


def test_cells_that_count_where_a_range_or_a_date_was_meant_are_told() -> None:
    rules = [
        ["18-65", "2026-01-31", '"a"'],
        ["100-20", ">= 2026-01-01", '"b"'],
        ["1 + 2", "[2026-01-01..2026-02-01]", "2026-01-31"],
        ["-5", '@"2026-01-31"', '"2026-01-31"'],
    ]
    found = analysed({"Age": "number", "Day": "date"}, rules, "FIRST")
    told = [
        (each.rule, each.column, each.output, [repair.text for repair in each.repairs])
        for each in found.cell_errors
        if each.code == "counted"
    ]
    assert told == [
        (0, 0, False, ["[18..65]"]),
        (0, 1, False, ['@"2026-01-31"']),
        (1, 1, False, ['>= @"2026-01-01"']),
        (2, 1, False, ['[@"2026-01-01"..@"2026-02-01"]']),
        (2, 0, True, ['@"2026-01-31"']),
    ]
    assert len(found.cell_errors) == len(told)


def test_a_decimal_comma_is_told_and_a_list_of_numbers_is_left_alone() -> None:
    numbers = ["> 100,50", "100,50", "0,5", "<= 1.000,50", "1,000", "> 1,000"]
    texts = [*numbers, "1, 50", "1,2", "1,2,3", "> 5, < 2", "[1..5]"]
    found = analysed({"Amount": "number"}, [[text, '"a"'] for text in texts], "FIRST")
    assert {texts[each.rule]: [repair.text for repair in each.repairs] for each in found.cell_errors} == {
        "> 100,50": ["> 100.50"],
        "100,50": ["100.50", "100, 50"],
        "0,5": ["0.5", "0, 5"],
        "<= 1.000,50": ["<= 1000.50"],
        "1,000": ["1000"],
        "> 1,000": ["> 1000"],
    }
    assert {each.code for each in found.cell_errors} == {"comma"}
    assert found.cell_errors[1].message == (
        "the comma in the cell `100,50` of Amount parts two values: numbers have a decimal point. "
        "Did you mean `100.50`, or the two values `100, 50`?"
    )


def test_conditions_of_sql_that_happen_to_be_feel_are_told() -> None:
    rules = [["IN (1, 2)", '"a"'], ["NOT IN (1,2)", '"b"'], ["IS NULL", '"c"'], ["IS NOT NULL", '"d"']]
    found = analysed({"Amount": "number"}, rules, "FIRST")
    assert [each.repairs[0].text for each in found.cell_errors] == ["1, 2", "not(1, 2)", "null", "not(null)"]


def test_a_table_full_of_broken_cells_is_looked_at_in_no_time() -> None:
    rules = [[f"not in (a.b.c, {'a.b. ' * 40}{at}", "1"] for at in range(400)]
    with effort_below(2_000):
        found = analysed({"Amount": "number"}, rules, "FIRST")
        assert len(found.cell_errors) == 400


def test_results_that_are_not_allowed_are_told_too() -> None:
    rules = [["1", '"yes"'], ["2", '"noo"'], ["3", "no"], ["-", "5"]]
    found = analysed({"x": "number"}, rules, "FIRST", outputs=[{"type": "string", "allowed": '"yes","no"'}])
    assert [(each.rule, each.output, each.code) for each in found.cell_errors] == [
        (1, True, "not_allowed"),
        (2, True, "name"),
        (3, True, "type"),
    ]


def test_a_cell_that_looks_at_another_input_is_said_to_be_unknown() -> None:
    found = analysed({"Amount": "number", "Limit": "number"}, [["> Limit", "-", "1"], ["<= 50", "-", "2"]], "FIRST")
    assert [unknown.rule for unknown in found.unknown] == [0]
    assert "`> Limit` takes of Amount is not known beforehand" in found.unknown[0].words
    # It may take everything, so nothing is called a gap; it may take nothing, so nothing is called dead.
    assert (found.gaps, found.unreachable) == ((), ())


def test_columns_that_look_at_the_same_input_are_said_to_depend_on_one_another() -> None:
    made = model({"Age": "number"}, table(["Age", "Age * 2"], [["< 18", "< 36", "1"], [">= 18", ">= 36", "2"]]))
    found = analyse(made.decisions["D"].logic, made)
    assert "Age and Age * 2 look at the same input" in found.unknown[0].words


def test_two_columns_of_the_same_input_are_one() -> None:
    made = model(
        {"Age": "number"}, table(["Age", "Age"], [[">= 18", "< 65", "1"], ["< 18", "-", "2"], [">= 65", "-", "3"]])
    )
    assert analyse(made.decisions["D"].logic, made).clean


def test_any_allows_rules_that_agree_and_priority_hides_what_is_less_important() -> None:
    agree = [["< 10", '"a"'], ["< 20", '"a"'], [">= 15", '"b"']]
    found = analysed({"x": "number"}, agree, "ANY")
    assert [each.rules for each in found.overlaps] == [(1, 2)]
    assert [(each.rule, each.by) for each in found.subsumed] == [(0, 1)]
    ranked = analysed({"x": "number"}, agree, "PRIORITY", outputs=[{"allowed": '"b","a"'}])
    assert (ranked.overlaps, ranked.unreachable) == ((), ())  # rule 2 decides alone from 10 to 15
    assert [(each.rule, each.by) for each in ranked.subsumed] == [(0, 1)]
    hidden = analysed({"x": "number"}, [["< 10", '"a"'], ["< 20", '"b"']], "PRIORITY", outputs=[{"allowed": '"b","a"'}])
    assert [(each.rule, each.by) for each in hidden.unreachable] == [(0, (1,))]


def test_a_default_and_a_list_have_an_answer_for_everything() -> None:
    assert analysed({"x": "number"}, [["> 5", "1"]], outputs=[{"default": "0"}]).gaps == ()
    assert analysed({"x": "number"}, [["> 5", "1"]], "COLLECT").gaps == ()
    assert analysed({"x": "number"}, [["> 5", "1"]], "RULE ORDER").gaps != ()


def test_inputs_inside_contexts_are_named_by_their_path() -> None:
    parts = (
        '<itemDefinition name="Customer"><itemComponent name="tier"><typeRef>string</typeRef><allowedValues><text>'
        '"gold","tin"</text></allowedValues></itemComponent></itemDefinition>'
    )
    made = model({"customer": "Customer"}, table(["customer.tier"], [['"gold"', "1"]]), parts)
    [gap] = analyse(made.decisions["D"].logic, made).gaps
    assert gap.region.inputs == {"customer": {"tier": "tin"}}
    assert gap.region.cells == ('"tin"',)


def test_tables_are_found_wherever_they_stand() -> None:
    inner = table(["age"], [["< 18", "1"], ["> 18", "2"]])
    entry = f"<contextEntry><variable name='fee'/>{inner.replace('age', 'x')}</contextEntry>"
    made = model_of(
        input_element("x", "number"),
        knowledge("Rate", [("age", "number")], inner),
        decision("D", f"<context>{entry}</context>", ["x"], ["Rate"]),
    )
    placed = tables_of(made)
    assert [each.place for each in placed] == ["D, entry fee", "Rate"]
    assert [analyse(each.table, made, scope=each.scope).gaps[0].region.example for each in placed] == [(18,), (18,)]


def test_the_results_that_a_decision_can_give_are_listed_or_said_to_be_unknown() -> None:
    assert results_of(model({"x": "number"}, table(["x"], [["1", '"a"'], ["2", '"b"'], ["3", '"a"']])), "D") == [
        "a",
        "b",
    ]
    assert results_of(model({"x": "number"}, table(["x"], [["1", "x * 2"]])), "D") is None
    assert results_of(model({"x": "number"}, literal("x")), "D") is None
    two = model({"x": "number"}, table(["x"], [["1", '"a"', "true"]], outputs=[{"name": "way"}, {"name": "now"}]))
    assert (outputs_of(two, "D"), results_of(two, "D"), results_of(two, "D", "now")) == (["way", "now"], None, [True])


def test_a_thousand_rules_are_looked_at_while_people_wait() -> None:
    rules = [
        [f"[{10 * a}..{10 * a + 10})", f"[{b}..{b + 1})", f'"region {c}"', '"x"']
        for a in range(10) for b in range(10) for c in range(10)
    ]  # fmt: skip
    with effort_below(10_000):
        found = analysed({"a": "number", "b": "number", "c": "string"}, rules)
    assert (found.overlaps, found.unreachable, found.gave_up) == ((), (), ())
    assert any("region 0" in gap.region.words for gap in found.gaps)


def test_what_is_too_much_is_said_and_not_left_out_in_silence() -> None:
    rules = [[f"[{n}..{n + 40}]", f"[{(7 * n) % 300}..{(7 * n) % 300 + 40}]", "1"] for n in range(300)]
    made = model({"a": "number", "b": "number"}, table(["a", "b"], rules, "FIRST"))
    found = analyse(made.decisions["D"].logic, made, steps=500)
    assert found.gave_up
    few = analyse(made.decisions["D"].logic, made, most=3)
    assert len(few.gaps) == 3
    assert any("there are more" in words for words in few.gave_up)


def test_a_table_is_analysed_without_a_model_too() -> None:
    made = model_of(input_element("x"), decision("D", table(["x"], [["< 5", "1"], ["> 5", "2"]]), ["x"]))
    assert [gap.region.cells for gap in analyse(made.decisions["D"].logic).gaps] == [("5",)]


def test_repairs_are_carried_out_in_the_file_until_nothing_is_left_to_say() -> None:
    rules = [["> 900", '"large"'], ["> 100", '"large"'], ["> 500", '"huge"'], ["< 100", '"smal"']]
    made = model(
        {"x": "number"}, table(["x"], rules, "FIRST", outputs=[{"type": "string", "allowed": '"small","large","huge"'}])
    )
    content = model_text(made).encode()
    done: list[str] = []
    while True:
        again = parse_model(content)
        found = analyse(again.decisions["D"].logic, again)
        told: list[Any] = [*found.cell_errors, *found.gaps, *found.unreachable, *found.subsumed]
        if not told:
            break
        done.append(told[0].repairs[0].words)
        content = carried_out(content, "D", told[0].repairs[0])
    assert done == ['Make it "small"', 'Make rule 4 "<= 100"', "Move rule 3 before rule 2"]
    assert again.evaluate("D", {"x": 100}).value == "small"
    assert again.evaluate("D", {"x": 501}).value == "huge"


def test_a_repair_that_nobody_knows_is_refused() -> None:
    content = model_text(model({"x": "number"}, table(["x"], [["1", "1"]]))).encode()
    for repair in (Repair("dance", ""), Repair("remove_rule", ""), Repair("remove_rule", "", rule=7)):
        with pytest.raises(DecisionError):
            carried_out(content, "D", repair)
