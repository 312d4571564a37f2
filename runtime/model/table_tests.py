"""Saved tests of decision tables: ``decision_tests/<decision file>/<name>.json``, read and run.

``{"decision": "route", "title": "...", "given": {"Owed": 20, "Tier": "gold"}, "expect": "finance"}``: what the columns
look at, by their expressions, and what the table said when the test was saved. Called by a rule, ``baton test`` and the
table editor. Law: pure; a test that can't be read or decided says why, and never raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nodes.contract import Value, from_wire, same_value, to_wire
from nodes.contract.values import ValueProblem
from runtime.model.project import Project

if TYPE_CHECKING:
    from nodes.dmn.editing import Sheet, TableAlone

State = Literal["passes", "differs", "unclear"]
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class TableTest:
    """One saved test. ``decision``: id or name of the decision whose table it is about, empty for the first one."""

    file: str
    name: str
    title: str
    decision: str
    given: Mapping[str, Value]
    """what a column looks at -> its value"""
    expect: Value = None
    problem: str = ""
    """why it can't be read"""


@dataclass(frozen=True, slots=True)
class Judged:
    """How a test went. ``unclear``: nothing could be decided, and ``problem`` says why."""

    test: TableTest
    state: State
    value: Value = None
    rules: tuple[int, ...] = ()
    """the rules that decided, from 0"""
    problem: str = ""

    @property
    def words(self) -> str:
        """One sentence, for people: what was expected and what came, or why nothing did."""
        if self.state == "unclear":
            return f"It can't be decided: {self.problem}"
        if self.state == "passes":
            return f"It gives {shown(self.value)}, as expected."
        named = ", ".join(str(rule + 1) for rule in self.rules[:5])
        by = f" by rule{'s' if len(self.rules) > 1 else ''} {named}" if named else ""
        return f"It should give {shown(self.test.expect)}, and gives {shown(self.value)}{by}."


def shown(value: Value) -> str:
    """A result on one line."""
    from nodes.feel import FeelError, to_text

    if value is None:
        return "nothing"
    try:
        words = " ".join(to_text(value, allowed=4_000).split())
    except FeelError:
        return "something large"
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def saved_tests(project: Project, file: str) -> tuple[TableTest, ...]:
    """The saved tests of all tables of a decision file, by name."""
    of_file = project.decision_tests.get(file, {})
    return tuple(_read(file, name, of_file[name]) for name in sorted(of_file))


def saved_tests_of(project: Project, file: str, decision: str, title: str, *, first: bool) -> tuple[TableTest, ...]:
    """The tests of one table: ``decision`` and ``title`` are the id and the name of its decision."""
    meant = {decision, title} | ({""} if first else set())
    return tuple(test for test in saved_tests(project, file) if test.decision in meant)


def judge(sheet: Sheet, test: TableTest, alone: TableAlone | None = None) -> Judged:
    """How a test goes on a table as it is now; ``alone``: the same table, compiled."""
    from nodes.dmn import DmnError
    from nodes.dmn.editing import table_alone

    if test.problem:
        return Judged(test, "unclear", problem=test.problem)
    columns = {column: sheet.columns[column] for column in sheet.of_kind("input")}
    missing = [it.title for it in columns.values() if it.expression.strip() not in test.given]
    if missing:
        return Judged(test, "unclear", problem=f"it has no value for {', '.join(missing)}.")
    try:
        values = {column: test.given[it.expression.strip()] for column, it in columns.items()}
        result = (alone or table_alone(sheet)).decide(values)
    except DmnError as error:
        return Judged(test, "unclear", problem=str(error))
    rules = tuple(fired.rule_index for fired in result.fired)
    said = next((str(each.message) for each in result.problems if each.code != "no_rule"), "")
    if result.value is None and said:
        return Judged(test, "unclear", problem=said)
    return Judged(test, "passes" if same_value(result.value, test.expect) else "differs", result.value, rules)


def judged(sheet: Sheet, tests: tuple[TableTest, ...]) -> tuple[Judged, ...]:
    """How several tests of one table go."""
    from nodes.dmn import DmnError
    from nodes.dmn.editing import TableAlone

    try:
        alone = TableAlone(sheet) if tests else None
    except DmnError as error:
        return tuple(Judged(test, "unclear", problem=str(error)) for test in tests)
    return tuple(judge(sheet, test, alone) for test in tests)


def not_tested(sheet: Sheet, tests: Iterable[Judged]) -> list[int]:
    """Rules of a table, from 0, that decide in none of its tests."""
    reached = {rule for each in tests for rule in each.rules}
    return [rule for rule in range(len(sheet.rows)) if rule not in reached]


def judge_all(project: Project, files: Iterable[str]) -> Iterator[tuple[str, Sheet, tuple[Judged, ...]]]:
    """(decision file, table, its tests) of each table in these files that can be read."""
    from nodes.dmn import DmnError
    from nodes.dmn.editing import read_table, tables_of

    for file in files:
        content = project.decisions[file]
        try:
            tables = tables_of(content)
            for number, (decision, title) in enumerate(tables):
                sheet = read_table(content, decision or title)
                tests = saved_tests_of(project, file, decision, title, first=number == 0)
                yield file, sheet, judged(sheet, tests)
        except DmnError:
            continue  # other rules say why the file can't be read


def as_file(decision: str, title: str, given: Mapping[str, Value], expect: Value) -> dict[str, Any]:
    """A test as it stands in its file. Raises ValueProblem for what no file can hold."""
    held = {name: to_wire(value) for name, value in given.items()}
    return {"format_version": 1, "decision": decision, "title": title, "given": held, "expect": to_wire(expect)}


def _read(file: str, name: str, raw: Any) -> TableTest:
    raw = raw if isinstance(raw, Mapping) else {}
    title, decision, given = raw.get("title"), raw.get("decision"), raw.get("given")
    title = title if isinstance(title, str) and title.strip() else name.replace("_", " ")
    decision = decision if isinstance(decision, str) else ""
    if not isinstance(given, Mapping) or "expect" not in raw:
        return TableTest(file, name, title, decision, {}, problem='its file lacks "given" or "expect".')
    try:
        values = {str(key).strip(): from_wire(value) for key, value in given.items()}
        return TableTest(file, name, title, decision, values, from_wire(raw["expect"]))
    except ValueProblem as problem:
        return TableTest(file, name, title, decision, {}, problem=str(problem))
