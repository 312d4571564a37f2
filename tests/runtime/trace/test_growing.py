"""A trace that grows with its run tells the same as one that is built from the whole journal, at every event."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path

import pytest

from runtime.engine.events import Actor, Envelope, StepCompleted, StepStarted
from runtime.trace import MASK, NO_DRAWING, build_trace
from runtime.trace.growing import GrowingTrace
from tests.runtime.engine.golden_histories import FOLDER, read

AT = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.jsonl")), ids=lambda path: path.stem)
def test_at_every_event_it_equals_the_trace_that_is_built_anew(path: Path) -> None:
    _, _, entries, _ = read(path)
    growing = GrowingTrace()
    shown = []
    for seen, entry in enumerate(entries, 1):
        growing.add(entry)
        assert growing.trace == build_trace(entries[:seen])
        shown.append((growing.trace, copy.deepcopy(growing.trace)))
    assert all(then == kept for then, kept in shown), "what was shown must not change under whoever shows it"


def journal(*events: object) -> list[Envelope]:
    return [Envelope("r1", seq, AT, Actor("system", "engine"), event) for seq, event in enumerate(events, 1)]  # type: ignore[arg-type]


def begun(step: str, given: object = None) -> StepStarted:
    return StepStarted(step=step, input=given)


def done(step: str, output: object) -> StepCompleted:
    return StepCompleted(step=step, port="done", output=output)


def test_steps_that_nothing_happened_to_are_not_made_again_unless_a_text_came_to_be_hidden() -> None:
    entries = journal(
        begun("a#1"), done("a#1", {"said": "the word is hunter22"}), begun("b#1"),
        done("b#1", {"seen": 1}), begun("c#1", {"password": "hunter22"}),
    )  # fmt: skip
    growing = GrowingTrace()
    for entry in entries[:3]:
        growing.add(entry)
    first, second = growing.trace.spans
    growing.add(entries[3])
    assert growing.trace.spans[0] is first
    assert growing.trace.spans[1] is not second
    assert growing.trace.spans[0].output == {"said": "the word is hunter22"}
    growing.add(entries[4])
    assert growing.trace.spans[0].output == {"said": f"the word is {MASK}"}
    assert growing.trace == build_trace(entries, NO_DRAWING)
    assert growing.trace is growing.trace
