"""An example value that fits a JSON Schema: what a step answers in a rehearsal before anybody has seen a real answer.

Deterministic and plain: the schema's own examples, defaults and choices first, else short recognisable values.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from nodes.contract import Value

DEPTH = 12
_FORMATS = {
    "date": "2026-05-01",
    "date-time": "2026-05-01T10:00:00Z",
    "time": "10:00:00",
    "duration": "P1D",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def example_of(schema: Mapping[str, Any], name: str = "", depth: int = 0) -> Value:
    """A value that fits ``schema`` as far as its usual keywords go; null where nothing is known."""
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list | tuple) and schema[key]:
            return schema[key][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if isinstance(schema.get(key), list | tuple) and schema[key] and depth < DEPTH:
            return example_of(schema[key][0], name, depth + 1)
    kind = schema.get("type")
    if isinstance(kind, list | tuple):
        kind = next((one for one in kind if one != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema else "array" if "items" in schema else None
    if depth >= DEPTH:
        return None
    return _of_kind(kind, schema, name, depth)


def _of_kind(kind: Any, schema: Mapping[str, Any], name: str, depth: int) -> Value:
    if kind == "object":
        properties = schema.get("properties") or {}
        return {key: example_of(part, key, depth + 1) for key, part in properties.items() if isinstance(part, Mapping)}
    if kind == "array":
        items = schema.get("items")
        count = max(1, int(schema.get("minItems", 1)))
        return [example_of(items, name, depth + 1) for _ in range(min(count, 20))] if isinstance(items, Mapping) else []
    if kind in ("number", "integer"):
        lowest = schema.get("minimum", schema.get("exclusiveMinimum"))
        if lowest is not None:
            return Decimal(lowest) + (1 if "exclusiveMinimum" in schema else 0)
        highest = schema.get("maximum")
        return min(Decimal(100), Decimal(highest)) if highest is not None else Decimal(100)
    if kind == "boolean":
        return True
    if kind == "string":
        text = _FORMATS.get(str(schema.get("format")), str(schema.get("title") or name or "example"))
        shortest = int(schema.get("minLength", 0))
        return text.ljust(shortest, "x")[: int(schema.get("maxLength", 10_000))]
    return None
