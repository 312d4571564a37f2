"""The stores that the suites of store and host run on: a file, and a database of a real Postgres server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres_server import Server, Unavailable, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all tests of this process; each asks it for a database of its own."""
    try:
        entered = running()
        server = entered.__enter__()
    except Unavailable as problem:
        pytest.skip(str(problem))
    try:
        yield server
    finally:
        entered.__exit__(None, None, None)
