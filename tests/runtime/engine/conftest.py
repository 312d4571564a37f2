"""Each rule's tests run both ways: in memory, and by the real host on a real store (see `ways.py`)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runtime.engine import ways


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if getattr(metafunc.module, "simulate", None) is ways.simulate:
        alone = metafunc.definition.get_closest_marker("in_memory")
        metafunc.parametrize("through", ways.WAYS[:1] if alone else ways.WAYS, indirect=True)


@pytest.fixture(autouse=True)  # so that it is there for tests that do not ask for it, too
def through(request: pytest.FixtureRequest) -> Iterator[str]:
    ways.WAY.through = getattr(request, "param", "memory")
    yield ways.WAY.through
    ways.WAY.close()
    ways.WAY.through = "memory"
