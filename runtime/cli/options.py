"""Options that several verbs share, spelled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


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
            "--env", metavar="NAME", help="Environment: bindings, people, limits. Default: local, or the server's own."
        ),
    ):
        command = option(command)
    return command


as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
"""Given to the verb as ``as_json``."""


def acting(required: bool = True) -> Callable[[F], F]:
    """``--as USER``: who acts. Given to the verb as ``user``."""
    return click.option("--as", "user", metavar="USER", required=required, help="The person who does this.")


page = click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many at most.")
"""Given to the verb as ``limit``."""
