"""All node types of the tests of rules, found once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nodes.registry import Registry
from runtime.model.problems import Problem
from runtime.model.rules import check_project
from tests.runtime.model.rules.drawings import all_types, project


@pytest.fixture(scope="session")
def types() -> Registry:
    """Baton's own types, and a few made-up ones."""
    return all_types()


@pytest.fixture
def problems(types: Registry) -> Callable[..., list[Problem]]:
    """``problems(flow, ..., files={path: content})`` -> everything that check_project says."""
    return lambda *flows, **more: check_project(project(*flows, **more), types)
