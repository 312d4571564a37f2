"""``baton secret``: secrets that bindings name as ``file:NAME``. Values come from a prompt or a pipe, never argv."""

from __future__ import annotations

import click

from runtime.cli.printing import say
from runtime.cli.reading import read_secret
from runtime.cli.telling import told
from runtime.connections import baton_home
from runtime.secrets import forget_secret, secret_names, set_secret
from runtime.secrets.redactor import SHORT
from runtime.secrets.reference import NAME
from runtime.wire import Problem, unknown

SECTION = "Operate"


@click.group("secret", short_help="Keep secrets out of every file.")
def VERB() -> None:  # noqa: N802
    """Keep secrets in a file that only you can read."""


def _named(_: click.Context, argument: click.Parameter, name: str) -> str:
    if not NAME.match(name):
        raise click.BadParameter("it has letters, digits, '_', '.' and '-', and at most 64 of them.", param=argument)
    return name


@VERB.command("set")
@click.argument("name", callback=_named)
@click.option("--host", metavar="HOST[:PORT]", help="The only host that ever gets it.")
def set_one(name: str, host: str | None) -> None:
    """Store the secret NAME; bindings name it as file:NAME. The value is asked for, or read from standard input."""
    value = read_secret(f"Value of {name}")
    if not value:
        raise Problem(422, "SECRET_TEXT", "The secret is empty.", todo="Type it, or pipe it in.")
    set_secret(baton_home(), name, value, host=host)
    if len(value) < SHORT:
        say(f"It has fewer than {SHORT} characters, so traces can't hide it inside other text. Prefer a longer one.")
    told(f"Stored. In a binding it is named file:{name}")


@VERB.command("list")
def list_all() -> None:
    """List the names of stored secrets; values are never shown."""
    for name in secret_names(baton_home()):
        told(name)


@VERB.command("forget")
@click.argument("name")
def forget(name: str) -> None:
    """Remove the secret NAME."""
    if not forget_secret(baton_home(), name):
        raise unknown("secret", name, "`baton secret list` lists them.")
    told(f"Removed: {name}")
