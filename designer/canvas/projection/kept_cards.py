"""``KeptCards``: what the cards of flows say, made ahead or kept from when they were shown: that is half of what it
takes to show a large flow.

Law: a card is right for the values of project and flow that it was made of, and is given for no others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from designer.canvas.card import Card, make_card
from designer.document.facts import Facts
from runtime.model.flow import Flow
from runtime.model.project import Project

MOST = 4
"""flows whose cards are kept"""
_NONE: Mapping[str, Card] = {}


class KeptCards:
    """One per canvas."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._kept: dict[str, tuple[Project, Flow, Mapping[str, Card]]] = {}

    def of(self, project: Project, flow: Flow) -> Mapping[str, Card]:
        """Those of this flow by step, as far as they are known."""
        kept = self._kept.get(flow.id)
        return kept[2] if kept is not None and kept[0] is project and kept[1] is flow else _NONE

    def keep(self, project: Project, flow: Flow, cards: Mapping[str, Card]) -> None:
        """These are of this flow; those of the flow that was kept first may go."""
        self._kept.pop(flow.id, None)
        self._kept[flow.id] = project, flow, cards
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    def making(self, project: Project, flow: Flow, used: Mapping[str, Collection[str]]) -> Iterator[None]:
        """Makes them one by one; nothing is asked of types."""
        cards: dict[str, Card] = {}
        self.keep(project, flow, cards)
        for node in flow.nodes:
            cards[node.id] = make_card(node, self._facts, project, used.get(node.id, ()), ask=False)
            yield
