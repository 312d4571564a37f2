"""Fixtures of the FEEL tests: `ev` evaluates a text in a scope, `passes` asks a cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from nodes.feel import compile_expression, unary_tests

NOW = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def ev() -> Callable[..., Any]:
    """`ev(text, **scope)`: the value, at half past eleven in the evening (UTC) of 2026-11-20."""

    def evaluate(text: str, **scope: Any) -> Any:
        return compile_expression(text).evaluate(scope, now=NOW)

    return evaluate


@pytest.fixture(scope="session")
def passes() -> Callable[..., bool | None]:
    """`passes(cell, value, **scope)`: whether the value passes the cell."""

    def ask(cell: str, value: Any, **scope: Any) -> bool | None:
        return unary_tests(cell).evaluate(value, scope, now=NOW)

    return ask
