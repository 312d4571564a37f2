"""What differs between two values of a project: added, removed, changed, field by field; layout apart.

Pure. Called by the comparison window (against the saved or any packed version) and by ``merging`` for its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from designer.document.facts import Facts
from designer.document.lookup import way_words
from designer.document.names import as_read, title_of
from designer.keeping.table_differences import table_differences
from runtime.model.flow import Flow, Node
from runtime.model.project import Project

How = Literal["added", "removed", "changed"]
MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. ``flow`` and ``node`` say where, if it is in one; ``layout``: only how it is drawn."""

    how: How
    what: str
    """in words: ``Step “Refund”``, ``Connection “Billing”``"""
    flow: str | None = None
    node: str | None = None
    field: str = ""
    """path, such as ``config.path``; empty where the whole thing was added or removed"""
    before: Any = None
    after: Any = None
    layout: bool = False
    label: str = ""
    """what ``field`` is called where it is no path: the column of a table"""
    page: tuple[str, str] | None = None
    """the page that shows it, and of what, where it is in no flow"""


def differences(before: Project, after: Project, facts: Facts) -> tuple[Difference, ...]:
    """All of them: the project first, then flow by flow, then the rest; ``facts`` knows what ways are called."""
    return tuple(_all(before, after, facts))


def _all(before: Project, after: Project, facts: Facts) -> Iterator[Difference]:
    for field, old, new in changed_fields(_plain(before.file), _plain(after.file)):
        yield _field("Project", field, old, new)
    for name, old, new in _pairs(before.connections, after.connections):
        title = f"Connection “{_title(new if new is not None else old, name)}”"
        plain = (None if part is None else _plain(part) for part in (old, new))
        yield from _on_page(("connections", name), _thing(title, *plain))
    for name, old_flow, new_flow in _pairs(before.flows, after.flows):
        yield from _flow(name, old_flow, new_flow, facts)
    for name, flow in {**before.flows, **after.flows}.items():
        if name in before.flows and name in after.flows:
            yield from _layout(name, before.layouts.get(name), after.layouts.get(name), flow)
    for name, old, new in _pairs(before.decisions, after.decisions):
        yield from _on_page(("decision_table", name), _decision(f"Decision “{as_read(name)}”", old, new))
    for name, old, new in _pairs(before.forms, after.forms):
        yield from _on_page(("form", name), _thing(f"Form “{as_read(name)}”", old, new))
    for name, old, new in _pairs(before.texts, after.texts):
        yield from _thing(f"Translation “{name}”", old, new)
    for file, old_tests, new_tests in _pairs(before.decision_tests, after.decision_tests):
        for name, old, new in _pairs(old_tests or {}, new_tests or {}):
            what = f"Test “{_test_title(new or old, name)}” of “{as_read(file)}”"
            yield from _on_page(("decision_table", file), _thing(what, old, new))
    for kind, part in (("Sample", "samples"), ("Scenario", "scenarios")):
        for flow, olds, news in _pairs(getattr(before, part), getattr(after, part)):
            for name, old, new in _pairs(olds or {}, news or {}):
                for found in _thing(f"{kind} “{as_read(name)}”", old, new):
                    yield _in_flow(found, flow)


def changed_fields(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Paths at which two plain values differ, with both values; ``MISSING`` where one says nothing."""
    if old is new or (type(old) is type(new) and old == new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            inside = f"{path}.{key}" if path else str(key)
            yield from changed_fields(old.get(key, MISSING), new.get(key, MISSING), inside)
        return
    if isinstance(old, list | tuple) and isinstance(new, list | tuple) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from changed_fields(one, other, f"{path}[{number}]")
        return
    olds, news = _by_id(old), _by_id(new)
    if olds is not None and news is not None:
        yield from changed_fields(olds, news, path)
        return
    yield path, old, new


def _by_id(value: Any) -> dict[str, Any] | None:
    """Entries by their ids, so that one more is told as one more; None where they have none."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) and "id" in one for one in value):
        return None
    return {str(one["id"]): one for one in value}


def _flow(name: str, old: Flow | None, new: Flow | None, facts: Facts) -> Iterator[Difference]:
    flow = new if new is not None else old
    assert flow is not None
    what = f"Flow “{title_of(flow)}”"
    if old is None or new is None:
        yield Difference("added" if old is None else "removed", what, name)
        return
    if old is new:
        return
    for field, one, other in changed_fields(_settings(old), _settings(new)):
        yield _in_flow(_field(what, field, one, other), name)
    for node, one, other in _pairs({n.id: n for n in old.nodes}, {n.id: n for n in new.nodes}):
        yield from _node(name, node, one, other)
    old_edges, new_edges = {edge.key: edge for edge in old.edges}, {edge.key: edge for edge in new.edges}
    for key in sorted(old_edges.keys() ^ new_edges.keys()):
        how: How = "added" if key in new_edges else "removed"
        owner = new if key in new_edges else old
        way = way_words(owner.node(key[0]), key[1], facts)
        words = f"Line from “{_named(owner, key[0])}” by “{way}” to “{_named(owner, key[2])}”"
        yield Difference(how, words, name, key[0])


def _node(flow: str, node: str, old: Node | None, new: Node | None) -> Iterator[Difference]:
    known = new if new is not None else old
    assert known is not None
    what = f"Step “{title_of(known)}”"
    if old is None or new is None:
        yield Difference("added" if old is None else "removed", what, flow, node)
        return
    if old is not new:
        for field, one, other in changed_fields(_plain(old), _plain(new)):
            found = _field(what, field, one, other)
            yield Difference(found.how, what, flow, node, found.field, found.before, found.after)


def _layout(name: str, old: Any, new: Any, flow: Flow | None) -> Iterator[Difference]:
    if old is new or old == new:
        return
    old, new = (part if isinstance(part, Mapping) else {} for part in (old, new))
    places = [dict(part.get("nodes") or {}) for part in (old, new)]
    moved = [node for node in places[1] if node in places[0] and places[0][node] != places[1][node]]
    for node in moved:
        what = f"Place of “{_named(flow, node)}”"
        yield Difference("changed", what, name, node, layout=True)
    for part, word in (("notes", "Note"), ("groups", "Group"), ("lanes", "Lane")):
        olds, news = ({thing.get("id"): thing for thing in side.get(part) or ()} for side in (old, new))
        for key, one, other in _pairs(olds, news):
            for found in _thing(
                f"{word} “{_short((other or one).get('text') or (other or one).get('title') or key)}”", one, other
            ):
                yield Difference(found.how, found.what, name, None, found.field, found.before, found.after, layout=True)


def _decision(what: str, old: bytes | None, new: bytes | None) -> Iterator[Difference]:
    found = None if old is None or new is None else table_differences(old, new)
    if found is not None:
        for one in found:
            place = "cell" if one.label else ""
            yield Difference(one.how, one.what, None, None, place, one.before, one.after, label=one.label)
    elif old is not None and new is not None:
        yield Difference("changed", what, field="content", label="Types, drawing and other things beside its tables")
    else:
        yield from _thing(what, old, new)


def _thing(what: str, old: Any, new: Any) -> Iterator[Difference]:
    if old is None or new is None:
        if old is not new:
            yield Difference("added" if old is None else "removed", what)
        return
    for field, one, other in changed_fields(old, new):
        yield _field(what, field, one, other)


def _field(what: str, field: str, old: Any, new: Any) -> Difference:
    how: How = "added" if old is MISSING else "removed" if new is MISSING else "changed"
    return Difference(how, what, None, None, field, None if old is MISSING else old, None if new is MISSING else new)


def _on_page(page: tuple[str, str], found: Iterable[Difference]) -> Iterator[Difference]:
    return (replace(one, page=page) for one in found)


def _in_flow(found: Difference, flow: str) -> Difference:
    return Difference(found.how, found.what, flow, found.node, found.field, found.before, found.after, found.layout)


def _pairs(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    for key in [*old, *(key for key in new if key not in old)]:
        one, other = old.get(key), new.get(key)
        if one is not other and one != other:
            yield key, one, other


def _settings(flow: Flow) -> dict[str, Any]:
    return _plain(flow, {"nodes", "edges"})


def _plain(part: Any, without: set[str] | None = None) -> dict[str, Any]:
    return dict(part.model_dump(by_alias=True, exclude_unset=True, exclude=without))


def _title(part: Any, otherwise: str) -> str:
    return getattr(part, "title", "") or otherwise


def _test_title(test: Any, otherwise: str) -> str:
    return str((test.get("title") if isinstance(test, Mapping) else None) or as_read(otherwise))


def _named(flow: Flow | None, node_id: str) -> str:
    node = flow.node(node_id) if flow is not None else None
    return title_of(node) if node is not None else node_id


def _short(text: Any) -> str:
    flat = " ".join(str(text).split())
    return flat if len(flat) <= 40 else flat[:39] + "…"
