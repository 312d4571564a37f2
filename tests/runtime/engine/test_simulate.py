"""What an outsider relies on when he calls `simulate`: how it is reached, its two ways, and its refusals."""

from __future__ import annotations

import asyncio
import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.engine import simulate as face
from runtime.engine.inbox import inbox_stream
from runtime.engine.simulate import START_AT, Advance, Crash, Replied, Simulation, To, Together
from runtime.engine.simulate import simulate as plain
from runtime.engine.stimuli import Answer, Cancel, SendSignal, Start
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate

module = importlib.import_module(face.__name__)
FLOW = draw({"begin": "start", "r": "once", "t": "task", "f": "end ok"}, "begin -> r -> t.approved -> f")
STORY = [
    Start(flow=""),
    Crash("after_append", 2),
    Replied("r#1", {"status": 200}),
    Crash(),
    Answer(step="t#1", choice="approved", by="petra"),
]


def test_each_way_is_what_it_says(through: str) -> None:
    played = simulate(FLOW, STORY)
    assert (played.through, type(played).__module__.startswith("runtime.host")) == (through, through == "host")
    assert played.state().outcome == "ok"
    assert [effect.step for effect in played.effects] == ["r#1"]


def test_a_test_that_asks_for_no_way_is_played_both_ways(request: pytest.FixtureRequest) -> None:
    assert request.node.callspec.params["through"] == simulate(FLOW).through


def test_the_module_may_be_called_like_its_function() -> None:
    assert told(face(FLOW, STORY)) == told(plain(FLOW, STORY)) == told(face.simulate(FLOW, STORY, through="host"))


def test_an_outsider_needs_one_import_for_either_way() -> None:
    lines = (
        "import sys\n"
        "from runtime.engine.simulate import simulate\n"
        "assert not {'runtime.host', 'runtime.store', 'sqlalchemy'} & set(sys.modules)\n"
        "from tests.runtime.engine.test_simulate import FLOW\n"
        "print(simulate(FLOW, through='host').runs())\n"
    )
    root = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, cwd=root, check=False)
    assert (ended.stdout, ended.stderr) == ("[]\n", "")


def test_the_readme_names_what_can_be_imported_from_here() -> None:
    readme = (Path(__file__).parents[3] / "runtime" / "engine" / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| stimulus |")[2].partition("An attempt waits")[0]
    named = set(re.findall(r"`([A-Z]\w+)\b", table))
    assert named - {"Done"} == set(module.__all__) - {
        "START_AT",
        "Actor",
        "Played",
        "Refusal",
        "Simulation",
        "simulate",
    }


def test_a_way_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="through 'paper'; there are host, memory"):
        plain(FLOW, through="paper")


def test_a_crash_at_no_point_is_refused() -> None:
    with pytest.raises(ValueError, match="no point to crash at; there are idle, before_append, after_append"):
        simulate(FLOW, [Start(flow=""), Crash("while_asleep")])


@pytest.mark.parametrize("each", [Crash(), Advance(60), Together(())])
def test_what_can_not_come_together_with_others_is_refused(each: Any) -> None:
    with pytest.raises(ValueError, match="can't happen together with others"):
        simulate(FLOW, [Together((Start(flow=""), each))])


def test_what_comes_together_comes_one_after_the_other_unless_a_seed_is_drawn_from() -> None:
    both = Together((Replied("r#1", {"status": 200}), Answer(step="t#1", choice="approved", by="petra"), Advance(0)))
    played = simulate(FLOW, [Together((Start(flow=""), SendSignal(name="paid", key="k"))), both])
    assert (played.state().outcome, played.refusals) == ("ok", [])


def test_an_unknown_run_is_refused_and_looking_for_it_says_so() -> None:
    played = simulate(FLOW, [To("nowhere", Cancel()), To("nowhere", Replied("r#1"))])
    assert [(it.status, it.code) for it in played.refusals] == [(404, "RUN_UNKNOWN")] * 2
    with pytest.raises(LookupError, match="there is no run 'nowhere'"):
        played.plan("nowhere")


def test_a_simulation_shows_its_runs_journals_and_clock() -> None:
    played = simulate(FLOW, [Start(flow=""), SendSignal(name="paid", key="k"), Start(flow=""), Advance(60)])
    assert played.runs() == ["r1", "r2"]
    inbox = inbox_stream("paid", "k")
    assert played.streams() == [inbox, "r1", "r2"]
    assert [type(entry.event).__name__ for entry in played.stream(inbox)] == ["SignalReceived"]
    assert (played.now - START_AT).total_seconds() == 60
    assert played.rows() == played.rebuilt()


def test_it_may_be_played_from_within_an_event_loop() -> None:
    async def story() -> str | None:
        with face(FLOW, STORY, through="host") as played:
            return played.state().outcome

    assert asyncio.run(story()) == "ok"


def test_with_gives_the_file_of_a_host_back() -> None:
    with face(FLOW, STORY, through="host") as played:
        place = Path(played._held.path)  # type: ignore[attr-defined]
        assert place.exists()
    assert not place.parent.exists()


def test_a_forgotten_simulation_leaves_no_folder() -> None:
    played: Simulation | None = face(FLOW, STORY, through="host")
    place = Path(played._held.path)  # type: ignore[union-attr]
    played = None
    assert not place.parent.exists()


def test_what_is_no_flow_is_said_at_once() -> None:
    with pytest.raises(TypeError, match="what stands under 'id' is a str; give a Flow"):
        simulate({"id": "flow", "nodes": []})  # type: ignore[dict-item]


def test_a_start_of_one_of_several_names_it() -> None:
    flows = {name: draw({"begin": "start", "ok": "end ok"}, "begin -> ok", id=name) for name in ("one", "two")}
    with pytest.raises(ValueError, match="say which one is started: one, two"):
        simulate(flows, [Start(flow="")])
