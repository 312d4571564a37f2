"""Law 6: recorded journals fold alike for ever. How they are recorded: ``golden_histories.py``."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from runtime.engine import memory_player
from runtime.engine.copying import copied
from runtime.engine.decide import WHOLE
from runtime.engine.fold import apply
from runtime.engine.state import State
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


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_at_every_event_a_copy_goes_its_own_way(path: Path) -> None:
    plan, run, entries, _ = read(path)
    state = State(run=run)
    for entry in entries:
        twin, before = copied(state), copy.deepcopy(state)
        apply(plan, twin, entry)
        assert state == before, type(entry.event).__name__
        apply(plan, state, entry)
        assert twin == state


@pytest.mark.parametrize("piece", [1, WHOLE])
def test_what_is_played_in_pieces_writes_the_same_bytes(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = {name: lines(played) for name, played in histories().items()}
    monkeypatch.setattr(memory_player, "PIECE", piece)
    assert {name: lines(played) for name, played in histories().items()} == usual
