"""Node types of strangers: a pure function given as a lambda becomes a type, next to the built-in ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nodes import registry
from nodes.contract import Category, NodeConfig, NodeType, Port, Pure, Routed
from runtime.engine.plan import TypeSource

Apply = Callable[[Any, Any], Any]


class Config(NodeConfig):
    """Takes nothing."""


def pure(apply: Apply, inputs: dict[str, Any] | None = None) -> NodeType:
    """A type whose only work is ``apply``."""
    return made(lambda config: Pure(apply, inputs or {}))


def made(behaviour: Callable[[Any], Any], **more: Any) -> NodeType:
    """A type with this behaviour."""
    fields: dict[str, Any] = {
        "id": "decision/strange",
        "version": 1,
        "title": "Strange",
        "help": "Made by a stranger.",
        "category": Category.DECISION,
        "icon": "plug",
        "Config": Config,
        "ports": lambda config: (Port("done", "Done"),),
        "output_schema": lambda config: {},
        "summary": lambda config: "Strange",
        "behaviour": behaviour,
    }
    return NodeType(**{**fields, **more})


@dataclass
class Types:
    """The built-in types and one more, known as ``decision/strange``."""

    strange: Any
    built_in: TypeSource = field(default_factory=registry.built_ins)

    def get(self, type_id: str, version: int, /) -> Any:
        return self.strange if type_id == "decision/strange" else self.built_in.get(type_id, version)


def routed(output: Any = None, port: str = "done", why: Any = None) -> Routed:
    return Routed(port, output, why)
