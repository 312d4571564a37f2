"""What is typed or piped in: JSON as text, ``@FILE`` or ``-``; secrets from a prompt or standard input, never argv."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from nodes.contract import Value, ValueProblem, from_wire
from runtime.model.at_once import open_at_once
from runtime.wire import JsonProblem, Problem, read_json

MAX_BYTES = 8_000_000


def read_value(given: str, option: str) -> Value:
    """The value of an option such as ``--input``: JSON, ``@FILE`` with JSON in it, or ``-`` for standard input."""
    tagged = read_tagged(given, option)
    try:
        return from_wire(tagged)
    except ValueProblem as problem:
        code = "TYPED" if _is_typed(given) else "VALUE"
        raise Problem(422, code, f"{option}: {problem}.", where=option, todo="Correct it.") from None


def read_tagged(given: str, option: str) -> Any:
    """The same, left in its tagged JSON form."""
    if given == "-":
        content = _read_stdin(option)
    elif given.startswith("@"):
        content = read_file(Path(given[1:]), option)
    else:
        content = given.encode("utf-8", "surrogateescape")
    try:
        return read_json(content)
    except JsonProblem as problem:
        hint = "Quote it for your shell, such as '{\"amount\": 12.50}', or put it into a file and give @FILE."
        code = "TYPED" if _is_typed(given) else problem.code
        raise Problem(422, code, f"{option}: {problem}", where=option, todo=hint) from None


def _is_typed(given: str) -> bool:
    """Whether it stood on the command line itself: then a mistake in it is one of typing."""
    return given != "-" and not given.startswith("@")


def read_file(path: Path, option: str) -> bytes:
    """A file's bytes, up to 8 MB. A pipe is waited for only while somebody has it open to write."""
    try:
        with open_at_once(path) as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Problem(
            404, "FILE", f"{option}: there is no file {path}.", where=str(path), todo="Check the name."
        ) from None
    except OSError as fault:
        raise Problem(
            422, "FILE", f"{option}: {path} can't be read: {fault.strerror or fault}.", where=str(path)
        ) from None
    return _limited(content, option)


def read_secret(prompt: str) -> str:
    """A secret: asked for twice without showing it where there is a terminal, else the first line of standard input."""
    if sys.stdin is not None and sys.stdin.isatty():
        return str(click.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True))
    content = _read_stdin("standard input")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(
            422, "SECRET_TEXT", "The secret on standard input is not UTF-8 text.", todo="Pipe in text."
        ) from None
    return text.removesuffix("\n").removesuffix("\r")


def _read_stdin(option: str) -> bytes:
    if sys.stdin is None or sys.stdin.closed:
        raise Problem(422, "STDIN", f"{option}: there is no standard input to read from.")
    return _limited(sys.stdin.buffer.read(MAX_BYTES + 1), option)


def _limited(content: bytes, option: str) -> bytes:
    if len(content) > MAX_BYTES:
        raise Problem(413, "TOO_LARGE", f"{option}: more than {MAX_BYTES:,} bytes.", where=option)
    return content
