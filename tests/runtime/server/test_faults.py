"""What to do about a store's trouble fits the trouble."""

from __future__ import annotations

from typing import get_args

import pytest

from runtime.server.faults import problem_of
from runtime.store import StoreUnavailable
from runtime.store.problems import Trouble


@pytest.mark.parametrize("trouble", get_args(Trouble))
def test_only_what_passes_by_itself_is_tried_again_in_a_moment(trouble: Trouble) -> None:
    problem = problem_of(StoreUnavailable("the store is in trouble", trouble))
    assert problem is not None
    assert problem.title == "The store is in trouble."
    assert ("in a moment" in problem.todo) == (trouble in {"io", "locked", "fault"})


def test_a_damaged_store_is_not_said_to_have_lost_nothing() -> None:
    problem = problem_of(StoreUnavailable("its beginning is damaged; restore a backup", "damaged"))
    assert problem is not None
    assert "Nothing is lost" not in problem.todo
    assert "backup" in problem.todo
