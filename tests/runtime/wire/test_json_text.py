"""Strict, digit-exact JSON: FAULTS W05."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from runtime.wire import JsonProblem, read_json, write_json, write_pretty_json


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "JSON_EMPTY"),
        (b"  \n", "JSON_EMPTY"),
        (b"{", "JSON_SYNTAX"),
        (b"{'a': 1}", "JSON_SYNTAX"),
        (b'{"a": 1,}', "JSON_SYNTAX"),
        (b"1 2", "JSON_SYNTAX"),
        (b'{"a": 1, "a": 2}', "JSON_DUPLICATE_KEY"),
        (b'[{"x": {"a": 1, "b": 2, "a": 3}}]', "JSON_DUPLICATE_KEY"),
        (b"NaN", "JSON_CONSTANT"),
        (b'{"a": [Infinity]}', "JSON_CONSTANT"),
        (b"-Infinity", "JSON_CONSTANT"),
        (b"\xef\xbb\xbf{}", "JSON_BOM"),
        ('{"a": 1}'.encode("utf-16"), "JSON_ENCODING"),
        ('{"a": 1}'.encode("utf-16-le"), "JSON_SYNTAX"),
        (b'{"a": "\xff"}', "JSON_ENCODING"),
        (b'{"a": "\xed\xa0\x80"}', "JSON_ENCODING"),
        (b'{"a": "\\ud800"}', "JSON_CHARACTER"),
        (b'{"\\udc00": 1}', "JSON_CHARACTER"),
        (b"[" * 5000 + b"]" * 5000, "JSON_DEPTH"),
        (b"[" * 200_000, "JSON_DEPTH"),
        (b"[" * 142 + b"]" * 142, "JSON_DEPTH"),
        (b'{"a":' * 142 + b"1" + b"}" * 142, "JSON_DEPTH"),
        (b"1" * 401, "JSON_NUMBER"),
        (b"1" * 5000, "JSON_NUMBER"),
        (b"1e1000000", "JSON_NUMBER"),
        (b"1e-1000000", "JSON_NUMBER"),
        (b'{"a": 1\x00}', "JSON_SYNTAX"),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(JsonProblem) as found:
        read_json(body)
    assert found.value.code == code


def test_numbers_keep_every_digit_both_ways() -> None:
    text = b'{"a":0.1000,"b":12345678901234567890.123456789012345678,"c":-0,"d":1E+3}'
    read = read_json(text)
    assert read == {
        "a": Decimal("0.1000"),
        "b": Decimal("12345678901234567890.123456789012345678"),
        "c": Decimal("0"),
        "d": Decimal("1E+3"),
    }
    assert write_json(read) == text


def test_depth_at_the_limit_is_read() -> None:
    assert read_json(b"[" * 140 + b"]" * 140) is not None


def test_a_pair_of_surrogate_escapes_is_one_character() -> None:
    assert read_json(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


def test_instants_are_written_as_iso_text() -> None:
    assert write_json({"at": dt.datetime(2026, 11, 20, 14, 2, tzinfo=dt.UTC)}) == b'{"at":"2026-11-20T14:02:00Z"}'


def test_pretty_json_is_indented_and_exact() -> None:
    assert write_pretty_json({"amount": Decimal("1.10"), "list": []}) == '{\n  "amount": 1.10,\n  "list": []\n}'
