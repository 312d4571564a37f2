"""JSON Schemas of the project's files, and of the config of each node type: what ``baton schema`` prints.

Made from the models, so they can't say anything else. ``$id``s are URNs: a name, and no address that anybody could be
asked for. Unknown keys are allowed, since they survive load and save.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from nodes.contract import NodeType
from runtime.model.drawing import TypeSource
from runtime.model.flow import Flow
from runtime.model.layout import LayoutFile
from runtime.model.migrations import FORMAT_VERSION
from runtime.model.package import Manifest
from runtime.model.project import ConnectionsFile, ProjectFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TITLES = {
    "project": "Project: what it is called, its roles and environments",
    "connections": "Connections: what the project needs of other systems",
    "flow": "Flow: one outcome flow, its steps and the lines between them",
    "layout": "Layout: where the cards of a flow stand, its notes and groups",
    "manifest": "Manifest: what a package holds, with its sums",
    "texts": "Texts: translations of what people read, by key",
    "form": "Form: a JSON Schema of what people fill in",
    "sample": "Sample: a named input for a flow",
    "scenario": "Scenario: a test of a flow",
    "decision_test": "Decision test: a saved case of a decision table, and what it gives",
}


def file_schemas() -> dict[str, dict[str, Any]]:
    """Kind of file -> its JSON Schema. Decisions are DMN and have a schema of their own makers."""
    models: Mapping[str, type[BaseModel]] = {
        "project": ProjectFile,
        "connections": ConnectionsFile,
        "flow": Flow,
        "layout": LayoutFile,
        "manifest": Manifest,
    }
    schemas = {kind: model.model_json_schema(by_alias=True) for kind, model in models.items()}
    schemas["texts"] = TypeAdapter(dict[str, str]).json_schema()
    schemas["form"] = {"type": "object"}
    schemas["sample"] = {}
    schemas["scenario"] = {"type": "object"}
    schemas["decision_test"] = {"type": "object", "required": ["given", "expect"]}
    return {kind: _finished(schema, kind) for kind, schema in schemas.items()}


def config_schema(node_type: NodeType) -> dict[str, Any]:
    """The JSON Schema of a node type's config, with the titles and help of its form."""
    name = node_type.id.replace("/", ":")
    schema = node_type.Config.model_json_schema(by_alias=True)
    head = {
        "$schema": DIALECT,
        "$id": f"urn:baton:schema:config:{name}:{node_type.version}",
        "title": node_type.title,
        "description": node_type.help,
    }
    return {**head, **{key: item for key, item in schema.items() if key not in head}}


def all_schemas(registry: TypeSource) -> dict[str, dict[str, Any]]:
    """The schemas of all files and of all installed node types, by ``$id``."""
    schemas = [*file_schemas().values(), *(config_schema(node_type) for node_type in registry.types)]
    return {schema["$id"]: schema for schema in schemas}


def _finished(schema: dict[str, Any], kind: str) -> dict[str, Any]:
    head = {"$schema": DIALECT, "$id": f"urn:baton:schema:{kind}:{FORMAT_VERSION}", "title": _TITLES[kind]}
    body = {key: item for key, item in schema.items() if key not in head}
    for name, definition in body.get("$defs", {}).items():
        definition["title"] = _words(name)
    _name_fields(body)
    return {**head, **body}


def _name_fields(schema: Any) -> None:
    """Pydantic's titles are the names of Python; these are words."""
    if isinstance(schema, dict):
        for name, field in schema.get("properties", {}).items():
            if isinstance(field, dict) and "$ref" not in field:
                field["title"] = _words(name)
        for inner in schema.values():
            _name_fields(inner)
    elif isinstance(schema, list):
        for inner in schema:
            _name_fields(inner)


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").lower()
    words = {"id": "Id", "sla": "SLA"}.get(spaced)
    return words or spaced[:1].upper() + spaced[1:]
