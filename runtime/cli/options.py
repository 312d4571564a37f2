"""Options that several verbs share, spelled once."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from runtime.engine.limits import id_broken

F = TypeVar("F", bound=Callable[..., Any])


class Words(click.ParamType[str]):
    """A name, an id or a reason, as a message to the runtime may carry it; else it was typed wrong.

    ``longest`` in characters; ``may_be_empty`` where nothing at all is meant by an empty one; ``free`` where it names
    nothing by itself, and may have lines.
    """

    name = "text"

    def __init__(self, longest: int = 300, *, may_be_empty: bool = False, free: bool = False) -> None:
        self.longest = longest
        self.free = free
        self.may_be_empty = may_be_empty

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text itself."""
        if not value.strip() and not self.may_be_empty:
            self.fail("it is empty. Say who or what is meant, or leave it out.", param, ctx)
        if len(value) > self.longest:
            self.fail(f"it has {len(value):,} characters; at most {self.longest} are taken.", param, ctx)
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail("it holds bytes that are no text in UTF-8.", param, ctx)
        if not self.free and (broken := id_broken(value)) is not None:
            self.fail(f"{broken}.", param, ctx)
        return value


class Out(click.Path):
    """A file or a folder to write. ``-`` means standard output elsewhere; here it would be a file of that name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(path_type=Path, **more)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if str(value) == "-":
            self.fail("nothing is written to standard output. Name a file; one that is called - is ./-", param, ctx)
        return super().convert(value, param, ctx)


class Seconds(click.FloatRange):
    """A length of time; no number that is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Seconds, as a float."""
        seconds = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value!r} is no length of time.", param, ctx)
        return seconds


NAME = Words()
KEY = Words(200)
VALUE = Words(free=True)
REASON = Words(2_000, may_be_empty=True, free=True)


def in_store(command: F) -> F:
    """``--store`` and ``--server``: where a verb looks. Given as ``store``, ``server`` and ``token_file``."""
    for option in (
        click.option("--token-file", metavar="FILE", help="File with the server's token; else BATON_TOKEN."),
        click.option("--server", metavar="URL", envvar="BATON_SERVER", help="Ask the server at this address."),
        click.option(
            "--store",
            metavar="URL",
            help="Its path, sqlite:///relative.db, sqlite:////absolute.db or postgresql://... "
            "Default: BATON_STORE, else store.db in Baton's home.",
        ),
    ):
        command = option(command)
    return command


def _bound(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Refuses what is no NAME=URL as a mistake of typing; whether the URL can be one is the environment's to say."""
    for text in given:
        name, _equals, url = text.partition("=")
        if not name.strip() or not url.strip():
            words = f"{text!r} should be given as NAME=URL, such as crm=http://127.0.0.1:8081."
            raise click.BadParameter(words, param=option)
    return given


def in_environment(command: F) -> F:
    """``--env`` and ``--connection``: what connections mean here. Given as ``env`` and ``connections``."""
    for option in (
        click.option(
            "--connection",
            "connections",
            metavar="NAME=URL",
            multiple=True,
            callback=_bound,
            help="Bind a connection of the project to an address; may be repeated.",
        ),
        click.option(
            "--env",
            metavar="NAME",
            type=NAME,
            help="Environment: bindings, people, limits. Default: local, or the server's own.",
        ),
    ):
        command = option(command)
    return command


as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
"""Given to the verb as ``as_json``."""


def acting(required: bool = True) -> Callable[[F], F]:
    """``--as USER``: who acts. Given to the verb as ``user``."""
    return click.option("--as", "user", metavar="USER", type=NAME, required=required, help="The person who does this.")


page = click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many at most.")
"""Given to the verb as ``limit``."""
