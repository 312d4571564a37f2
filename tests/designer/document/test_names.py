"""How an id that has no title is read, and what is shown of a title."""

from __future__ import annotations

import pytest

from designer.document.field_words import field_words
from designer.document.names import as_read, title_of
from nodes.contract import NodeType
from nodes.registry import built_ins
from runtime.model.flow import Outcome


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("one_approval", "One approval"),
        ("api_key", "API key"),
        ("take_over_kyc", "Take over KYC"),
        ("json", "JSON"),
        ("GET", "GET"),
        ("D_1002", "D 1002"),
        ("", ""),
    ],
)
def test_ids_become_words(name: str, words: str) -> None:
    assert as_read(name) == words


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Refund", "Refund"),
        ("", "paid"),
        (" \t", "paid"),
        ("\u202eecalp rehto\u202c", "[U+202E]ecalp rehto[U+202C]"),
        ("two\nlines\x07 and\u2028a third", "two lines and a third"),
        ("\u2067x\u2069", "[U+2067]x[U+2069]"),
        ("\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),  # a title in Hebrew is a title
        ("\u0645\u06cc\u200c\u0634", "\u0645\u06cc\u200c\u0634"),  # so is one that needs a joiner
    ],
)
def test_a_title_never_turns_its_surroundings_and_a_blank_one_is_none(title: str, shown: str) -> None:
    assert title_of(Outcome(id="paid", title=title)) == shown


def test_fields_are_called_as_in_their_forms() -> None:
    kind = built_ins().latest("adapters/http_request")
    assert isinstance(kind, NodeType)
    assert field_words("title") == "Name"
    assert field_words("config.query.²") == "Query, ²", "a name, and no number"
    assert field_words("sla") == "Time allowed"
    assert field_words("retry.first_delay") == "First pause"
    assert field_words("input_schema.properties.amount") == "Input, amount"
    assert field_words("config.path", kind) == "Path"
    assert field_words("config.title", kind) == "Title", "a config's own field, not the name of the step"
    assert field_words("config.query.api_key", kind) == "Query, API key"
    assert field_words("outcomes[1].title") == "Outcomes 2, title"
    assert field_words("") == ""
