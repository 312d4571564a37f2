"""Law 6: recorded journals fold alike for ever. How they are recorded: ``golden_histories.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.engine.golden_histories import FOLDER, folded, histories, lines, read

FILES = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_law_6_v2_a_recorded_journal_folds_to_the_state_that_was_recorded(path: Path) -> None:
    today, recorded = folded(path)
    assert today == recorded


def test_law_6_every_history_has_its_golden_journal_and_today_writes_the_same_events() -> None:
    # Not a promise for ever: a changed behaviour gets a history of its own, and the old file stays.
    played = histories()
    assert {path.stem for path in FILES} >= set(played)
    for name, now in played.items():
        _, _, entries, _ = read(FOLDER / f"{name}.jsonl")
        assert [entry.event for entry in entries] == now.journal(), name
        assert len(lines(now)) == len(entries) + 2
