"""``shape_of(services, node)``: what a form is made for: a form can be turned to every step of its shape."""

from __future__ import annotations

from typing import Any

from designer.forms.arrangement import arrange_fields
from designer.forms.field_plan import plan_of
from designer.services import Services
from nodes.contract import Effect
from runtime.model.flow import Node

Shape = tuple[Any, ...]


def shape_of(services: Services, node: Node) -> Shape:
    """What a form is made for: a form can be turned to every step of its shape."""
    facts = services.facts.of(node)
    effect = facts.behaviour is None or isinstance(facts.behaviour, Effect)
    if facts.type is None:
        return (node.type, node.version, effect)
    fields = arrange_fields(plan_of(facts.type.Config), node.config)
    placed = tuple(tuple(field.name for field in part) for part in fields)
    return (node.type, node.version, effect, placed)
