"""Choices in one line: a comma parts them, unless it stands in quotes."""

from __future__ import annotations

import pytest

from designer.forms.choices import choices_text, read_choices


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("open, paid ,paid,,", ["open", "paid"]),
        ('"Berlin, Mitte", Köln', ["Berlin, Mitte", "Köln"]),
        ("“Berlin, Mitte”, „a, b“", ["Berlin, Mitte", "a, b"]),
        ("'a, b', don't, it's", ["a, b", "don't", "it's"]),
        ('"Berlin, Mi', ["Berlin, Mi"]),
        ('"say ""so"", then"', ['say "so", then']),
        ('5" pipe, 6" pipe', ['5" pipe', '6" pipe']),
        (" , ", []),
    ],
)
def test_choices_are_read_and_written_alike(text: str, choices: list[str]) -> None:
    assert read_choices(text) == choices
    assert read_choices(choices_text(choices)) == choices


def test_a_choice_is_written_as_it_is_where_that_reads_the_same() -> None:
    assert choices_text(["open", "a, b", 5]) == 'open, "a, b", 5'
