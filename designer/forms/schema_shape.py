"""A JSON Schema of an object as rows see it: pure. Which kind a field is, what it becomes, what an example says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def is_object_schema(schema: Any) -> bool:
    """Whether rows can show it."""
    if not isinstance(schema, Mapping):
        return False
    said = schema.get("type", "object")
    inner = schema.get("properties", {})
    return (
        said == "object"
        and isinstance(inner, Mapping)
        and not {"anyOf", "oneOf", "allOf", "$ref", "not"} & schema.keys()
    )


def kind_of(schema: Mapping[str, Any]) -> str:
    """The kind that a row shows."""
    if "enum" in schema:
        return "enum"
    said = schema.get("type", "")
    if isinstance(said, list | tuple):
        types = [one for one in said if one != "null"]
        said = types[0] if len(types) == 1 else ""
    return str(said)


def of_kind(schema: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The same field of another kind: what only the old kind knows goes."""
    kept = {key: schema[key] for key in ("title", "description") if key in schema}
    if kind == "enum":
        return {**kept, "enum": ["First", "Second"]}
    if kind == "array":
        return {**kept, "type": "array", "items": {}}
    return {**kept, "type": kind} if kind else kept


def schema_of_example(value: Any, depth: int = 0) -> dict[str, Any]:
    """A schema that the example fits, no narrower than that."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | Decimal):
        return {"type": "number"}
    if isinstance(value, str):
        return {"type": "string"}
    if isinstance(value, list) and depth < 20:
        return {"type": "array", "items": schema_of_example(value[0], depth + 1) if value else {}}
    if isinstance(value, Mapping) and depth < 20:
        inner = {str(name): schema_of_example(one, depth + 1) for name, one in value.items()}
        required = [name for name, one in value.items() if one is not None]
        made: dict[str, Any] = {"type": "object", "properties": inner}
        return {**made, "required": required} if required else made
    return {}
