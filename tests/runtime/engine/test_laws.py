"""The engine's laws over random histories of random flows (DESIGN, "The engine's laws")."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.engine.codec import decode_event, encode_event
from runtime.engine.copying import copied
from runtime.engine.events import Envelope
from runtime.engine.fold import apply, continue_fold, fold
from runtime.engine.outstanding import outstanding
from runtime.engine.simulate import Simulation
from runtime.engine.state import JournalMismatch, State, Step, TaskState
from tests.runtime.engine.histories import histories

pytestmark = pytest.mark.timeout(1_800)
"""the storm draws 2,000 histories for each law"""


@given(histories(), st.data())
def test_law_2_fold_of_a_whole_is_fold_of_its_parts(played: Simulation, data: st.DataObject) -> None:
    entries, plan = played.entries(), played.plan()
    cut = data.draw(st.integers(0, len(entries)))
    assert continue_fold(plan, fold(plan, entries[:cut], played.run), entries[cut:]) == fold(plan, entries, played.run)


@given(histories(), st.data())
def test_what_is_folded_onto_a_copy_leaves_the_state_as_it_was(played: Simulation, data: st.DataObject) -> None:
    entries, plan = played.entries(), played.plan()
    cut = data.draw(st.integers(0, len(entries)))
    state = fold(plan, entries[:cut], played.run)
    twin, before = copied(state), copy.deepcopy(state)
    assert twin == state
    assert all(twin.steps[name] is step for name, step in [*twin.live.items(), *twin.calling.items()])
    assert continue_fold(plan, twin, entries[cut:]) == fold(plan, entries, played.run)
    assert state == before


def test_a_copy_shares_no_suspensions_and_no_delegations() -> None:
    at = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    task = TaskState("1", "finance", delegations={"ann": "bob"}, delegated_until={"ann": at})
    step = Step("t#1", "t", 1, "waiting", 2, at, {}, (), [], task=task)
    state = State(run="r", suspensions={"parent:7"}, holding={"parent:7"}, steps={"t#1": step})
    before = copy.deepcopy(state)
    twin = copied(state)
    held = twin.steps["t#1"].task
    assert held is not None
    held.delegated_until["ann"] += dt.timedelta(days=1)
    twin.suspensions.add("parent:9")
    twin.holding.add("parent:9")
    assert state == before


@given(histories())
def test_law_3_commands_and_rows_are_functions_of_the_journal(played: Simulation) -> None:
    held = played.held()
    folded = played.state()
    if held is not None:
        assert held == folded, "the state in memory is the fold of the journal"
        assert outstanding(played.plan(), held) == outstanding(played.plan(), folded)
    assert played.rows() == played.rebuilt(), "the stored rows are the rows computed anew"


@given(histories(), st.data())
def test_law_2_an_impossible_event_changes_nothing(played: Simulation, data: st.DataObject) -> None:
    entries, plan = played.entries(), played.plan()
    cut = data.draw(st.integers(0, len(entries)))
    state = fold(plan, entries[:cut], played.run)
    before = copy.deepcopy(state)
    stray = data.draw(st.sampled_from(entries)).event
    try:
        apply(plan, state, Envelope(played.run, state.seq + 1, entries[-1].at, entries[-1].actor, stray))
    except JournalMismatch:
        assert state == before
    else:
        assert state.seq == cut + 1


@given(histories())
def test_law_4_one_key_per_step_unless_a_person_edits(played: Simulation) -> None:
    edited = {
        e.incident
        for run in played.runs()
        for e in played.journal(run)
        if type(e).__name__ == "IncidentResolved" and e.how == "edit"
    }
    keys: dict[str, set[str]] = {}
    for effect in played.effects:
        keys.setdefault(f"{effect.run} {effect.step}", set()).add(effect.key)
    assert all(len(found) <= 1 + len(edited) for found in keys.values())
    every = [key for found in keys.values() for key in found]
    assert len(every) == len(set(every)), "no key serves two steps"


@given(histories())
def test_a_step_ends_once_and_a_terminal_run_is_final(played: Simulation) -> None:
    ended: set[str] = set()
    finished = False
    for event in played.journal():
        name = type(event).__name__
        assert not finished or name == "AttemptReportedLate"
        if name in ("StepCompleted", "StepCancelled") and event.step:
            assert event.step not in ended
            ended.add(event.step)
        finished = finished or name in ("RunCompleted", "RunCancelled")
    assert played.state().terminal == finished


@given(histories())
def test_i7_a_live_run_always_has_something_that_can_move_it(played: Simulation) -> None:
    state = played.state()
    if state.terminal or state.gated:
        return
    rows = played.rows()
    assert (
        rows.run.next_due is not None or rows.tasks or rows.incidents or rows.waits or outstanding(played.plan(), state)
    ), state


@given(histories())
def test_events_survive_the_journals_spelling(played: Simulation) -> None:
    for entry in played.entries():
        assert decode_event(*encode_event(entry.event)) == entry.event


@given(histories())
def test_once_is_never_asked_for_twice_without_a_persons_word(played: Simulation) -> None:
    resolved = sum(type(e).__name__ == "IncidentResolved" and e.how in ("retry", "edit") for e in played.journal())
    once = [effect.step for effect in played.effects if effect.effect == "once" and effect.run == played.run]
    assert len(once) - len(set(once)) <= resolved


def test_a_gap_in_the_journal_is_a_mismatch() -> None:
    from runtime.engine.simulate import simulate
    from runtime.engine.stimuli import Start
    from tests.runtime.engine.drawing import draw

    played = simulate(
        draw({"begin": "start", "t": "task", "f": "end"}, "begin -> t.approved -> f"), [Start(flow="flow")]
    )
    entries = played.entries()
    with pytest.raises(JournalMismatch):
        fold(played.plan(), [entries[0], *entries[2:]], "r1")


def test_x7_an_epoch_is_claimed_once() -> None:
    from runtime.engine.events import SYSTEM, RunClaimed
    from runtime.engine.simulate import Crash, Start, simulate
    from tests.runtime.engine.drawing import draw

    flow = draw({"begin": "start", "r": "read", "f": "end"}, "begin -> r -> f")
    played = simulate(flow, [Start(flow="flow"), Crash()])
    state = played.state()
    again = Envelope("r1", state.seq + 1, played.now, SYSTEM, RunClaimed("other", state.epoch, "lost"))
    with pytest.raises(JournalMismatch, match="epoch 1 of r1 was claimed before"):
        apply(played.plan(), state, again)
    assert state == played.state()


@given(histories())
def test_law_3_what_is_held_in_memory_is_what_the_journal_gives_back_once_written_and_read(played: Simulation) -> None:
    read = [
        Envelope(entry.stream, entry.seq, entry.at, entry.actor, decode_event(*encode_event(entry.event)))
        for entry in played.entries()
    ]
    held = played.held()
    assert fold(played.plan(), read, played.run) == (held if held is not None else played.state())


@given(histories())
def test_w2_a_signal_is_consumed_at_most_once_by_each_flow(played: Simulation) -> None:
    for stream in played.streams():
        entries = played.stream(stream)
        if stream.startswith("inbox/"):
            taken = [(e.event.signal, e.event.flow) for e in entries if type(e.event).__name__ == "SignalConsumed"]
            assert len(taken) == len(set(taken))
            for entry in entries:
                if type(entry.event).__name__ == "SignalConsumed":
                    told = [e.signal for e in played.journal(entry.event.run) if type(e).__name__ == "SignalDelivered"]
                    assert entry.event.signal in told, "consumed and delivered stand in one append"


@given(histories())
def test_a3_nobody_stands_in_two_answers_that_count_and_no_requester_in_any(played: Simulation) -> None:
    state = played.state()
    for step in state.steps.values():
        if step.task is None:
            continue
        people = [who for a in step.task.current() for who in {a.by, a.on_behalf_of} - {None}]
        assert len(people) == len(set(people))
        if getattr(played.plan().nodes[step.node].behaviour, "not_requester", False):
            assert state.requester not in people


@given(histories())
def test_l3_one_budget_raises_one_incident(played: Simulation) -> None:
    assert sum(i.kind == "budget" for i in played.rows().incidents) <= 1


@given(histories())
def test_b2_each_child_has_one_parent_that_wanted_it_and_hears_of_its_end_once(played: Simulation) -> None:
    runs = played.runs()
    for run in runs:
        rows = played.rows(run)
        journal = played.journal(run)
        wanted = [event.child for event in journal if type(event).__name__ == "ChildStarted"]
        heard = [event.child for event in journal if type(event).__name__ == "ChildEnded"]
        assert len(wanted) == len(set(wanted))
        assert len(heard) == len(set(heard))
        assert set(heard) <= set(wanted)
        if rows.run.ended_at is not None:
            assert set(heard) == set(wanted), "a run never ends before its children"
        for child in wanted:
            found = played.rows(child) if child in runs else None
            if found is None:
                assert child in heard or rows.run.state == "suspended", "wanted, and neither there nor given up"
            else:
                assert found.run.parent == run
                assert (child in heard) == (found.run.ended_at is not None)
        if rows.run.parent is not None:
            assert run in [e.child for e in played.journal(rows.run.parent) if type(e).__name__ == "ChildStarted"]


@given(histories())
def test_f4_the_outputs_of_a_loop_are_as_many_as_its_items(played: Simulation) -> None:
    for run in played.runs():
        for step in played.state(run).steps.values():
            if step.calls is not None and step.state == "completed" and isinstance(step.output, dict):
                items = step.input.get("items") if isinstance(step.input, dict) else None
                if "outputs" in step.output and items is not None:
                    assert len(step.output["outputs"]) == len(items)
                    assert step.calls.open == {}
