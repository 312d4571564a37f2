"""What a rehearsal is given and how it refuses: without the engine that plays it, which is loaded at the first run."""

from __future__ import annotations

from dataclasses import dataclass, field

from nodes.contract import Value


@dataclass
class Answers:
    """What effects answer, by node id. ``typed`` wins over ``seen``; a step in ``fails`` reports a failure."""

    typed: dict[str, Value] = field(default_factory=dict)
    seen: dict[str, Value] = field(default_factory=dict)
    fails: set[str] = field(default_factory=set)

    def source(self, node: str) -> str:
        """Where the answer of a node comes from, in words."""
        if node in self.fails:
            return "fails"
        return "typed by you" if node in self.typed else "kept sample" if node in self.seen else "made-up example"


class RehearsalRefused(Exception):
    """It can't begin or go on; the message is for people."""
