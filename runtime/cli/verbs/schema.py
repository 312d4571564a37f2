"""``baton schema``: the JSON Schemas of all files and of all node types."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from runtime.cli.doors import known_types
from runtime.cli.options import Out
from runtime.cli.printing import print_json
from runtime.cli.telling import told
from runtime.connections import json_schemas
from runtime.model.durable import write_atomically
from runtime.model.schemas import all_schemas
from runtime.wire import Problem, write_pretty_json

SECTION = "Make"


@click.command("schema", short_help="JSON Schemas of files and node types.")
@click.argument("name", required=False)
@click.option("-o", "--out", type=Out(file_okay=False), help="Write each into this folder.")
def VERB(name: str | None, out: Path | None) -> None:  # noqa: N802
    """Print the JSON Schema NAME (such as flow, project, environment or adapters/http_request), or all of them."""
    registry = known_types()
    schemas = {_short(identity): schema for identity, schema in all_schemas(registry).items()}
    schemas |= {kind: dict(schema) for kind, schema in json_schemas().items()}
    if name is not None:
        chosen = name if name in schemas else next((key for key in schemas if key.partition("@")[0] == name), None)
        if chosen is None:
            broken = next((each for each in registry.broken if each.id == name.partition("@")[0]), None)
            if broken is not None:
                raise Problem(
                    422, "BROKEN_TYPE", f"The node type {broken.id} can't be used: {broken.reason}", where=name
                )
            near = difflib.get_close_matches(name, schemas, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise Problem(
                404,
                "UNKNOWN_SCHEMA",
                f"There is no schema {name!r}.{meant}",
                todo=f"Known: {', '.join(sorted(schemas))}.",
            )
        schemas = {chosen: schemas[chosen]}
    if out is None:
        print_json(next(iter(schemas.values())) if name is not None else schemas)
        return
    out.mkdir(parents=True, exist_ok=True)
    for key, schema in sorted(schemas.items()):
        file = out / f"{key.replace('/', '.')}.schema.json"
        write_atomically(file, (write_pretty_json(schema) + "\n").encode())
        told(str(file))


def _short(identity: str) -> str:
    """``urn:baton:schema:flow:1`` -> ``flow``; ``...:config:adapters:slack:1`` -> ``adapters/slack@1``."""
    parts = identity.removeprefix("urn:baton:schema:").split(":")
    if parts[0] == "config":
        return f"{'/'.join(parts[1:-1])}@{parts[-1]}"
    return parts[0]
