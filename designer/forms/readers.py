"""``Readers``: which steps read which paths. A step that did not change is not read again: large flows cost little."""

from __future__ import annotations

from designer.document.facts import Facts
from nodes.contract import Text
from nodes.feel import FeelError, compile_expression, parse_template
from nodes.feel.reading import free_paths
from runtime.model.flow import Flow, Node
from runtime.model.names import SCOPE_NAMES

Path = tuple[str, ...]


class Readers:
    """One for a window or a panel."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: dict[str, tuple[Node, frozenset[Path]]] = {}

    def of(self, flow: Flow) -> dict[str, frozenset[Path]]:
        """Step -> the paths that its expressions read."""
        names = frozenset(node.id for node in flow.nodes) | SCOPE_NAMES
        known = {}
        for node in flow.nodes:
            before = self._known.get(node.id)
            known[node.id] = before if before is not None and before[0] is node else (node, self._read(node, names))
        self._known = known
        return {name: paths for name, (_, paths) in known.items()}

    def read_on(self, flow: Flow, first: str, most: int) -> bool:
        """Reads a step, and ``most`` others that it does not know yet; whether there is nothing left to read."""
        names = frozenset(node.id for node in flow.nodes) | SCOPE_NAMES
        unknown = [node for node in flow.nodes if not self._knows(node)]
        unknown.sort(key=lambda node: node.id != first)
        for node in unknown[: most + 1]:
            self._known[node.id] = node, self._read(node, names)
        return len(unknown) <= most + 1

    def known(self, flow: Flow) -> dict[str, frozenset[Path]]:
        """What ``of`` gives, as far as it was read already."""
        return {node.id: self._known[node.id][1] for node in flow.nodes if self._knows(node)}

    def _knows(self, node: Node) -> bool:
        known = self._known.get(node.id)
        return known is not None and known[0] is node

    def _read(self, node: Node, names: frozenset[str]) -> frozenset[Path]:
        found: set[Path] = set()
        for use in self._facts.of(node).uses:
            source = use.field.source
            if source is None or (isinstance(use.field, Text) and "{" not in source):
                continue
            try:
                if isinstance(use.field, Text):
                    trees = [hole.expression.ast for hole in parse_template(source).holes]
                else:
                    trees = [compile_expression(source).ast]
            except FeelError:
                continue  # what can't be read reads nothing; the check names it
            for tree in trees:
                found |= free_paths(tree, names)
        return frozenset(found)


def touches(path: Path, other: Path) -> bool:
    """Whether one lies inside the other, or they are the same."""
    short = min(len(path), len(other))
    return path[:short] == other[:short]
