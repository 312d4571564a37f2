"""Strict reading, canonical writing: what is refused and why, and that bytes come back as they were."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.model.canonical import MAX_DEPTH, JsonProblem, plain, read_json, write_json
from runtime.model.flow import Flow

REFUSED = [
    (b"", "FILE_EMPTY", None, "empty"),
    (b" \n\t", "FILE_EMPTY", None, "empty"),
    (b"\xef\xbb\xbf{}", "FILE_ENCODING", None, "byte order mark"),
    ("{}".encode("utf-16"), "FILE_ENCODING", None, "UTF-16"),
    ("{}".encode("utf-16-le"), "FILE_ENCODING", None, "UTF-16"),
    (b'{\n  "a": "\xff"}', "FILE_ENCODING", (2, 9), "UTF-8"),
    (b'{"a": 1,\n "b": {"c": 1, "c": 2}}', "JSON_DUPLICATE_KEY", (2, 16), '"c" stands twice'),
    # The same key in two objects is no repetition; the one that counts is found behind it.
    (b'{"x": {"a": 1}, "a": 2,\n"\\u0061": 3}', "JSON_DUPLICATE_KEY", (2, 1), '"a" stands twice'),
    (b"[1,\n NaN]", "JSON_NUMBER", (2, 2), "NaN"),
    (b'{"a": "NaN", "b": -Infinity}', "JSON_NUMBER", (1, 19), "-Infinity"),
    (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "JSON_DEPTH", (1, MAX_DEPTH + 1), "nested deeper"),
    (b"[" * 200_000, "JSON_DEPTH", (1, MAX_DEPTH + 1), "nested deeper"),
    (b"9" * 5_000, "JSON_NUMBER", (1, 1), "too long"),
    (b"0." + b"1" * 5_000, "JSON_NUMBER", (1, 1), "too long"),
    (b"[1e1000000]", "JSON_NUMBER", (1, 2), "power of ten"),
    (b"[1e99999999999999999999]", "JSON_NUMBER", (1, 2), "power of ten"),
    (b"[1e-1000000]", "JSON_NUMBER", (1, 2), "power of ten"),
    (b'{"a": ', "JSON_TRUNCATED", (1, 7), "cut off"),
    (b'{"a": "fine', "JSON_TRUNCATED", (1, 7), "cut off"),
    (b'{"a": 1', "JSON_TRUNCATED", (1, 8), "cut off"),
    (b'{"a": 1,}', "JSON_SYNTAX", None, ""),
    (b"{'a': 1}", "JSON_SYNTAX", (1, 2), "double quotes"),
    (b'{"a" 1}', "JSON_SYNTAX", (1, 6), "colon"),
    (b'{"a": 1 "b": 2}', "JSON_SYNTAX", (1, 9), "comma"),
    (b"{} {}", "JSON_SYNTAX", (1, 4), "end here"),
    (b'"a\nb"', "JSON_SYNTAX", (1, 3), "line break"),
    (b"[01]", "JSON_SYNTAX", (1, 3), "comma"),
    (b"<<<<<<< HEAD\n{}\n=======\n[]\n>>>>>>> theirs\n", "JSON_SYNTAX", (1, 1), "merge is not settled"),
    (b'{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> x\n}', "JSON_SYNTAX", (2, 1), "merge is not settled"),
    (b'{"a": "<<<<<<< b"; 1}', "JSON_SYNTAX", (1, 18), "comma"),
    (b"[.5]", "JSON_SYNTAX", (1, 2), "a value is missing"),
    (b"[1_000]", "JSON_SYNTAX", (1, 3), "comma"),
    (b'["\\ud83d alone"]', "JSON_TEXT", (1, 3), "half of a character"),
    (b'["\\ude00\\ud83d"]', "JSON_TEXT", (1, 3), "half of a character"),
    (b'["\\ud83d\\ud83d\\ude00"]', "JSON_TEXT", (1, 3), "half of a character"),
    (b"\x80\x04\x95\x08\x00\x00", "FILE_ENCODING", None, "UTF-8"),
    (b"--- !!python/object:os.system [x]", "JSON_SYNTAX", None, ""),
]


@pytest.mark.parametrize(("content", "code", "place", "words"), REFUSED)
def test_what_is_not_strict_json_is_refused_with_its_place(
    content: bytes, code: str, place: tuple[int, int] | None, words: str
) -> None:
    with pytest.raises(JsonProblem) as refused:
        read_json(content)
    assert refused.value.code == code
    assert words in refused.value.message
    if place is not None:
        assert (refused.value.line, refused.value.column) == place


def test_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(JsonProblem, match="at most 10 are read"):
        read_json(b"[" * 11, max_bytes=10)


@pytest.mark.parametrize("text", ['"\\ud83d\\ude00"', '"\\\\ud83d"', '"\\u00e9\\n"', '"dud83d"'])
def test_whole_characters_pass(text: str) -> None:
    assert read_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    ("written", "again"),
    [
        ("1", "1"),
        ("-0", "0"),
        ("-0.0", "-0.0"),
        ("1.50", "1.50"),
        ("0.0000001", "0.0000001"),
        ("12345678901234567890123456789012345.678", "12345678901234567890123456789012345.678"),
        ("1e5", "1E+5"),
        ("1E+5", "1E+5"),
        ("1.5e3", "1.5E+3"),
        ("1e0", "1"),
        ("2.5e-3", "0.0025"),
        ("1e-40", "1E-40"),
        ("0e3", "0E+3"),
    ],
)
def test_numbers_keep_every_digit_and_settle_at_once(written: str, again: str) -> None:
    value = read_json(written.encode())
    assert not isinstance(value, float)
    assert Decimal(value) == Decimal(written)
    once = write_json(value)
    assert once == f"{again}\n".encode()
    assert write_json(read_json(once)) == once


def test_an_integer_stays_one_and_a_fraction_is_decimal() -> None:
    assert [type(n) for n in read_json(b"[1, 1.0, true]")] == [int, Decimal, bool]


FLOW = """\
{
  "format_version": 1,
  "id": "refund",
  "title": "Rückzahlung \\"gross\\"",
  "outcomes": [
    {
      "id": "paid",
      "resolved": true,
      "colour": "green"
    }
  ],
  "nodes": [
    {
      "id": "call",
      "type": "adapters/unknown",
      "version": 1,
      "config": {
        "zebra": 1.50,
        "apple": {
          "feel": "input.amount > 5"
        },
        "empty": {},
        "none": []
      },
      "retry": {
        "first_delay": 0.50
      },
      "x_note": null
    }
  ],
  "edges": [
    {
      "from": "call",
      "port": "done",
      "to": "call"
    }
  ],
  "x_unknown": [
    1,
    "é"
  ]
}
""".encode()


def test_a_canonical_flow_comes_back_to_the_byte() -> None:
    assert write_json(Flow.model_validate(read_json(FLOW))) == FLOW


def test_known_keys_are_put_in_order_and_the_authors_keys_stay() -> None:
    shuffled = b'{"b":1,"nodes":[{"config":{"z":1,"a":2},"mine":0,"type":"t","id":"n"}],"a":2,"id":"f"}'
    written = write_json(Flow.model_validate(read_json(shuffled)))
    assert list(json.loads(written)) == ["id", "nodes", "b", "a"]
    assert list(json.loads(written)["nodes"][0]) == ["id", "type", "config", "mine"]
    assert list(json.loads(written)["nodes"][0]["config"]) == ["z", "a"]
    assert write_json(Flow.model_validate(read_json(written))) == written


def test_a_default_that_the_author_wrote_stays_and_one_that_nobody_wrote_is_not_added() -> None:
    flow = Flow.model_validate({"id": "f", "zone": "UTC"})
    assert plain(flow) == {"id": "f", "zone": "UTC"}
    assert plain(flow, defaults=False) == {"id": "f"}


@pytest.mark.parametrize("value", [1.5, Decimal("NaN"), Decimal("Infinity"), {1: 2}, {"a": object()}, b"bytes"])
def test_what_json_cannot_hold_is_not_written(value: Any) -> None:
    with pytest.raises(ValueError, match=r"can't stand|finite|not text"):
        write_json({"a": [value]} if not isinstance(value, dict) else value)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=6)
values = st.recursive(
    st.none() | st.booleans() | texts | numbers,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(values)
def test_what_is_written_reads_as_it_was_and_writes_the_same_again(value: Any) -> None:
    written = write_json(value)
    assert read_json(written) == value
    assert write_json(read_json(written)) == written
    json.loads(written)


ids = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
contexts = st.dictionaries(texts, values, max_size=3)
flows = st.builds(
    lambda flow_id, nodes, edges, more: {
        **more,
        "id": flow_id,
        "nodes": [{"config": config, "id": node, "type": "t/x", **extra} for node, config, extra in nodes],
        "edges": [{"to": b, "from": a, "port": p} for a, p, b in edges],
    },
    ids,
    st.lists(st.tuples(ids, contexts, st.dictionaries(st.just("x_"), values)), max_size=3),
    st.lists(st.tuples(ids, ids, ids), max_size=3),
    st.dictionaries(texts.map("x_".__add__), values, max_size=2),
)


@settings(max_examples=100, deadline=None)
@given(flows)
def test_any_flow_settles_after_one_save_and_loses_nothing(raw: dict[str, Any]) -> None:
    first = write_json(Flow.model_validate(read_json(write_json(raw))))
    assert json.loads(first) == json.loads(write_json(raw))
    assert write_json(Flow.model_validate(read_json(first))) == first


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\u0d81e+-.truefalsn ', max_size=60).map(str.encode))
def test_garbage_is_read_or_refused_and_nothing_else(content: bytes) -> None:
    try:
        value = read_json(content)
    except JsonProblem:
        return
    assert read_json(write_json(value)) == value
