"""``baton pack``: a project as one file."""

from __future__ import annotations

from pathlib import Path

import click

from runtime.cli.doors import known_types
from runtime.cli.options import Out, as_json
from runtime.cli.printing import print_json
from runtime.cli.projects import open_project, refuse_errors
from runtime.cli.telling import told
from runtime.model.content_hash import content_hash
from runtime.model.package import pack_to_file

SECTION = "Make"


@click.command("pack", short_help="A project as one file.")
@click.argument("project")
@click.option("-o", "--out", metavar="FILE.baton", type=Out(), help="[default: PROJECT-VERSION.baton here]")
@as_json
def VERB(project: str, out: Path | None, as_json: bool) -> None:  # noqa: N802
    """Pack PROJECT into one file. The same content gives the same bytes. A project with errors is not packed."""
    opened = open_project(project)
    refuse_errors(opened, known_types(), project)
    file = out or Path(f"{opened.id}-{opened.file.version}.baton")
    package = pack_to_file(opened, file)
    release = content_hash(opened)
    if as_json:
        print_json({"file": str(file), "release": release, "sha256": package})
    else:
        told(f"{file}  release {release}")
