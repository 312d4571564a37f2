"""The given part of the DMN TCK, run through `nodes.dmn` as a user would.

What counts: cases whose expected value is not null (an engine that always answers null passes the others), in all and
as the mean over folders. The table of misses is printed. Foreign functions (Java) are refused by design and count as
misses.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nodes.dmn import DecisionModel, DmnError, read_model
from tests.tck.tck_cases import Case, agrees, cases_of

SUITE = Path(__file__).resolve().parents[2].parent / "shared" / "dmn-tck" / "TestCases"
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
FLOOR = 0.99

pytestmark = pytest.mark.skipif(
    not SUITE.is_dir(), reason="the DMN TCK is not beside this checkout (shared/dmn-tck): nothing to run"
)


@dataclass
class Tally:
    """What came out of one folder."""

    cases: int = 0
    right: int = 0
    values: int = 0
    misses: list[tuple[Case, str]] = field(default_factory=list)


@cache
def _model(path: Path) -> DecisionModel:
    others = [other for other in sorted(path.parent.glob("*.dmn")) if other != path]
    return read_model(path, others)


def _answer(case: Case) -> Any:
    model = _model(case.model)
    if case.service is None:
        return model.evaluate(case.result, case.inputs, now=NOW).value
    value = model.invoke_service(case.service, case.inputs, now=NOW).value
    outputs = model.services[case.service].outputs
    return value[case.result] if len(outputs) > 1 and isinstance(value, dict) else value


@cache
def _tallies() -> dict[str, Tally]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for folder in sorted(SUITE.glob("compliance-level-*/*")):
        for case in cases_of(folder):
            tally = tallies[case.folder]
            tally.cases += 1
            tally.values += case.has_value
            try:
                answer = _answer(case)
            except DmnError as error:
                tally.misses.append((case, str(error)))
                continue
            if not agrees(answer, case.expected):
                tally.misses.append((case, repr(answer)))
            elif case.has_value:
                tally.right += 1
    return tallies


def _misses() -> str:
    lines = [
        f"{case.folder} {case.id} {case.result}: wanted {case.expected!r}, got {got}"
        for tally in _tallies().values()
        for case, got in tally.misses
    ]
    return f"{len(lines)} misses\n" + "\n".join(lines)


def test_nearly_all_cases_with_a_value_come_out_right() -> None:
    tallies = _tallies().values()
    right, values = sum(tally.right for tally in tallies), sum(tally.values for tally in tallies)
    print(f"{right} of {values} value cases ({right / values:.2%})\n{_misses()}")
    assert values > 500, "the suite is there, but hardly anything in it was read"
    assert right / values >= FLOOR, _misses()


def test_the_mean_over_folders_is_as_high() -> None:
    """A small folder weighs as much as one of a thousand cases: nothing is left out for being rare.

    All cases of a folder count here, those of null too: by this measure an engine that always answers null has 24 %.
    """
    tallies = _tallies().values()
    of_values = [tally.right / tally.values for tally in tallies if tally.values]
    of_all = [1 - len(tally.misses) / tally.cases for tally in tallies]
    means = {"value cases": sum(of_values) / len(of_values), "all cases": sum(of_all) / len(of_all)}
    print(f"mean over {len(of_all)} folders: " + ", ".join(f"{of} {mean:.2%}" for of, mean in means.items()))
    assert means["all cases"] >= FLOOR, _misses()


def test_hardly_a_case_of_null_is_answered_with_a_value() -> None:
    tallies = _tallies().values()
    wrong = [case for tally in tallies for case, _ in tally.misses if not case.has_value]
    print(f"{len(wrong)} cases of null came out otherwise")
    assert len(wrong) <= 5, _misses()
