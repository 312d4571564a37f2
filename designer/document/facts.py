"""``Facts``: what the node types say about nodes, asked once per node value. Canvas, forms and panels read it."""

from __future__ import annotations

from typing import Any

from designer.document.likely_ports import likely_ports
from nodes.contract import HumanTask, Port
from runtime.model.drawing import NodeFacts, TypeSource
from runtime.model.flow import Node
from runtime.model.project import Project, Role

KEPT = 5_000
"""answers that are remembered; more are forgotten all at once, which costs one repaint"""


class Facts:
    """Answers by node value: a frozen node always has the same ports, summary and mistakes."""

    def __init__(self, registry: TypeSource) -> None:
        self.registry = registry
        self._known: dict[int, tuple[Node, NodeFacts]] = {}
        self._said: dict[int, tuple[Node, tuple[Role, ...], str]] = {}

    def of(self, node: Node) -> NodeFacts:
        """All that its type says about it. Never raises, whatever the config."""
        known = self._known.get(id(node))
        if known is not None and known[0] is node:
            return known[1]
        facts = NodeFacts(node, self.registry.get(node.type, node.version))
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[id(node)] = (node, facts)
        return facts

    def ways(self, node: Node) -> tuple[Port, ...]:
        """Its ports, those that it will likely have while its config is not complete; empty where nothing is known."""
        facts = self.of(node)
        if facts.ports is None and facts.type is not None:
            return likely_ports(node, facts.type) or ()
        return facts.ports or ()

    def known(self, node: Node) -> NodeFacts | None:
        """What was asked before, else None: asking about a config with expressions takes milliseconds."""
        known = self._known.get(id(node))
        return known[1] if known is not None and known[0] is node else None

    def summary(self, node: Node, project: Project) -> str:
        """One line of what the step does, in words; empty if its config does not say it yet. Roles are called by the
        titles that they have in the project.
        """
        roles = project.file.roles
        said = self._said.get(id(node))
        if said is not None and said[0] is node and said[1] is roles:
            return said[2]
        if len(self._said) >= KEPT:
            self._said.clear()
        words = _summary(self.of(node), project)
        self._said[id(node)] = (node, roles, words)
        return words

    def kind(self, node: Node) -> str:
        """What its kind is called; empty where the type is missing."""
        found = self.of(node).type
        return found.title if found is not None else ""

    def category(self, node: Node) -> str:
        """The kind on the rail: ``trigger``, ``adapter`` ...; ``unknown`` where the type is missing or broken."""
        facts = self.of(node)
        return str(facts.type.category) if facts.type is not None else "unknown"


def _summary(facts: NodeFacts, project: Project) -> str:
    if facts.type is None or facts.config is None:
        return ""
    try:
        return facts.type.summary(_as_people_say(facts, project))
    except Exception:  # noqa: BLE001 - a stranger's node type may raise anything; the check names it
        return ""


def _as_people_say(facts: NodeFacts, project: Project) -> Any:
    """Its config with the title of the role that it asks: types know roles by their ids alone."""
    config, behaviour = facts.config, facts.behaviour
    role = project.role(behaviour.role) if isinstance(behaviour, HumanTask) else None
    if config is None or role is None or not role.title or getattr(config, "role", None) != role.id:
        return config
    return config.model_copy(update={"role": role.title})
