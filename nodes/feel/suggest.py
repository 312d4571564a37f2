"""What was probably meant: the closest known name, and the ways to call a function, in words.

Who calls it: `check`.
"""

from __future__ import annotations

from collections.abc import Collection

from nodes.feel.library import Builtin, Overload


def closest(name: str, known: Collection[str]) -> str | None:
    """The known name that is most alike, None if none is alike."""
    from difflib import get_close_matches  # here: only a mistake needs it

    folded = {other.casefold().replace("_", " "): other for other in known}
    found = get_close_matches(name.casefold().replace("_", " "), list(folded), n=1, cutoff=0.7)
    return folded[found[0]] if found else None


def did_you_mean(name: str, known: Collection[str]) -> str | None:
    """The suggestion for a name that nobody knows."""
    found = closest(name, known)
    return None if found is None else f"Did you mean `{found}`?"


def call_text(name: str, way: Overload) -> str:
    """`substring(string, start position, [length])`."""
    texts = [f"[{parameter.name}]" if parameter.optional else parameter.name for parameter in way.parameters]
    return f"{name}({', '.join(texts)}{', ...' if way.variadic else ''})"


def calls_text(builtin: Builtin) -> str:
    """All ways to call a function."""
    return " or ".join(f"`{call_text(builtin.name, way)}`" for way in builtin.overloads)
