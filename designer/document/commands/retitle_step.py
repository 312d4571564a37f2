"""Gives a step another title; while nobody outside knows the step yet, its name in expressions follows."""

from __future__ import annotations

import re
from collections.abc import Hashable

from designer.document.command import Command, CommandRefused, compound
from designer.document.commands.rename_node import rename_node
from designer.document.commands.set_field import UNSET, set_field
from designer.document.names import fresh
from runtime.model.flow import Flow
from runtime.model.names import suggested_id
from runtime.model.project import Project


def retitle_step(
    flow: Flow,
    node_id: str,
    title: str,
    *,
    follow: bool,
    kind: str = "",
    before: str = "",
    merge: Hashable | None = None,
) -> Command:
    """``follow``: the step was made since the last saving. Its name becomes one after the title unless somebody chose
    it: until then it is one after the title ``before``, or after what its ``kind`` is called.
    """
    change = set_field(flow.id, node_id, ("title",), title or UNSET, title=f"Rename to “{title[:40]}”", merge=merge)
    taken = [node.id for node in flow.nodes if node.id != node_id]
    follow = follow and bool(title.strip()) and _is_after(node_id, (before, kind, title))
    new = fresh(_apart(title), taken) if follow else node_id
    if new == node_id:
        return change
    whole = compound(change.title, change, rename_node(flow.id, node_id, new))

    def apply(project: Project) -> Project:
        try:
            return whole.apply(project)
        except CommandRefused:
            return change.apply(project)  # an expression calls something of its own so: the name stays

    return Command(change.title, apply, flow.id, select=(new,), merge=merge)


def _apart(title: str) -> str:
    """One word alone is likely what an entry is called, too, and in ``{customer: input.id, name: customer.name}`` the
    entry would be read.
    """
    return title if "_" in suggested_id(title) else f"{title} step"


def _is_after(name: str, titles: tuple[str, ...]) -> bool:
    stems = [suggested_id(words) for title in titles if title.strip() for words in (title, _apart(title))]
    return any(re.fullmatch(rf"{re.escape(stem)}(_\d+)?", name) for stem in stems)
