"""``SavedCases``: the tests of the table of a page: which there are, which is typed above it, one more kept."""

from __future__ import annotations

from collections.abc import Mapping

from designer.document.command import CommandRefused
from designer.document.commands.keep_table_test import keep_table_test, remove_table_tests, retitle_table_test
from designer.document.names import fresh
from designer.editors.decision_table.placed import plain, typed
from designer.editors.decision_table.trial import Given, Trial
from designer.services import Services
from nodes.contract import same_value
from nodes.contract.values import ValueProblem
from nodes.dmn.editing import Sheet, tables_of
from runtime.model.table_tests import TableTest, as_file, saved_tests_of, shown


class SavedCases:
    """Those of one table of ``file``; ``decision`` is its id or its name, None for the first one."""

    def __init__(self, services: Services, file: str, decision: str | None) -> None:
        self._services, self._file, self._decision = services, file, decision
        self._named: tuple[bytes, tuple[str, bool]] | None = None

    def all(self, content: bytes, sheet: Sheet) -> tuple[TableTest, ...]:
        """The saved tests of the table."""
        project = self._services.document.project
        if not project.decision_tests.get(self._file):
            return ()
        decision, first = self._called(content, sheet)
        return saved_tests_of(project, self._file, decision, sheet.decision, first=first)

    def typed(self, content: bytes, sheet: Sheet, given: Mapping[int, Given]) -> TableTest | None:
        """The test of this very case."""
        if any(one.empty or one.problem for one in given.values()):
            return None
        wanted = {sheet.columns[column].expression.strip(): one.value for column, one in given.items()}
        for test in self.all(content, sheet):
            if all(name in test.given and same_value(test.given[name], value) for name, value in wanted.items()):
                return test
        return None

    def named(self, content: bytes, sheet: Sheet, name: str) -> TableTest | None:
        """The test of this table that is kept under a name."""
        return next((test for test in self.all(content, sheet) if test.name == name), None)

    def keep(
        self,
        content: bytes,
        sheet: Sheet,
        given: Mapping[int, Given],
        trial: Trial,
        instead: TableTest | None = None,
    ) -> None:
        """Keep the case with what came of it, also in the place of another test. Raises CommandRefused."""
        project = self._services.document.project
        values = {sheet.columns[column].expression.strip(): one.value for column, one in given.items()}
        title = ", ".join(plain(value) for value in values.values())
        taken = project.decision_tests.get(self._file, {})
        name = instead.name if instead is not None else fresh(shown(trial.value), taken)
        decision, _ = self._called(content, sheet)
        if instead is not None and instead.title != self._title_of(sheet, instead):
            title = instead.title  # somebody named it
        try:
            test = as_file(decision, title, values, trial.value)
        except ValueProblem as problem:
            raise CommandRefused(f"This case can't be kept: {problem}") from None
        self._services.document.do(keep_table_test(self._file, name, test))

    @staticmethod
    def _title_of(sheet: Sheet, test: TableTest) -> str:
        """What a test is called that nobody gave a name."""
        names = [sheet.columns[column].expression.strip() for column in sheet.of_kind("input")]
        return ", ".join(plain(test.given[name]) for name in names if name in test.given)

    def retitle(self, test: TableTest, title: str) -> None:
        """Another name for a test, as people read it."""
        self._services.document.do(retitle_table_test(self._file, test.name, title))

    def drop(self, test: TableTest) -> None:
        """Delete a test."""
        self._services.document.do(remove_table_tests(self._file, (test.name,)))

    def texts(self, sheet: Sheet, test: TableTest) -> dict[int, str]:
        """A test as it is typed, by column."""
        columns = {column: sheet.columns[column].expression.strip() for column in sheet.of_kind("input")}
        return {column: typed(test.given[name]) for column, name in columns.items() if name in test.given}

    def _called(self, content: bytes, sheet: Sheet) -> tuple[str, bool]:
        """(id of the decision, whether its table is the first one of the file)."""
        if self._named is None or self._named[0] is not content:
            wanted = {self._decision, sheet.decision}
            named = ((name, title) for name, title in tables_of(content))
            found = ((name or title, n == 0) for n, (name, title) in enumerate(named) if wanted & {None, name, title})
            self._named = content, next(found, (sheet.decision, False))
        return self._named[1]
