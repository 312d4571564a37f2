"""Ways out of a step whose config is not complete yet: what its type would say with what is there.

A step that was just added has empty fields; it can be connected before it is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_origin

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from nodes.contract import NodeType, Port
from runtime.model.flow import Node

MOST = 30
"""ports that are believed"""


def likely_ports(node: Node, node_type: NodeType) -> tuple[Port, ...] | None:
    """None where the type can't tell without the fields that are missing or wrong."""
    try:
        values = {
            name: _value(field, node.config, field.alias or name)
            for name, field in node_type.Config.model_fields.items()
        }
        ports = tuple(node_type.ports(node_type.Config.model_construct(**values)))
    except Exception:  # noqa: BLE001  a half-filled config may break any type's function; then nothing is known
        return None
    return ports if ports and all(isinstance(port, Port) for port in ports[:MOST]) and len(ports) <= MOST else None


def _value(field: FieldInfo, config: Mapping[str, Any], name: str) -> Any:
    if name in config:
        marks = tuple(field.metadata)
        kind: Any = field.annotation
        adapter: TypeAdapter[Any] = TypeAdapter(Annotated[(kind, *marks)] if marks else kind)
        try:
            return adapter.validate_python(config[name])
        except ValueError:
            pass
    if not field.is_required():
        return field.get_default(call_default_factory=True)
    kind_of = get_origin(field.annotation)
    return kind_of() if kind_of in (list, dict) else None


def starting_config(found: NodeType, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a new step begins with: an approval can be answered yes or no before anybody has typed anything."""
    config = dict(given or {})
    if str(found.category) == "approval" and "choices" in found.Config.model_fields:
        config.setdefault(
            "choices",
            [
                {"port": "approve", "title": "Approve", "style": "positive"},
                {"port": "reject", "title": "Reject", "style": "negative"},
            ],
        )
    return config
