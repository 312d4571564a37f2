"""What a decision was asked before, as steps of runs tell it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from designer.session.past_cases import decided_in

AT = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
ASKED = {"file": "route", "decision": "Route", "values": {"Tier": "gold", "Bill": {"lines": ["a"]}}}


def span(why: Any = ASKED, output: Any = {"result": {"way": "finance"}}) -> SimpleNamespace:  # noqa: B006  only read
    return SimpleNamespace(why=why, output=output, started_at=AT)


def test_a_step_that_asked_this_file_is_a_past_case() -> None:
    other = span({**ASKED, "file": "limits"})
    (case,) = decided_in([span(None), other, span(), span(output="x")], "route", "D-7")
    assert (case.title, case.at, case.decision) == ("D-7", AT, "Route")
    assert (case.values, case.result) == (ASKED["values"], {"way": "finance"})


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ({"Tier": "•••"}, "finance"),
        ({"Tier": "gold", "Bill": {"lines": ["a", "no. •••"]}}, "finance"),
        ({"Tier": "gold"}, {"way": ["•••"]}),
    ],
)
def test_a_case_of_which_anything_is_masked_is_left_out(values: Any, result: Any) -> None:
    """It would be tried and kept as a test with what nobody typed."""
    assert decided_in([span({**ASKED, "values": values}, {"result": result})], "route", "D-7") == []


def test_a_value_that_this_baton_does_not_know_can_not_be_decided_again() -> None:
    assert decided_in([span({**ASKED, "values": {"Tier": {"@planet": "Mars"}}})], "route", "D-7") == []
