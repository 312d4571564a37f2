"""``ChosenTest``: which saved test is tried above the table, and what its buttons do to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from designer.editors.decision_table.saved_cases import SavedCases
from designer.editors.decision_table.trial import Given, Trial
from designer.editors.decision_table.try_bar import TryBar
from nodes.dmn.editing import Sheet
from runtime.model.table_tests import TableTest


class ChosenTest:
    """``asked_of`` gives (file, table) as they are now; ``tried`` the case that the shown result stands for, None while
    another one is tried; ``attempt`` does a change and says what is refused.
    """

    def __init__(
        self,
        saved: SavedCases,
        bar: TryBar,
        asked_of: Callable[[], tuple[bytes, Sheet]],
        tried: Callable[[], tuple[Mapping[int, Given], Trial] | None],
        attempt: Callable[[Callable[[], object]], None],
    ) -> None:
        self._saved, self._bar, self._asked_of, self._tried, self._attempt = saved, bar, asked_of, tried, attempt
        self._name: str | None = None
        """the test that was chosen last, until another case comes"""
        bar.save_wanted.connect(lambda: self._keep(self._now()))
        bar.another_wanted.connect(lambda: self._keep(None))
        bar.drop_wanted.connect(self._drop)
        bar.named.connect(self._retitle)

    def show(self, test: Any) -> None:
        """Try a test (a ``TableTest``)."""
        self._name = test.name
        self._bar.fill(self._saved.texts(self._asked_of()[1], test))

    def forget(self) -> None:
        """A case of its own is tried next."""
        self._name = None

    def shown(self, given: Mapping[int, Given]) -> tuple[TableTest | None, bool]:
        """(the test of a typed case, else the one that was chosen before something in it was typed; whether the case is
        its own).
        """
        content, sheet = self._asked_of()
        same = self._saved.typed(content, sheet, given)
        if same is None and all(one.empty for one in given.values()):
            self._name = None
        if same is not None or self._name is None:
            return same, True
        return self._saved.named(content, sheet, self._name), False

    def _now(self) -> TableTest | None:
        return self.shown(self._bar.given())[0]

    def _keep(self, instead: TableTest | None) -> None:
        (content, sheet), tried = self._asked_of(), self._tried()
        if tried is not None:
            self._attempt(lambda: self._saved.keep(content, sheet, *tried, instead))

    def _drop(self) -> None:
        if (test := self._now()) is not None:
            self._attempt(lambda: self._saved.drop(test))

    def _retitle(self, title: str) -> None:
        if (test := self._now()) is not None:
            self._attempt(lambda: self._saved.retitle(test, title))
