"""Functions of contexts (DMN 1.5, 10.3.4.9)."""

from __future__ import annotations

from typing import Any

from nodes.feel.library.signature import function
from nodes.feel.running import Running
from nodes.feel.values import CONTEXT, LIST, STRING, kind, settle


@function("get value(m: context, key: string)")
def get_value(context: dict[str, Any], key: str) -> Any:
    """The value of an entry."""
    return settle(context.get(key))


@function("get entries(m: context)")
def get_entries(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries as contexts of `key` and `value`."""
    return [{"key": key, "value": value} for key, value in context.items()]


@function("context(entries: list)")
def context_of(entries: list[Any]) -> dict[str, Any] | None:
    """The context of entries as `get entries` gives them; null for a key that is missing, no text, or there twice."""
    made: dict[str, Any] = {}
    for entry in entries:
        if kind(entry) != CONTEXT:
            return None
        entry = settle(entry)
        key = settle(entry.get("key"))
        if kind(key) != STRING or "value" not in entry or key in made:
            return None
        made[key] = settle(entry["value"])
    return made


@function("context put(context: context, key: any, value: any)", running=True)
def context_put(running: Running, context: dict[str, Any], key: Any, value: Any) -> dict[str, Any] | None:
    """The context with one entry new or changed."""
    return context_put_deep(running, context, settle(key) if kind(key) == LIST else [key], value)


@function("context put(context: context, keys: list, value: any)", running=True)
def context_put_deep(running: Running, context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any] | None:
    """The same along a path of keys; null where the path leads through what is no context."""
    if not keys or kind(keys[0]) != STRING:
        return None
    first = settle(keys[0])
    if len(keys) == 1:
        return {**context, first: value}
    inner = context.get(first)
    if inner is None and first not in context:
        inner = {}
    if kind(inner) != CONTEXT or len(keys) > 64:
        return None
    inner = settle(inner)
    running.charge(len(inner))
    changed = context_put_deep(running, inner, keys[1:], value)
    return None if changed is None else {**context, first: changed}


@function("context merge(contexts: list)", running=True)
def context_merge(running: Running, contexts: list[Any]) -> dict[str, Any] | None:
    """All entries in one context, later ones win."""
    made: dict[str, Any] = {}
    for context in contexts:
        if kind(context) != CONTEXT:
            return None
        context = settle(context)
        running.charge(len(context))
        made.update(context)
    return made
