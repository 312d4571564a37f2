"""The one loop that brings older files up, proven with made-up steps; and every released step with its stored files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runtime.model.canonical import read_json, write_json
from runtime.model.migrations import FORMAT_VERSION, FormatProblem, found_steps, upgraded

HERE = Path(__file__).parent


def steps_are_called_nodes(kind: str, raw: dict[str, Any]) -> dict[str, Any]:
    assert kind == "flow"
    return {**{key: value for key, value in raw.items() if key != "steps"}, "nodes": raw["steps"]}


def the_zone_is_said(kind: str, raw: dict[str, Any]) -> dict[str, Any]:
    # The version that the loop stamped is that of the step before, whatever that step did.
    assert raw["format_version"] == 2
    return {**raw, "zone": "UTC", "format_version": 99}


MADE_UP = {2: steps_are_called_nodes, 3: the_zone_is_said}


def stored(name: str) -> Any:
    return read_json((HERE / name).read_bytes())


def test_every_step_runs_once_in_order_and_the_loop_stamps_the_version() -> None:
    before = stored("made_up/flow.before.json")
    after = upgraded("flow", before, steps=MADE_UP, newest=3)
    assert write_json(after) == (HERE / "made_up/flow.after.json").read_bytes()
    assert before == stored("made_up/flow.before.json"), "a step must not change what it was given"


def test_a_file_in_between_takes_only_the_steps_that_it_lacks() -> None:
    assert upgraded("flow", {"format_version": 2, "nodes": []}, steps=MADE_UP, newest=3) == {
        "format_version": 3,
        "nodes": [],
        "zone": "UTC",
    }


def test_a_file_of_today_passes_unchanged_and_one_without_a_version_is_of_the_first() -> None:
    assert upgraded("flow", {"id": "x"}, steps={}, newest=1) == {"id": "x"}
    assert upgraded("flow", {"steps": []}, steps=MADE_UP, newest=2) == {"nodes": [], "format_version": 2}


@pytest.mark.parametrize("version", [FORMAT_VERSION + 1, 10**30])
def test_a_newer_file_is_refused_with_what_to_do(version: int) -> None:
    with pytest.raises(FormatProblem, match="newer Baton; nothing was changed"):
        upgraded("flow", {"format_version": version})


@pytest.mark.parametrize("version", [0, -1, "1", None, True, 1.5, [1]])
def test_a_version_that_is_none_is_refused(version: object) -> None:
    with pytest.raises(FormatProblem, match="whole number"):
        upgraded("flow", {"format_version": version})


def test_no_step_is_missing_and_each_has_its_stored_files() -> None:
    steps = found_steps()
    assert sorted(steps) == list(range(2, FORMAT_VERSION + 1))
    for number in steps:
        pairs = sorted((HERE / str(number)).glob("*.before.json"))
        assert pairs, f"step {number} has no stored file before and after"
        for before in pairs:
            kind = before.name.removesuffix(".before.json")
            after = before.with_name(f"{kind}.after.json")
            assert write_json(upgraded(kind, read_json(before.read_bytes()), newest=number)) == after.read_bytes()
