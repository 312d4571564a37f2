"""Values that a person types for a run: what is shown reads back as the same value, and mistakes are said in words."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest

from designer.panels.test.effects import SampleDialog
from designer.session.typed import NotJson, typed_json, typed_value, value_text
from nodes.contract import Value


@pytest.mark.parametrize(
    "value",
    [
        None,
        "2026-05-01",
        dt.date(2026, 5, 1),
        Decimal("1.10"),
        {"@date": "no date"},
        [{"paid on": dt.date(2026, 5, 1)}],
    ],
    ids=str,
)
def test_what_is_shown_reads_back_as_the_same(value: Value) -> None:
    assert typed_value(value_text(value)) == value


def test_an_answer_that_is_confirmed_unchanged_stays_what_it_was() -> None:
    dialog = SampleDialog("Get invoice", {"due": dt.date(2026, 5, 1)})
    dialog._accept()
    assert dialog.value == {"due": dt.date(2026, 5, 1)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": ', "line 1, column 7: it ends in the middle"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ("[" * 100_000, "nested deeper"),
        ('{"@date": "soon"}', "'soon' is not a readable @date"),
        ('"\ud800"', "line 1"),
    ],
    ids=["cut", "twice", "deep", "date", "half a sign"],
)
def test_what_is_no_value_is_said_in_words_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"{re.escape(words)}.*[.]$"):
        typed_value(text)


@pytest.mark.parametrize(
    ("text", "words", "at"),
    [
        ('{"a": 1 "b": 2}', "line 1, column 9: a comma is missing before this.", 8),
        ('{\n  "a" 1\n}', "line 2, column 7: a colon is missing after the key.", 8),
        ("[1, NaN]", None, 4),
        ("{}\n{}", "line 2, column 1: it should end here, but more text follows.", 3),
        ("", "it is empty.", None),
        (f'"{"a" * 1_000_000}"', "it holds 1,000,002 bytes; at most 1,000,000 are read.", None),
    ],
    ids=["comma", "colon", "no number", "twice", "empty", "long"],
)
def test_what_is_no_json_says_where_in_plain_words(text: str, words: str | None, at: int | None) -> None:
    with pytest.raises(NotJson) as found:
        typed_json(text)
    assert found.value.at == at
    if words is not None:
        assert str(found.value) == words
