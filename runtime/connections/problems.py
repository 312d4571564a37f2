"""How this shelf says that something is wrong: one exception, whose message names what, where and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError


class EnvironmentProblem(Exception):
    """An environment, a people file or a ``--connection`` can't be used. ``problems``: one sentence per mistake."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__("\n".join([message, *(f"  {line}" for line in problems)]))
        self.problems = tuple(problems)


class ConnectionProblem(Exception):
    """A connection can't be opened. ``code`` is short and stable; the message is one sentence for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def sentences(error: ValidationError, *, below: str = "") -> list[str]:
    """One sentence per mistake: where it stands in the file and what is wrong. Values are never quoted: a mistake may
    well be a secret that was written in clear."""
    return [f"{_where(below, mistake['loc'])}: {_words(mistake)}" for mistake in error.errors(include_url=False)]


def _where(below: str, path: Iterable[Any]) -> str:
    parts = ([below] if below else []) + [str(part) for part in path]
    return ".".join(parts) or "the file"


def _words(mistake: Any) -> str:
    if mistake["type"] == "extra_forbidden":
        return "this key is not known here"
    if mistake["type"] == "missing":
        return "this is missing"
    words = str(mistake["msg"]).removeprefix("Value error, ")
    return words[0].lower() + words[1:] if words else mistake["type"]
