"""Rewrites names where expressions and texts of a step read them: by the tree of each expression, so that a name in
quotes, an entry of the same name behind a dot, or what an expression itself calls so, stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from designer.document.command import CommandRefused
from nodes.feel import BUILTIN_NAMES, KEYWORDS, FeelError, compile_expression, parse_template
from nodes.feel.reading import walk_names
from nodes.feel.tree import ContextLiteral, Filter, For, FunctionDefinition, Name, Path, Quantified, children
from nodes.feel.tree import Node as Tree
from runtime.model.flow import Flow

Places = Callable[[Tree, str], list[int]]
"""(tree, name) -> where the name stands in the text of the expression"""
Names = Mapping[str, str]
"""old name -> new name"""
_WORD = re.compile(r"\w+")
_OWN = (ContextLiteral, Filter, For, FunctionDefinition, Quantified)
"""what calls something by a name of its own"""
_SPECIAL = frozenset(word for name in (*BUILTIN_NAMES, *KEYWORDS) for word in _WORD.findall(name))
"""words that mean something else in some places"""


class ManyNames(dict[str, str]):
    """Names of a copy of a thousand steps: each is not sought in each text, but each word of a text among them."""

    def __init__(self, names: Names) -> None:
        super().__init__(names)
        self._odd = [old for old in names if not _WORD.fullmatch(old)]
        """no single words: a file that somebody wrote by hand"""

    def near(self, text: str) -> dict[str, str]:
        """Those that may be read in a text."""
        return {old: self[old] for old in (*_WORD.findall(text), *self._odd) if old in self}


def rewritten(value: Any, names: Names, places: Places) -> Any:
    """The value with the new names wherever ``places`` finds the old ones; the same object if there is no such place.

    Raises CommandRefused where a new name would mean something else: an expression calls something of its own so.
    """
    if isinstance(value, str):
        return _in_text(value, held, places) if "{" in value and (held := _held(value, names)) else value
    if isinstance(value, Mapping):
        if set(value) == {"feel"} and isinstance(value["feel"], str):
            text = _in_expression(value["feel"], names, places)
            return value if text == value["feel"] else {"feel": text}
        inner = {key: rewritten(item, names, places) for key, item in value.items()}
        return value if all(inner[key] is value[key] for key in inner) else inner
    if isinstance(value, list | tuple):
        items = [rewritten(item, names, places) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def flow_reading(flow: Flow, names: Names, places: Places) -> Flow:
    """The flow whose steps read the new names; the same object if none reads an old one."""
    nodes = tuple(
        node if (config := rewritten(node.config, names, places)) is node.config
        else node.model_copy(update={"config": config})
        for node in flow.nodes
    )  # fmt: skip
    same = all(one is other for one, other in zip(nodes, flow.nodes, strict=True))
    return flow if same else flow.model_copy(update={"nodes": nodes})


def _held(text: str, names: Names) -> Names:
    """Those that are to change and whose letters stand in a text."""
    near = names.near(text) if isinstance(names, ManyNames) else names
    return {old: new for old, new in near.items() if old in text and old != new}


def _in_expression(text: str, names: Names, places: Places) -> str:
    held = _held(text, names)
    if not held:
        return text
    try:
        tree = compile_expression(text).ast
    except FeelError:
        return text  # what can't be read can't be renamed; the check names it
    return _replaced(text, tree, 0, len(text), held, places)


def _in_text(text: str, names: Names, places: Places) -> str:
    try:
        holes = parse_template(text).holes
    except FeelError:
        return text
    for hole in reversed(holes):
        text = _replaced(text, hole.expression.ast, hole.offset, len(hole.expression.text), names, places)
    return text


def _replaced(text: str, tree: Tree, offset: int, length: int, names: Names, places: Places) -> str:
    """``text`` with new names in the expression that stands in it at ``offset``."""
    found = sorted((start, old) for old in names for start in places(tree, old))
    if not found:
        return text
    whole = text[offset : offset + length]
    for start, old in reversed(found):
        if whole[start : start + len(old)] == old:
            whole = whole[:start] + names[old] + whole[start + len(old) :]
    wanted = {names[old]: sum(one == old for _, one in found) for _, old in found}
    if _calls_own(tree) or not all(_is_plain(new) for new in wanted):
        _refuse_caught(whole, wanted, places)
    return text[:offset] + whole + text[offset + length :]


def _calls_own(tree: Tree) -> bool:
    return isinstance(tree, _OWN) or any(map(_calls_own, children(tree)))


def _is_plain(name: str) -> bool:
    """Whether it is read as the name that it is wherever another name was, if nothing there is called so: to read an
    expression again takes a hundred times as long as to see that.
    """
    return _WORD.fullmatch(name) is not None and not name[0].isdigit() and name not in _SPECIAL


def _refuse_caught(text: str, wanted: Mapping[str, int], places: Places) -> None:
    """Each new name has to be read as often as the old one was."""
    try:
        tree = compile_expression(text).ast
    except FeelError:
        return
    for name, times in wanted.items():
        if len(places(tree, name)) < times:
            shown = " ".join(text.split())
            shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
            raise CommandRefused(
                f"“{name}” is what an expression that reads this calls something of its own: “{shown}”. "
                "Choose another name."
            )


def of_name(tree: Tree, name: str) -> list[int]:
    """Where the name itself is read, not an entry of the same name behind a dot."""
    found: list[int] = []

    def seen(read: Name, _path: tuple[str, ...], _in_filter: bool) -> None:
        if read.name == name:
            found.append(read.span.start)

    walk_names(tree, seen)
    return found


def of_entry(*whole: str) -> Places:
    """Where an entry of this value is read: of ``input`` the name behind ``input.``, of ``route``, ``result`` the one
    behind ``route.result.``.
    """

    def places(tree: Tree, name: str) -> list[int]:
        roots = set(of_name(tree, whole[0]))
        return _behind(tree, name, whole, roots) if roots else []

    return places


def _behind(tree: Tree, name: str, whole: tuple[str, ...], roots: set[int]) -> list[int]:
    found: list[int] = []
    if isinstance(tree, Path) and tree.name == name and _is(tree.target, whole, roots):
        found.append(tree.span.end - len(name))
    for child in children(tree):
        found += _behind(child, name, whole, roots)
    return found


def _is(tree: Tree, whole: tuple[str, ...], roots: set[int]) -> bool:
    for name in reversed(whole[1:]):
        if not isinstance(tree, Path) or tree.name != name:
            return False
        tree = tree.target
    return isinstance(tree, Name) and tree.name == whole[0] and tree.span.start in roots
