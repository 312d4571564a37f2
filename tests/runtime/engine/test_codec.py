"""How an event stands in its row: values in their tagged form, whichever way it was written; old spellings are read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.contract import Document, ValueProblem, to_wire
from runtime.engine.codec import decode_event, encode_event
from runtime.engine.events import StepCompleted, StepStarted, TaskRevised

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.sampled_from(["@", "@date", "@@x", "a"])
_numbers = st.integers(-(2**40), 2**40).map(Decimal) | st.decimals(allow_nan=False, allow_infinity=False, places=3)
_atoms = st.none() | st.booleans() | _texts | _numbers | st.dates() | st.just(Document("a", "text/plain", 1, "0" * 64))
values = st.recursive(_atoms, lambda inner: st.lists(inner) | st.dictionaries(_texts, inner), max_leaves=8)


@given(values, values)
def test_a_value_stands_in_its_tagged_form_and_reads_back(first: Any, second: Any) -> None:
    event = StepCompleted(step="a#1", output=first, vars=second)
    kind, version, data = encode_event(event)
    raw = msgspec.json.decode(data)
    spelled = msgspec.json.Encoder(decimal_format="number")
    wire = {"step": "a#1", "output": to_wire(first), "vars": to_wire(second)}
    assert raw == msgspec.json.decode(spelled.encode({key: value for key, value in wire.items() if value is not None}))
    assert decode_event(kind, version, data) == event


@pytest.mark.parametrize(
    "bad", [1.5, Decimal("NaN"), Decimal("Infinity"), b"x", {1: "x"}, {"a": [{"b": 0.1}]}, object()]
)
def test_what_is_no_value_is_refused(bad: Any) -> None:
    for value in (bad, {"a": bad}, ["x", [bad]]):
        with pytest.raises(ValueProblem):
            encode_event(StepStarted(step="a#1", input={"fine": True}, facts=value))


def test_the_deepest_value_is_written_and_one_deeper_is_refused() -> None:
    deep: Any = "x"
    for _ in range(65):
        deep = {"in": deep}
    assert decode_event(*encode_event(StepStarted(step="a#1", input=deep))).input == deep  # type: ignore[union-attr]
    with pytest.raises(ValueProblem, match="nested deeper"):
        encode_event(StepStarted(step="a#1", input={"in": deep}))


def test_what_has_its_usual_value_is_left_out() -> None:
    assert encode_event(StepStarted(step="a#1")) == ("StepStarted", 1, b'{"step":"a#1"}')
    day = {"day": dt.date(2026, 5, 1)}
    assert (
        encode_event(StepStarted(step="a#1", input=day))[2] == b'{"step":"a#1","input":{"day":{"@date":"2026-05-01"}}}'
    )


def test_rows_that_spell_the_usual_values_out_are_read_as_ever() -> None:
    """So they were written until November 2026."""
    data = b'{"step":"a#1","port":"done","output":{"fine":true},"by_hand":false,"notes":[]}'
    assert decode_event("StepCompleted", 1, data) == StepCompleted(step="a#1", port="done", output={"fine": True})


def test_a_field_that_is_never_left_out_may_be_null() -> None:
    event = TaskRevised(step="a#1", revision="r", input=None)
    assert decode_event(*encode_event(event)) == event
