"""Puts elements into the tree of a file, and takes them out, so that it stays indented as it was."""

from __future__ import annotations

import secrets
from typing import Any

from nodes.dmn.xml_tree import Element


def _blank(child: Any) -> bool:
    return child.__class__ is str and not child.strip()


def insert_before(parent: Element, element: Element, before: Element | None, *, after: Element | None) -> None:
    """Puts ``element`` before ``before``, else behind ``after``, else at the end; indented like its neighbours."""
    children = parent.children
    if before is not None:
        at = children.index(before)
        indent = children[at - 1] if at and _blank(children[at - 1]) else None
        children[at:at] = [element, indent] if indent is not None else [element]
        return
    if after is not None:
        at = children.index(after)
        indent = children[at - 1] if at and _blank(children[at - 1]) else None
        children[at + 1 : at + 1] = [indent, element] if indent is not None else [element]
        return
    if children and _blank(children[-1]):
        first = children[0] if _blank(children[0]) else children[-1]
        children[-1:] = [first, element, children[-1]] if len(children) > 1 else [children[0], element, children[0]]
        return
    children.append(element)


def take_out(parent: Element, element: Element) -> None:
    """Takes an element out with its line."""
    at = parent.children.index(element)
    begin = at - 1 if at and _blank(parent.children[at - 1]) else at
    del parent.children[begin : at + 1]


def fresh_id(kind: str) -> str:
    """An id that no file has."""
    return f"{kind}_{secrets.token_hex(5)}"
