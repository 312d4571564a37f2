"""Each word of each verb typed oddly: empty, endless, no text, a control character, no JSON, another's file.

Nothing of it is ever a mistake of Baton (exit code 1), whatever else is wrong with the line.
"""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from runtime.cli.exits import Exit
from runtime.cli.main import baton
from tests.runtime.cli.typing_in import Person

GOOD = {"project": "disputes", "flow": "refund", "port": "approve", "file": "x.baton", "name": "paid"}
"""what stands in the other places of a line"""
ODD = (
    "",
    " ",
    "\udcff\udcfe",
    "a\nb",
    "../../etc/passwd",
    "x" * 100_000,
    "\u202e",
    "@",
    "@/dev/null",
    "NaN",
    "1e999999",
    "[[[[[[" * 2_000,
    "\x1b[2J",
    '{"a":1,"a":2}',
    "http://[",
    "sqlite:///",
)
NOT_TYPED = {"serve"}
"""would go on serving"""


def _verbs(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from _verbs(found, (*words, name))


def _places(command: click.Command) -> Iterator[click.Parameter]:
    for place in command.params:
        if isinstance(place, click.Argument) or (isinstance(place, click.Option) and not place.is_flag):
            yield place


def _line(words: tuple[str, ...], command: click.Command, odd: click.Parameter, text: str) -> list[str]:
    line = list(words)
    for place in _places(command):
        said = text if place is odd else GOOD.get(place.name or "", "x")
        if isinstance(place, click.Argument):
            line.append(said)
        elif place is odd or place.required:
            line += [place.opts[0], "retry" if place.name == "how" and place is not odd else said]
    return line


CASES = [
    pytest.param(words, command, place, id=" ".join((*words, place.opts[0])))
    for words, command in _verbs(baton)
    if words[0] not in NOT_TYPED
    for place in _places(command)
]


@pytest.mark.parametrize(("words", "command", "place"), CASES)
def test_an_odd_word_is_never_a_mistake_of_baton(
    person: Person, words: tuple[str, ...], command: click.Command, place: click.Parameter
) -> None:
    for text in ODD:
        said = person.types(*_line(words, command, place, text))
        assert said.code != Exit.FAULT, (text[:40], said.err)
        if said.code not in (Exit.DONE, Exit.FINDINGS):
            assert said.err.startswith("baton: "), (text[:40], said.err)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["answer", "r:x#1", "approve", "--as", ""], "Invalid value for '--as': it is empty."),
        (["answer", "r:x#1", "approve", "--as", "x" * 301], "'--as': it has 301 characters; at most 300 are taken."),
        (["suspend", "r", "--as", "\udcff"], "'--as': it holds bytes that are no text in UTF-8."),
        (["signal", "paid", "k", "--keep-for", "NaN"], "is no length of time"),
        (["pack", "disputes", "-o", ""], "can't be written"),
        (["cancel", "r", "--as", "p", "--reason", "x" * 2001], "at most 2000"),
    ],
)
def test_what_a_message_can_not_carry_says_which_word_and_why(person: Person, line: list[str], words: str) -> None:
    said = person.types(*line)
    assert said.code in (Exit.USAGE, Exit.REFUSED)
    assert words in said.err
