"""What ``$ref`` refers to within one JSON Schema: there, a schema, and no circle that no value ends.

Called by ``json_schema`` for ``baton check``, so that it is said there and not by the first run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeAlias
from urllib.parse import unquote

Path: TypeAlias = tuple[str | int, ...]

_HERE = ("not", "if", "then", "else")
_HERE_EACH = ("allOf", "anyOf", "oneOf")
"""Their schemas judge the same value, not a part of it, so a circle of them never comes to an end."""
_REFERENCES = ("$ref", "$dynamicRef")


def reference_mistakes(schema: Any, parts: Mapping[Path, Mapping[str, Any]]) -> Iterator[tuple[Path, str]]:
    """(Place, what is wrong there). ``parts``: every schema within ``schema`` by its path, itself by ``()``."""
    if any("$id" in part for path, part in parts.items() if path):
        return  # a part with an id of its own begins a schema of its own; the validator knows those
    anchors = {part[key]: path for path, part in parts.items() for key in ("$anchor", "$dynamicAnchor") if key in part}
    ways: dict[Path, list[Path]] = {path: list(_inside(path, part)) for path, part in parts.items()}
    sound = True
    for path, part in parts.items():
        for keyword in _REFERENCES:
            if keyword not in part:
                continue
            target = _target(part[keyword], anchors)
            found = _at(schema, target)
            if not isinstance(found, Mapping | bool):
                sound = False
                what = "nothing" if found is _NOWHERE else "no schema"
                yield (*path, keyword), f"{keyword} {part[keyword]!r} leads to {what}; write it into $defs"
            elif target is not None:
                ways[path].append(target)
    circle = _circle(ways) if sound else None
    if circle is not None:
        words = " -> ".join(f"#/{'/'.join(map(str, each))}" if each else "#" for each in circle)
        yield circle[0], f"refers to itself in a circle that no value ends: {words}; take one reference out"


def _inside(path: Path, part: Mapping[str, Any]) -> Iterator[Path]:
    """The paths of the schemas that judge the same value as this one."""
    yield from ((*path, key) for key in _HERE if key in part)
    yield from ((*path, key, n) for key in _HERE_EACH for n in range(len(part.get(key, ()))))
    yield from ((*path, "dependentSchemas", name) for name in part.get("dependentSchemas", ()))


def _target(reference: str, anchors: Mapping[str, Path]) -> Path | None:
    """The path that a reference names (lists by number as text); None if it is a name that nobody bears."""
    fragment = unquote(reference[1:])
    if not fragment:
        return ()
    if not fragment.startswith("/"):
        return anchors.get(fragment)
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in fragment[1:].split("/"))


_NOWHERE = object()


def _at(schema: Any, path: Path | None) -> Any:
    """What stands at a path, or ``_NOWHERE``."""
    if path is None:
        return _NOWHERE
    found = schema
    for part in path:
        if isinstance(found, Mapping) and part in found:
            found = found[part]
        elif isinstance(found, list) and str(part).isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            return _NOWHERE
    return found


def _circle(ways: Mapping[Path, list[Path]]) -> list[Path] | None:
    by_text = {tuple(map(str, path)): path for path in ways}
    graph = {path: [by_text.get(tuple(map(str, to)), to) for to in targets] for path, targets in ways.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(reversed(found.args[1]))
    return None
