"""Analysis of small random tables against asking FEEL for every combination of telling values."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from decimal import Decimal
from typing import Any

import pytest

from nodes.dmn.analysis import Analysis, analyse
from nodes.dmn.boxed import DecisionTable
from nodes.feel import DaysTimeDuration, YearsMonthsDuration, unary_tests
from nodes.feel.temporal_text import parse_at
from tests.nodes.dmn.models import decision, input_element, model_of, table

NUMBERS = ["-", "< 1", "<= 1", "> 1", ">= 2", "[1..2]", "(1..3)", "2", "1, 3", "not(2)", "not([1..2])", "< 1, > 2",
           "]1..2]", "? > 1 and ? < 3", "not(? = 2)", "? in (1, [2..3])", "? between 1 and 2", "1 + 1", "[1, 3]",
           "!= 2", "? != 3", "= 1", "[1..2[", "not(1, [2..3])", "? = 1 or ? > 2", "? < 2 or ? >= 3 and ? != 4",
           "not(? in (1, 2))", "[3..1]", "-1", "< -1", "[[1..2], 3]", "2 < ?", "= 2, 3", "not(!= 2)", "sum([1, 1])",
           "? < 3 and not(? = 1)", "not(? between 1 and 2)", "true or ? > 1"]  # fmt: skip
TEXTS = ["-", '"a"', '"b", "c"', 'not("a")', 'not("a", "c")', '["a".."b"]', '> "a"', '? = "a" or ? = "c"', '< "b"',
         '("a".."b")', 'not(["a".."b"])', '"a" + "b"', '? != "a"', '""', 'not("")', '> ""', 'lower case("A")',
         'string(1)']  # fmt: skip
LISTED = ["-", '"a"', '"a", "b"', 'not("c")', 'starts with(?, "a")', "null", 'not("b")']
BOOLEANS = ["-", "true", "false", "not(true)", "true, false", "?", "not(?)", "? != true", "!= true", "not(? = true)"]
DATES = ["-", '< date("2026-01-02")', '>= @"2026-01-02"', '[@"2026-01-01"..@"2026-01-02"]', '@"2026-01-01"',
         'not(@"2026-01-03")', '> @"2026-01-03"',
         '@"2026-01-01" + @"P1D"', "date(2026, 1, 2)", '? >= @"2026-01-02" and ? < @"2026-01-04"']  # fmt: skip
NULLABLE = ["-", "null", "not(null)", "1", "< 2", ">= 2", "null, 3", "not(1)", "? = null", "not(? = null)",
            "not(null, 1)", "? in (null, 2)", "? = null or ? > 2", "!= null", "!= 1"]  # fmt: skip
DAYS = ["-", '< @"P1D"', '[@"P1D"..@"P2D"]', '> @"P1DT12H"', '@"P1D"', 'not(@"P2D")']
MIXED = ["-", '"a"', "5", 'not("a")', "not(5)", "> 4", '"a", 5', 'not("a", 5)', '< "b"', "[4..5]"]
MONTHS = ["-", '<= @"P1M"', '>= @"P2M"', '@"P3M"', 'not(@"P1M", @"P2M")']
TIMES = ["-", '@"10:00:00"', '< @"10:00:00"', '> @"10:00:00"', '[@"10:00:00"..@"10:00:02")', 'not(@"10:00:01")']
MOMENTS = ["-", '@"2026-01-01T00:00:00"', '< @"2026-01-01T00:00:00"', '>= @"2026-01-01T00:00:01"',
           'not(@"2026-01-01T00:00:00")']  # fmt: skip
ZONED = ["-", '@"2026-01-01T00:00:00Z"', '< @"2026-01-01T01:00:00+01:00"', '>= @"2026-01-01T00:00:01Z"',
         'not(@"2026-01-01T00:00:00Z")', '@"2026-01-01T01:00:00@Europe/Paris"']  # fmt: skip


def _times(*texts: str) -> list[Any]:
    return [parse_at(text) for text in texts]


COLUMNS: dict[str, tuple[str | None, str, list[str], list[Any]]] = {
    "number": ("number", "", NUMBERS, [Decimal(n) / 4 for n in range(-8, 18)]),
    "text": ("string", "", TEXTS, ["", "A", "a", "aa", "ab", "b", "ba", "c", "ca", "z", "1", "0", "2"]),
    "listed": ("string", '"a", "b", "c", null', LISTED, ["a", "b", "c", None]),
    "boolean": ("boolean", "", BOOLEANS, [True, False]),
    "date": ("date", "", DATES, [dt.date(2026, 1, day) for day in range(1, 6)] + [dt.date(2025, 12, 31)]),
    "nullable": ("number", "", [*NULLABLE, "null"], [Decimal(n) / 2 for n in range(9)] + [None]),
    "mixed": (None, "", MIXED, ["", "a", "aa", "b", "c", *(Decimal(n) / 2 for n in range(6, 13))]),
    "days": ("dayTimeDuration", "", DAYS, [DaysTimeDuration.of(hours=6 * n) for n in range(-1, 12)]),
    "months": ("yearMonthDuration", "", MONTHS, [YearsMonthsDuration(n) for n in range(-1, 6)]),
    "time": ("time", "", TIMES, _times("00:00:00", "09:59:59", "09:59:59.5", "10:00:00", "10:00:00.5", "10:00:01",
                                       "10:00:01.2", "10:00:02", "10:00:02.5", "23:00:00")),
    "zoned": (None, "", ZONED, _times("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z",
                                      "2026-01-01T00:00:01Z", "2026-01-01T00:30:00Z", "2026-01-02T00:00:00Z")),
    "moment": ("dateTime", "", MOMENTS, _times("2025-12-31T23:59:59", "2025-12-31T23:59:59.5", "2026-01-01T00:00:00",
                                               "2026-01-01T00:00:00.5", "2026-01-01T00:00:01", "2026-01-02T00:00:00")),
}  # fmt: skip
POLICIES = ["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER"]


def made_table(chance: random.Random) -> tuple[DecisionTable, Any, list[str], str]:
    kinds = chance.choices(list(COLUMNS), k=chance.choice([1, 2, 2, 3]))
    policy = chance.choice(POLICIES)
    rules = [
        [*(chance.choice(COLUMNS[of][2]) for of in kinds), chance.choice(['"x"', '"y"', '"z"'])]
        for _ in range(chance.choice([1, 2, 3, 4, 5]))
    ]
    for at, of in enumerate(kinds):
        if of == "nullable" and all("null" not in rule[at] for rule in rules):
            rules[0][at] = "null, 1"
        if of == "zoned":
            rules[0][at] = ZONED[1]  # so that values with a zone are meant
        if of == "mixed":
            rules[0][at] = '"a", 5'  # so that both kinds of values are meant
    names = [f"c{at}" for at in range(len(kinds))]
    inputs = [input_element(name, COLUMNS[of][0]) for name, of in zip(names, kinds, strict=True)]
    columns = [(name, COLUMNS[of][1]) if COLUMNS[of][1] else name for name, of in zip(names, kinds, strict=True)]
    model = model_of(
        *inputs, decision("D", table(columns, rules, policy, outputs=[{"allowed": '"x", "y", "z"'}]), names)
    )
    assert not model.problems
    return model.decisions["D"].logic, model, kinds, policy


class Asked:
    """The table, asked for every combination."""

    def __init__(self, rules: list[tuple[str, ...]], kinds: list[str]) -> None:
        self.points = list(itertools.product(*(COLUMNS[of][3] for of in kinds)))
        tests = {text: unary_tests(text) for rule in rules for text in rule}
        known: dict[tuple[str, Any], bool] = {}
        for rule in rules:
            for text, of in zip(rule, kinds, strict=True):
                for value in COLUMNS[of][3]:
                    known[text, value] = tests[text].evaluate(value) is True
        self.hits = [
            [at for at, rule in enumerate(rules) if all(known[text, v] for text, v in zip(rule, point, strict=True))]
            for point in self.points
        ]


def told_of(analysis: Analysis, points: list[Any]) -> set[int]:
    """The points that lie in a gap, by the cells that the gap says."""
    found: set[int] = set()
    for gap in analysis.gaps:
        tests = [unary_tests(text) for text in gap.region.cells]
        for number, point in enumerate(points):
            if all(test.evaluate(value) is True for test, value in zip(tests, point, strict=True)):
                found.add(number)
    return found


@pytest.mark.parametrize("seed", range(150))
def test_what_is_told_of_is_what_asking_finds(seed: int) -> None:
    chance = random.Random(seed)
    drawn, model, kinds, policy = made_table(chance)
    analysis = analyse(drawn, model)
    assert not analysis.cell_errors
    assert not analysis.unknown
    assert not analysis.gave_up
    rules = [rule.inputs for rule in drawn.rules]
    asked = Asked(rules, kinds)
    shown = f"{policy} {[(*rule.inputs, rule.outputs[0]) for rule in drawn.rules]}"
    gaps = {number for number, hits in enumerate(asked.hits) if not hits}
    assert told_of(analysis, asked.points) == gaps, shown
    for gap in analysis.gaps:
        for rule in rules:
            passed = [unary_tests(text).evaluate(v) is True for text, v in zip(rule, gap.region.example, strict=True)]
            assert not all(passed), f"{gap.region.example} in {shown}"
    outputs = [rule.outputs[0] for rule in drawn.rules]
    pairs = {pair for hits in asked.hits for pair in itertools.combinations(hits, 2)}
    if policy == "ANY":
        pairs = {(a, b) for a, b in pairs if outputs[a] != outputs[b]}
    expected = pairs if policy in {"UNIQUE", "ANY"} else set()
    assert {found.rules for found in analysis.overlaps} == expected, shown
    assert {found.rule for found in analysis.unreachable} == never(asked, outputs, policy, len(rules)), shown
    for found in analysis.subsumed:
        left = [at for at in range(len(rules)) if at != found.rule]
        for hits in asked.hits:
            now, then = answer(hits, outputs, policy), answer([at for at in hits if at in left], outputs, policy)
            assert now == then, f"{found} in {shown}"


def deciding(hits: list[int], outputs: list[str], policy: str) -> set[int]:
    if policy == "FIRST":
        return set(hits[:1])
    if policy == "PRIORITY":
        return set(sorted(hits, key=lambda at: (outputs[at], at))[:1])
    return set(hits)


def never(asked: Asked, outputs: list[str], policy: str, count: int) -> set[int]:
    can = {at for hits in asked.hits for at in deciding(hits, outputs, policy)}
    return set(range(count)) - can


def answer(hits: list[int], outputs: list[str], policy: str) -> Any:
    """What the table says, as far as removing a rule may change it."""
    said = [outputs[at] for at in sorted(deciding(hits, outputs, policy))]
    return said if policy == "RULE ORDER" else sorted(set(said))


@pytest.mark.parametrize("seed", range(60))
def test_a_repair_does_what_it_says(seed: int) -> None:
    """A widened cell closes its gap and makes no overlap; a narrowed one parts two rules and makes no gap."""
    chance = random.Random(10_000 + seed)
    drawn, model, kinds, _ = made_table(chance)
    analysis = analyse(drawn, model)
    rules = [list(rule.inputs) for rule in drawn.rules]
    before = Asked([tuple(rule) for rule in rules], kinds)
    for gap in analysis.gaps:
        for repair in gap.repairs:
            mended = [list(rule) for rule in rules]
            if repair.kind == "set_cell":
                assert repair.rule is not None
                assert repair.column is not None
                mended[repair.rule][repair.column] = repair.text
            else:
                mended.append(list(repair.cells))
            after = Asked([tuple(rule) for rule in mended], kinds)
            inside = told_of(Analysis(gaps=(gap,)), before.points)
            for number, (was, now) in enumerate(zip(before.hits, after.hits, strict=True)):
                if number in inside:
                    assert len(now) == 1, (repair, rules)
                else:
                    assert now == was or (not was and len(now) == 1), (repair, rules)
    for overlap in analysis.overlaps:
        for repair in overlap.repairs:
            if repair.kind != "set_cell":
                continue
            assert repair.rule is not None
            assert repair.column is not None
            mended = [list(rule) for rule in rules]
            mended[repair.rule][repair.column] = repair.text
            after = Asked([tuple(rule) for rule in mended], kinds)
            for was, now in zip(before.hits, after.hits, strict=True):
                assert not set(overlap.rules) <= set(now), (repair, rules)
                assert bool(was) == bool(now), (repair, rules)
