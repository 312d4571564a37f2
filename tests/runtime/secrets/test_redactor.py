"""Redaction by value (FAULTS I8): a secret is found in every form that it takes on its way, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
import logging
from urllib.parse import quote, quote_plus, urlencode

import pytest

from runtime.secrets import MASK, RedactingFilter, Redactor, Secret

KEY = 's3cr/t +"ü&<key>\\9'


@pytest.fixture
def redactor() -> Redactor:
    redactor = Redactor()
    redactor.add(Secret(KEY, "file:billing"))
    return redactor


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        quote(KEY),
        quote(KEY, safe=""),
        quote(KEY, safe="").lower().replace("s3cr%2ft", "s3cr%2ft"),
        quote_plus(KEY),
        urlencode({"k": KEY}).removeprefix("k="),
        json.dumps(KEY)[1:-1],
        json.dumps(KEY, ensure_ascii=False)[1:-1],
        html.escape(KEY),
        KEY.encode().hex(),
        repr(KEY)[1:-1],
    ],
)
def test_each_form_is_masked_whole(redactor: Redactor, form: str) -> None:
    assert redactor.clean_text(f"GET /pay?k={form} failed") == f"GET /pay?k={MASK} failed"


@pytest.mark.parametrize("user", ["", "a:", "ab:", "abc:", "a longer name:"])
@pytest.mark.parametrize("tail", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_of_a_pair_gives_nothing_of_the_secret_away(redactor: Redactor, user: str, tail: str, encode) -> None:
    text = encode(f"{user}{KEY}{tail}".encode()).decode()
    cleaned = redactor.clean_text(f"Authorization: Basic {text}")
    assert MASK in cleaned
    # Two digits at either edge may hold some bits of the secret together with bits of its neighbour, never a character
    # more: what is left beside the mask must be shorter than what the neighbours alone would need.
    left = cleaned.removeprefix("Authorization: Basic ").replace(MASK, "").rstrip("=")
    assert len(left) <= len(encode((user + tail).encode())) + 4


def test_a_short_secret_is_masked_only_where_it_stands_alone() -> None:
    redactor = Redactor()
    redactor.add("on")
    assert redactor.clean_text("password=on; London, on time") == f"password={MASK}; London, {MASK} time"
    assert redactor.clean_value({"note": "on"}) == {"note": "on"}


def test_values_are_cleaned_in_texts_and_keys_at_any_depth(redactor: Redactor) -> None:
    value = {"a": [1, {f"x{KEY}": None}, (KEY, "fine")]}
    assert redactor.clean_value(value) == {"a": [1, {f"x{MASK}": None}, [MASK, "fine"]]}


def test_a_clean_value_comes_back_as_it_was(redactor: Redactor) -> None:
    value = {"a": [1, {"b": None}, ("x", "fine")], "n": 5}
    assert redactor.clean_value(value) is value


def test_a_secret_inside_another_does_not_spoil_the_longer_one() -> None:
    redactor = Redactor()
    redactor.add("longsecret")
    redactor.add("longsecret-and-more")
    assert redactor.clean_text("is longsecret-and-more") == f"is {MASK}"


def test_lines_of_a_key_in_pem_are_masked_one_by_one() -> None:
    redactor = Redactor()
    line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
    redactor.add(f"-----BEGIN PRIVATE KEY-----\n{line}\nAAAA\n-----END PRIVATE KEY-----\n")
    assert line not in redactor.clean_text(f"bad line: {line}")


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret(KEY, "env:K")
    assert {f"{secret}", str(secret), repr(secret), f"{secret!r:>3}"} == {"Secret(env:K)"}
    with pytest.raises(TypeError):
        secret.__reduce__()


def test_log_lines_are_masked_and_stay_one_line(redactor: Redactor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(RedactingFilter(redactor))
    try:
        raise ValueError(KEY)
    except ValueError:
        logging.getLogger("baton").exception("called with %s\r\nFAKE line", KEY)
    (message,) = caplog.messages
    assert message.startswith(f"called with {MASK}\\r\\nFAKE line")
    assert message.endswith(f"ValueError: {MASK}"), "where it came from stands in the same line"
    assert caplog.text.count("\n") == 1
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "mark", ["\n", "\r", "\x0b", "\x0c", "\x1b", "\x85", "\x9b", "\u2028", "\u2029", "\u202e", "\ud800"]
)
def test_no_mark_in_a_log_line_ends_it_or_turns_it(
    redactor: Redactor, caplog: pytest.LogCaptureFixture, mark: str
) -> None:
    caplog.handler.addFilter(RedactingFilter(redactor))
    try:
        raise ValueError(f"a{mark}b")
    except ValueError:
        logging.getLogger("baton").exception("a%sb", mark, stack_info=True)
    assert mark not in caplog.text.removesuffix("\n")
    assert f"a\\{'u' if ord(mark) > 255 else ''}" in caplog.text
