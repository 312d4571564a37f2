"""What an outsider relies on when he calls `simulate`: how it is reached, its two ways, and its refusals."""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.engine import simulate as face
from runtime.engine.commands import PerformAttempt
from runtime.engine.inbox import inbox_stream
from runtime.engine.rows import IncidentRow, TaskRow
from runtime.engine.simulate import START_AT, Actor, Advance, Broke, Crash, Replied, Simulation, To, Together
from runtime.engine.simulate import simulate as plain
from runtime.engine.stimuli import Answer, AttemptReplied, Cancel, ClaimTask, ReviseTask, SendSignal, Start
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.ways import simulate

OK = {"status": 200}
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


def test_the_example_of_the_readme_holds_as_it_stands() -> None:
    readme = (Path(__file__).parents[3] / "runtime" / "engine" / "README.md").read_text(encoding="utf-8")
    example = readme.partition("```python\n")[2].partition("```")[0]
    assert "assert (played.state().outcome" in example
    exec(compile(example, "README.md", "exec"), {})


def test_the_readme_names_fields_that_there_are() -> None:
    readme = (Path(__file__).parents[3] / "runtime" / "engine" / "README.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\| `(\w+)(?:\(\))?` \| (.*) \|$", readme.partition("| the simulation shows")[2], re.M))
    for name, row in (("tasks", TaskRow), ("incidents", IncidentRow), ("effects", PerformAttempt)):
        named = set(re.findall(r"`([a-z_]+)`", shown[name].partition(":")[2]))
        assert named, name
        assert named <= set(row.__struct_fields__), name


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


@pytest.mark.parametrize(
    ("flow", "more", "said"),
    [
        (None, {}, "a NoneType is no flow"),
        ([FLOW], {}, "a list is no flow"),
        ("flows/refund.flow.json", {}, "a str is no flow"),
        ({}, {}, "no flow to play"),
        (FLOW, {"stimuli": Start(flow="")}, "brought as a list"),
        (FLOW, {"stimuli": None}, "brought as a list"),
        (FLOW, {"start_at": dt.datetime(2026, 1, 5)}, "an instant with its zone"),  # noqa: DTZ001
        (FLOW, {"start_at": "2026-01-05"}, "an instant with its zone"),
        (FLOW, {"new_id": "r"}, "new_id is a function"),
        (FLOW, {"types": [1]}, "types are node types"),
        (FLOW, {"seed": "x"}, "a seed is a whole number"),
        (FLOW, {"decisions": {"limits": "<definitions/>"}}, "'limits' is given as its bytes"),
    ],
)
def test_what_can_not_be_played_is_said_before_anything_is(flow: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        simulate(flow, **more)


@pytest.mark.parametrize(
    ("stimulus", "said"),
    [
        ("start", "is no stimulus"),
        (Start, "is no stimulus"),
        ({"flow": ""}, "is no stimulus"),
        (Advance("1"), "give seconds"),  # type: ignore[arg-type]
        (Advance(float("nan")), "give seconds"),
        (Advance(dt.timedelta(hours=1)), "give seconds"),  # type: ignore[arg-type]
        (Advance(1e300), "give seconds"),
        (Crash("before_append", 0), "none of the number 0"),
        (Crash("before_append", "x"), "none of the number 'x'"),  # type: ignore[arg-type]
        (To("r1", Advance(1)), "bring it without To"),  # type: ignore[arg-type]
        (To("r1", Start(flow="")), "bring it without To"),  # type: ignore[arg-type]
        (To("r1", To("r1", Cancel())), "bring it without To"),  # type: ignore[arg-type]
        (To("r1", Broke("r#1", draw=1)), "from 0 to below 1"),
        (Together(Start(flow="")), "takes several stimuli"),  # type: ignore[arg-type]
        (Together(("x",)), "is no stimulus"),  # type: ignore[arg-type]
        (Broke("r#1", draw="x"), "from 0 to below 1"),  # type: ignore[arg-type]
        (Broke("r#1", retryable="yes"), "retryable is True or False"),  # type: ignore[arg-type]
        (Broke("r#1", unclear=1), "unclear is True or False"),  # type: ignore[arg-type]
    ],
)
def test_a_stimulus_that_is_none_is_said_and_changes_nothing(stimulus: Any, said: str) -> None:
    played = simulate(FLOW, [Start(flow="")])
    before = told(played)
    with pytest.raises((TypeError, ValueError), match=said):
        played.play(stimulus)
    assert told(played) == before
    assert played.play(Replied("r#1", {"status": 200})).state().steps["t#1"].state == "waiting"


@pytest.mark.parametrize(
    ("made", "said"),
    [("same", "earlier run"), ("", "1 to 100"), (5, "1 to 100"), ("a:b", "colon"), ("r" * 101, "1 to")],
)
def test_an_id_that_can_be_none_is_said_when_it_is_made(made: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        simulate(FLOW, [Start(flow=""), Start(flow="")], new_id=lambda n: made)


def test_what_comes_before_any_start_is_refused_in_words() -> None:
    played = simulate(FLOW, [Cancel(), Replied("r#1")])
    assert [refusal.message for refusal in played.refusals] == ["No run has been started yet."] * 2
    with pytest.raises(LookupError, match="there is no run 'nowhere'"):
        played.rows("nowhere")


@pytest.mark.parametrize(
    ("roles", "codes"), [("finance", ["TYPE"]), ([5], ["TYPE"]), (["finance"], []), ({"x"}, ["ROLE"])]
)
def test_a3_roles_are_several_texts_and_never_one(roles: Any, codes: list[str]) -> None:
    played = simulate(FLOW, [Start(flow=""), Replied("r#1", {"status": 200})])
    played.play(Answer(step="t#1", choice="approved", by="petra", roles=roles))
    assert [refusal.code for refusal in played.refusals] == codes


def test_what_is_closed_plays_nothing_more() -> None:
    played = simulate(FLOW, [Start(flow="")])
    played.close()
    with pytest.raises(ValueError, match="closed"):
        played.play(Cancel())


def test_a_host_that_is_closed_says_so_when_it_is_looked_at() -> None:
    played = face(FLOW, [Start(flow="")], through="host")
    played.close()
    with pytest.raises(ValueError, match="closed"):
        played.journal()


def test_a_start_of_one_of_several_names_it() -> None:
    flows = {name: draw({"begin": "start", "ok": "end ok"}, "begin -> ok", id=name) for name in ("one", "two")}
    with pytest.raises(ValueError, match="say which one is started: one, two"):
        simulate(flows, [Start(flow="")])


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"mode": "n"}, '"j" is not filled in: say in How many for how many branches to wait.'),
        ({"mode": "some"}, "\"j\" is not filled in: mode should be one of 'all', 'any' or 'n'."),
        (
            {"modus": "all"},
            '"j" is not filled in: modus is not a field that this kind of step knows; did you mean mode?',
        ),
        ({"n": "two"}, '"j" is not filled in: n should be a whole number.'),
    ],
    ids=repr,
)
def test_v2_a_step_that_is_not_filled_in_says_so_in_plain_words(config: Any, words: str) -> None:
    flow = draw({"begin": "start", "j": ("join", {"config": config}), "f": "end ok"}, "begin -> j -> f")
    (incident,) = simulate(flow, [Start(flow="")]).incidents()
    assert (incident.kind, incident.message) == ("unreadable", words)


def test_a_flow_may_come_from_pythons_own_reader_of_json() -> None:
    drawn = FLOW.model_dump(by_alias=True, mode="json")
    drawn["nodes"][1].update(type="adapters/http_request", retry={"attempts": 2, "first_delay": 0.5, "jitter": 0.2})
    drawn["nodes"][1]["config"].update(method="GET")
    played = simulate(Flow.model_validate(json.loads(json.dumps(drawn))), [Start(flow=""), Broke("r#1", draw=0.5)])
    assert played.state().steps["r#1"].timers["retry"] == START_AT + dt.timedelta(seconds=0.55)


@pytest.mark.parametrize(
    ("stimulus", "status", "words"),
    [
        (Replied("r", OK), 404, "There is no step r in r1. The first one of a node is called r#1."),
        (Replied("x#1", OK), 404, "There is no step x#1 in r1."),
        (Replied("t#1", OK), 404, "t#1 asks no other system, so none can reply to it."),
        (AttemptReplied(step="r#1", attempt=2), 404, "r1 has no attempt 2 of r#1."),
        (
            Answer(step="t", choice="approved", by="petra"),
            404,
            "There is no task r1:t. The first one of a node is called",
        ),
        (Answer(step="r1:t#1", choice="approved", by="petra"), 404, "There is no task r1:r1:t#1."),
        (ClaimTask(step="r#1", who="petra"), 404, "r1:r#1 is no task."),
        (Start(flow="", budgets=5), 422, "What stands under 'budgets' is a int; it should be a limit by name."),
        (ReviseTask(step="t#1", input="x", actor=Actor("user", "op")), 422, "What a task shows is an object"),
    ],
    ids=repr,
)
def test_what_is_named_wrongly_says_so(stimulus: Any, status: int, words: str) -> None:
    flow = draw(
        {"begin": "start", "r": "once", "t": "task", "f": "end ok"}, "begin -> r -> f", "begin -> t.approved -> f"
    )
    (refusal,) = simulate(flow, [Start(flow=""), stimulus]).refusals
    assert (refusal.status, refusal.message[: len(words)]) == (status, words)


def test_a_host_that_dies_with_a_step_under_way_says_nothing_more(caplog: pytest.LogCaptureFixture) -> None:
    # Said at the end of a forgotten one, thus amid any other code, it also broke what that code was just doing.
    for stimuli in ([Start(flow="")], [Start(flow=""), Crash()]):
        forgotten = plain(FLOW, stimuli, through="host")
        assert [effect.step for effect in forgotten.effects] == ["r#1"]
        del forgotten
    assert caplog.records == []
