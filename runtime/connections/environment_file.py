"""The files of an environment: ``environments/<name>.json`` and ``people.json``. Format, reading, JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from runtime.connections.binding import Binding
from runtime.connections.problems import EnvironmentProblem, sentences
from runtime.engine.limits import id_broken
from runtime.model.at_once import open_at_once

FORMAT_VERSION = 1
_MAX_BYTES = 5_000_000
_SHOWN = 40
"""characters of a name that can't be one"""

M = TypeVar("M", bound=BaseModel)


def _all_named(by_name: Any) -> Any:
    """Before what stands under the names is looked at, so that the place of a mistake can be written down."""
    for name in by_name if isinstance(by_name, dict) else ():
        broken = "it is empty" if not name else id_broken(name)
        if broken is not None:
            shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."
            raise ValueError(f"{shown!r} can't be a name here: {broken}")
    return by_name


class Person(BaseModel):
    """One user."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str = ""
    """as people call them"""
    roles: frozenset[str] = frozenset()
    """ids of roles that the project declares"""


class PeopleFile(BaseModel):
    """``people.json``: who is in which role, until the service has users of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    format_version: int = Field(default=FORMAT_VERSION, ge=1, le=FORMAT_VERSION)
    users: Annotated[Mapping[str, Person], BeforeValidator(_all_named)] = Field(default_factory=dict)
    """by user id"""


class RunLimits(BaseModel):
    """Budgets of runs in this environment (SEMANTICS L2). An environment may raise them above what is usual."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    activations: int | None = Field(default=None, ge=1)
    events: int | None = Field(default=None, ge=1)
    depth: int | None = Field(default=None, ge=1)
    children: int | None = Field(default=None, ge=1)
    tree: int | None = Field(default=None, ge=1)
    attempts_at_once: int | None = Field(default=None, ge=1, le=10_000)
    """attempts of all runs together that may be in flight"""


class EnvironmentFile(BaseModel):
    """``environments/<name>.json``: what the names of connections mean on this machine, and its limits."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    format_version: int = Field(default=FORMAT_VERSION, ge=1, le=FORMAT_VERSION)
    title: str = ""
    connections: Annotated[Mapping[str, Binding], BeforeValidator(_all_named)] = Field(default_factory=dict)
    """by the name that the project uses"""
    limits: RunLimits = RunLimits()
    people: PeopleFile | None = None
    """who is in which role; left out: ``people.json`` beside this file, else the one in Baton's home"""


def read_file(path: Path, form: type[M]) -> M | None:
    """The file as its model; None if there is no such file. Raises ``EnvironmentProblem`` that lists all mistakes."""
    try:
        with open_at_once(path) as file:
            raw = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise EnvironmentProblem(f"{path} can't be read: {problem.strerror}.") from problem
    if len(raw) > _MAX_BYTES:
        raise EnvironmentProblem(f"{path} is larger than {_MAX_BYTES} bytes.")
    try:
        content = json.loads(raw, object_pairs_hook=_no_duplicates)
    except json.JSONDecodeError as problem:
        raise EnvironmentProblem(
            f"{path} is not JSON: {problem.msg} in line {problem.lineno}, column {problem.colno}."
        ) from None
    except (ValueError, RecursionError) as problem:
        raise EnvironmentProblem(f"{path} is not usable JSON: {problem}.") from None
    if isinstance(content, dict) and _is_newer(content.get("format_version")):
        raise EnvironmentProblem(f"{path} was written for a newer Baton (format {content['format_version']}).")
    try:
        return form.model_validate(content)
    except ValidationError as error:
        raise EnvironmentProblem(f"{path} has mistakes:", sentences(error)) from None


def json_schemas() -> dict[str, Mapping[str, Any]]:
    """JSON Schema of both files, by file name; ``baton schema`` publishes them."""
    return {"environment": EnvironmentFile.model_json_schema(), "people": PeopleFile.model_json_schema()}


def _is_newer(version: object) -> bool:
    return isinstance(version, int) and version > FORMAT_VERSION


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in names if names.count(key) > 1)!r} stands there twice")
    return found
