"""Rewrites names where expressions and texts of a step read them: by the tree of each expression, so that a name in
quotes, or an entry of the same name behind a dot, stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nodes.feel import FeelError, compile_expression, parse_template
from nodes.feel.tree import Name, Path, children
from nodes.feel.tree import Node as Tree

Places = Callable[[Tree, str], list[int]]
"""(tree, name) -> where the name stands in the text of the expression"""


def rewritten(value: Any, old: str, new: str, places: Places) -> Any:
    """The value with ``new`` wherever ``places`` finds ``old``; the same object if there is no such place."""
    if old == new:
        return value
    if isinstance(value, str):
        return _in_text(value, old, new, places) if old in value and "{" in value else value
    if isinstance(value, Mapping):
        if set(value) == {"feel"} and isinstance(value["feel"], str):
            text = _in_expression(value["feel"], old, new, places)
            return value if text == value["feel"] else {"feel": text}
        inner = {key: rewritten(item, old, new, places) for key, item in value.items()}
        return value if all(inner[key] is value[key] for key in inner) else inner
    if isinstance(value, list | tuple):
        items = [rewritten(item, old, new, places) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def _in_expression(text: str, old: str, new: str, places: Places) -> str:
    if old not in text:
        return text
    try:
        tree = compile_expression(text).ast
    except FeelError:
        return text  # what can't be read can't be renamed; the check names it
    return _replaced(text, places(tree, old), 0, old, new)


def _in_text(text: str, old: str, new: str, places: Places) -> str:
    try:
        holes = parse_template(text).holes
    except FeelError:
        return text
    for hole in reversed(holes):
        text = _replaced(text, places(hole.expression.ast, old), hole.offset, old, new)
    return text


def _replaced(text: str, starts: list[int], offset: int, old: str, new: str) -> str:
    for start in sorted(starts, reverse=True):
        at = start + offset
        if text[at : at + len(old)] == old:
            text = text[:at] + new + text[at + len(old) :]
    return text


def of_name(tree: Tree, name: str) -> list[int]:
    """Where the name itself is read, not an entry of the same name behind a dot."""
    found = [tree.span.start] if isinstance(tree, Name) and tree.name == name else []
    for child in children(tree):
        found += of_name(child, name)
    return found


def of_entry(whole: str) -> Places:
    """Where an entry of this value is read: of ``input`` the name behind ``input.``."""

    def places(tree: Tree, name: str) -> list[int]:
        found: list[int] = []
        if isinstance(tree, Path) and tree.name == name and isinstance(tree.target, Name) and tree.target.name == whole:
            found.append(tree.span.end - len(name))
        for child in children(tree):
            found += places(child, name)
        return found

    return places
