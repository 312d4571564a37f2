"""What an expression field needs while somebody types: colours and candidates, for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.feel import Candidate, complete, highlight
from nodes.feel.completion import CANDIDATE_KINDS
from nodes.feel.highlighting import KINDS

SCOPE = {
    "amount": "number",
    "tier": "string",
    "total amount": "number",
    "opened": "date and time",
    "claim": {"items": [{"net price": "number", "name": "string", "bought": "date"}], "Total-Sum": "number"},
}


def coloured(text: str, names: list[str] | None = None) -> list[tuple[str, str]]:
    return [(text[mark.start : mark.start + mark.length], mark.kind) for mark in highlight(text, names)]


def offered(text: str, *, cell: bool = False) -> list[Candidate]:
    """The candidates at the bar in the text."""
    position = text.index("|")
    return complete(text.replace("|", "", 1), position, SCOPE, cell=cell)


def labels(text: str, *, cell: bool = False) -> list[str]:
    return [candidate.label for candidate in offered(text, cell=cell)]


def test_a_condition_has_each_kind() -> None:
    assert coloured('if total amount > 5 then upper case("x") else null // why') == [
        ("if", "keyword"),
        ("total amount", "name"),
        (">", "operator"),
        ("5", "number"),
        ("then", "keyword"),
        ("upper case", "function"),
        ("(", "operator"),
        ('"x"', "text"),
        (")", "operator"),
        ("else", "keyword"),
        ("null", "keyword"),
    ]


def test_names_of_the_scope_decide_what_one_name_is() -> None:
    assert coloured("Date-Time - b", ["Date-Time", "b"]) == [("Date-Time", "name"), ("-", "operator"), ("b", "name")]
    assert coloured("Date-Time")[:2] == [("Date", "name"), ("-", "operator")]
    assert ("count", "function") in coloured("sort(xs, count)", ["xs"])
    assert ("count", "name") in coloured("count + 1", ["count"])


def test_functions_and_types_with_and_in_their_names() -> None:
    assert coloured('date and time("x")')[0] == ("date and time", "function")
    assert coloured("x instance of years and months duration and y")[3:] == [
        ("years and months duration", "keyword"),
        ("and", "keyword"),
        ("y", "name"),
    ]


def test_one_slip_does_not_take_the_colour_from_the_rest() -> None:
    assert coloured("a && b") == [("a", "name"), ("&&", "error"), ("b", "name")]
    assert coloured('a = "gold\nand b') == [
        ("a", "name"),
        ("=", "operator"),
        ('"', "error"),
        ("gold", "text"),
        ("and", "keyword"),
        ("b", "name"),
    ]


FRAGMENTS = st.sampled_from([
    *'"\'()[]{}.,:@?#&|^\\\n ',
    "for ", "in ", "return ", "if ", "then ", "else ", "some ", "satisfies ", "function", "instance of ", "claim",
    ".items",
    "amount", "date and time(", "1", "..", "and ", "not(", "//", "/*", "*/", "\u00fc", "\U0001f40d", "\ud800",
])  # fmt: skip


@given(st.one_of(st.text(), st.lists(FRAGMENTS, max_size=25).map("".join)), st.integers(-3, 60), st.booleans())
def test_any_text_is_coloured_and_completed_in_order_and_within_itself(text: str, position: int, cell: bool) -> None:
    end = 0
    for mark in highlight(text):
        assert mark.kind in KINDS
        assert mark.start >= end
        assert mark.length > 0
        end = mark.start + mark.length
    assert end <= len(text)
    for candidate in complete(text, position, SCOPE, cell=cell):
        assert candidate.kind in CANDIDATE_KINDS
        assert 0 <= candidate.start <= candidate.start + candidate.length <= len(text)


def test_a_text_beyond_the_limit_is_an_error_from_there_on() -> None:
    marks = highlight("a " * 60_000)
    assert (marks[-1].start, marks[-1].kind) == (100_000, "error")


def test_values_are_offered_where_a_value_is_due() -> None:
    found = labels("|")
    assert found[:5] == ["amount", "claim", "opened", "tier", "total amount"]
    assert {"sum", "if", "true"} <= set(found)
    assert not {"and", "between", "then"} & set(found)
    assert labels("am|") == ["amount"]


def test_operators_are_offered_behind_a_value() -> None:
    assert set(labels("amount |")) == {"and", "between", "in", "instance of", "or"}
    assert labels("if amount > 5 t|") == ["then"]
    assert labels("if amount > 5 then 1 e|") == ["else"]
    assert labels("for i |") == ["in"]
    assert labels("for i in claim.items r|") == ["return"]
    assert labels("some i in claim.items s|") == ["satisfies"]


def test_names_of_several_words_are_replaced_whole() -> None:
    only = offered("amount + total am|")[0]
    assert (only.insert, only.start, only.length) == ("total amount", 9, 8)
    call = offered("string le|")[0]
    assert (call.insert, call.start, call.length) == ("string length(", 0, 9)
    assert call.signature == "string length(string)"
    assert call.doc
    assert "date and time" in labels("date and|")
    assert offered("total amount| + 1")[0].length == len("total amount")


def test_a_bracket_that_is_there_is_not_written_again() -> None:
    assert [candidate.insert for candidate in offered("upp|(tier)")] == ["upper case"]
    assert [candidate.insert for candidate in offered("now|")] == ["now()"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("claim.|", ["items", "Total-Sum"]),
        ("claim.it|", ["items"]),
        ("claim.items.|", ["bought", "name", "net price"]),
        ("claim.items[1].bought.y|", ["year"]),
        ('(claim.items[name = "a"]).net |', ["net price"]),
        ("for i in claim.items return i.n|", ["name", "net price"]),
        ("for i in claim.items, j in i.|", ["bought", "name", "net price"]),
        ("every i in claim.items satisfies i.bought.m|", ["month"]),
        ("{a: claim, b: a.|", ["items", "Total-Sum"]),
        ("opened.time o|", ["time offset"]),
        ('date and time("2026-01-01T00:00:00").h|', ["hour"]),
        ("amount.|", []),
        ("nobody.|", []),
    ],
)
def test_behind_a_dot_come_the_entries_and_fields_of_what_stands_before_it(text: str, expected: list[str]) -> None:
    assert [candidate.label for candidate in offered(text) if candidate.kind != "keyword"] == expected


def test_the_text_itself_declares_names() -> None:
    assert "net price" in labels("claim.items[net|")
    assert "net price" not in labels("net|")
    assert "line item" in labels("for line item in claim.items return line|")
    assert "line item" not in labels("(for line item in claim.items return 1) + line|")
    assert "a b" in labels("{a b: 1, c: a |")
    assert "rate x" in labels("function(rate x: number) rat|")


def test_nothing_is_offered_inside_texts_numbers_and_comments_or_for_a_new_name() -> None:
    for text in (
        'tier = "am|',
        'tier = "am|"',
        "12|",
        "amount // am|",
        "// am|",
        "/* am|",
        "amount + /* am|",
        "for am|",
    ):
        assert labels(text) == [], text


def test_types_arguments_and_cells() -> None:
    assert labels("tier instance of da|") == ["date", "date and time", "days and time duration"]
    assert "start position:" in labels("substring(st|")
    assert {"?", "-"} <= set(labels("|", cell=True))
    assert "-" not in labels("> 5, |", cell=True)
    assert labels("> am|", cell=True) == ["amount"]
