"""How an id that has no title is read."""

from __future__ import annotations

import pytest

from designer.document.names import as_read


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
