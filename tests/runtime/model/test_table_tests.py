"""Saved tests of a table that decides nothing: they say why, and never that all is well."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from nodes.dmn.editing import Column, Row, Sheet, fresh_model, read_table
from runtime.model.table_tests import TableTest, judged

COLUMNS = (Column("input", "Amount", "amount", "number"), Column("output", "Way", "way", "string"))
SMALL = TableTest("route", "small", "Small", "", {"amount": Decimal(3)}, "auto")
NOTHING = replace(SMALL, expect=None)


def sheet(*rows: tuple[str, str], hit_policy: str = "FIRST") -> Sheet:
    return read_table(fresh_model("Route", COLUMNS, rows, hit_policy=hit_policy))


def test_two_rules_where_one_may_match_decide_nothing_also_where_nothing_is_expected() -> None:
    found = judged(sheet(("<= 5", '"auto"'), ("<= 9", '"team"'), hit_policy="UNIQUE"), (SMALL, NOTHING))
    assert [each.state for each in found] == ["unclear", "unclear"]
    assert found[0].words.startswith("It can't be decided: The rules 1, 2 match")


def test_no_rule_decides_nothing_and_that_may_be_expected() -> None:
    found = judged(sheet(("> 5", '"auto"')), (SMALL, NOTHING))
    assert [each.state for each in found] == ["differs", "passes"]
    assert found[0].words == "It should give auto, and gives nothing."


@pytest.mark.parametrize(
    "broken",
    [
        replace(sheet(("<= 5", '"auto"')), hit_policy="NONE"),
        replace(sheet(("<= 5", '"auto"')), columns=COLUMNS[:1]),
        sheet(("<= (", '"auto"')),
        sheet(("<= 5", "1 +")),
        replace(sheet(), rows=(Row("r", ("\x00", '"auto"')),)),
    ],
    ids=["no hit policy", "no result", "no condition", "no value", "no file"],
)
def test_a_table_that_is_none_says_so_at_each_of_its_tests(broken: Sheet) -> None:
    found = judged(broken, (SMALL, replace(SMALL, name="other")))
    assert [each.state for each in found] == ["unclear", "unclear"]
    assert all(each.problem for each in found)
