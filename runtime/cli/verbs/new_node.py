"""``baton new-node``: a plug-in folder that works as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nodes.contract.scaffold import ScaffoldProblem, write_node_folder
from runtime.cli.settings import settings_file, trust_folder
from runtime.cli.telling import told
from runtime.wire import Problem

SECTION = "Make"


@click.command("new-node", short_help="Write a folder for a node type of your own.")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(("effect", "pure")),
    default="effect",
    show_default=True,
    help="effect: it acts outside; pure: it only computes.",
)
@click.option(
    "--in",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("baton_nodes"),
    show_default=True,
    help="Folder in which the node's folder is made.",
)
@click.option(
    "--trust", is_flag=True, help="Load node types from that folder from now on (your settings, not the project)."
)
def VERB(name: str, kind: Any, target: Path, trust: bool) -> None:  # noqa: N802
    """Write a folder for the node type NAME (slack or adapters/slack), with form, code, example and test.

    Baton loads it only once your own settings trust the folder; no project can make it do so.
    """
    try:
        files = write_node_folder(target, name, kind)
    except ScaffoldProblem as problem:
        raise Problem(422, "NEW_NODE", str(problem)) from None
    for file in files:
        told(str(file))
    folder = target.resolve()
    if trust:
        trust_folder(folder)
        told(f"Trusted: node types in {folder} are loaded from now on ({settings_file()}).")
    else:
        told(f'To use it, add "{folder}" to "trusted_node_folders" in {settings_file()}, or run this with --trust.')
