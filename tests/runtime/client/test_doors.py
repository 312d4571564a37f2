"""One implementation behind two doors: the methods of Door, Desk, HttpDoor and LocalDoor are the same, one by one."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any, get_type_hints

import pytest

from runtime.cli.local import LocalDoor
from runtime.client import Door, HttpDoor
from runtime.server.desk import Desk

METHODS = sorted(name for name in vars(Door) if not name.startswith("_"))


def parameters(method: Any) -> list[tuple[str, Any, Any]]:
    hints = get_type_hints(method)
    return [
        (name, parameter.default, hints.get(name))
        for name, parameter in inspect.signature(method).parameters.items()
        if name != "self"
    ]


def test_a_door_has_all_that_can_be_asked() -> None:
    assert len(METHODS) > 20


@pytest.mark.parametrize("name", METHODS)
def test_the_desk_answers_each_question_of_the_door(name: str) -> None:
    asked, answered = getattr(Door, name), getattr(Desk, name)
    assert parameters(inspect.unwrap(answered)) == parameters(asked)
    if name != "follow":
        assert get_type_hints(inspect.unwrap(answered))["return"] == get_type_hints(asked)["return"]


@pytest.mark.parametrize("name", METHODS)
def test_the_http_door_asks_each_question_of_the_door(name: str) -> None:
    assert parameters(getattr(HttpDoor, name)) == parameters(getattr(Door, name))
    assert get_type_hints(getattr(HttpDoor, name))["return"] == get_type_hints(getattr(Door, name))["return"]


def test_the_local_door_passes_on_all_but_what_it_streams_itself() -> None:
    own = {name for name in vars(LocalDoor) if not name.startswith("_")}
    assert own & set(METHODS) == {"follow"}
    assert parameters(LocalDoor.follow) == parameters(Door.follow)


def test_the_client_brings_neither_database_nor_web_server_along() -> None:
    script = (
        "import sys, runtime.client, runtime.wire, runtime.trace; "
        "print(sorted(m for m in sys.modules if m.split('.')[0] in {'sqlalchemy', 'fastapi', 'starlette', 'uvicorn'}))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout.strip() == "[]"
