"""``baton unpack``: a packed project as a folder again."""

from __future__ import annotations

from pathlib import Path

import click

from runtime.cli.options import Out, as_json
from runtime.cli.printing import print_json
from runtime.cli.telling import told
from runtime.model.content_hash import content_hash
from runtime.model.package import unpack
from runtime.wire import Problem

SECTION = "Make"


@click.command("unpack", short_help="A packed project as a folder again.")
@click.argument("file", metavar="FILE.baton", type=click.Path(path_type=Path))
@click.option("-o", "--out", metavar="FOLDER", type=Out(), required=True, help="A new or empty folder.")
@as_json
def VERB(file: Path, out: Path, as_json: bool) -> None:  # noqa: N802
    """Write the project in FILE.baton into a new folder, whole or not at all."""
    if not file.exists():
        raise Problem(404, "FILE", f"There is no file {file}.", todo="Check the name.")
    project = unpack(file, out)
    if as_json:
        print_json({"folder": str(out), "project": project.id, "release": content_hash(project)})
    else:
        told(f"{out}  {project.id} {project.file.version}, release {content_hash(project)}")
