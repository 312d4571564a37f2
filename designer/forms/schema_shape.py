"""A JSON Schema of an object as rows see it: pure. Which kind a field is, what it becomes, what an example says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from designer.forms.field_plan import WORDY
from nodes.contract.json_schema import schema_mistakes

DATE, MOMENT, LINES = "date", "date-time", "lines"
LONGEST: Final = 10_000
"""characters of a long text"""


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
    if said == "string":
        longest = schema.get("maxLength")
        if schema.get("format") in (DATE, MOMENT):
            return str(schema["format"])
        return LINES if isinstance(longest, int | Decimal) and longest > WORDY else "string"
    return str(said)


def holds_for(known: Mapping[str, Any], example: Any) -> bool:
    """Whether what is known of a field is left as it is beside this example of it."""
    if example is None:
        return True  # it tells nothing
    kind = kind_of(known)
    return kind == kind_of(schema_of_example(example)) or (bool(kind) and not schema_mistakes(known, example))


def of_kind(schema: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The same field of another kind: what only the old kind knows goes."""
    kept = {key: schema[key] for key in ("title", "description") if key in schema}
    if kind == "enum":
        return {**kept, "enum": ["First", "Second"]}
    if kind == "array":
        return {**kept, "type": "array", "items": {}}
    if kind in (DATE, MOMENT):
        return {**kept, "type": "string", "format": kind}
    if kind == LINES:
        return {**kept, "type": "string", "maxLength": LONGEST}
    return {**kept, "type": kind} if kind else kept


def schema_of_example(value: Any, depth: int = 0) -> dict[str, Any]:
    """A schema that the example fits, no narrower than that."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | Decimal):
        return {"type": "number"}
    if isinstance(value, str):
        told = next((kind for kind in (DATE, MOMENT) if not schema_mistakes(of_kind({}, kind), value)), "string")
        return of_kind({}, told)
    if isinstance(value, list) and depth < 20:
        return {"type": "array", "items": schema_of_example(value[0], depth + 1) if value else {}}
    if isinstance(value, Mapping) and depth < 20:
        inner = {str(name): schema_of_example(one, depth + 1) for name, one in value.items()}
        required = [name for name, one in value.items() if one is not None]
        made: dict[str, Any] = {"type": "object", "properties": inner}
        return {**made, "required": required} if required else made
    return {}
