"""Which names may be ids (they become file names, and names in expressions) and which paths may be in a project.

Called by ``files``, ``package`` and the rules. Law: an id that passes here names the same file on Linux, macOS and
Windows, and a path that passes here can't lead out of the project's folder.
"""

from __future__ import annotations

import re
import unicodedata

from nodes.feel import BUILTIN_NAMES, KEYWORDS

MAX_ID = 64
"""Longest id, in characters."""
SCOPE_NAMES = frozenset({"input", "case", "run", "vars", "item", "index", "reply", "undone"})
"""What an expression sees besides nodes (SEMANTICS N2)."""
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""File names that Windows keeps for devices, whatever follows their first dot."""

_ID = re.compile(r"[a-z][a-z0-9_]*")


def id_fault(id: str) -> str | None:  # noqa: A002 - it is one
    """Why this can't be the id of a project, flow, role, outcome or file; None if it can. To be read after the id."""
    if not id:
        return "is empty; give it a name of small letters, digits and underscores"
    if len(id) > MAX_ID:
        return f"has {len(id):,} characters; at most {MAX_ID} are allowed"
    if not _ID.fullmatch(id):
        return "may hold only small letters, digits and underscores, and begins with a letter"
    if id in DEVICES:
        return "is kept by Windows for a device, so no file may bear it; choose another"
    return None


def node_id_fault(id: str) -> str | None:  # noqa: A002 - it is one
    """Why this can't be the id of a node (N2); None if it can. To be read after the id."""
    fault = id_fault(id)
    if fault is not None:
        return fault
    if id in SCOPE_NAMES:
        return f"already means something in expressions ({id}); choose another"
    if id in KEYWORDS:
        return "is a word of the expression language; choose another"
    if id in BUILTIN_NAMES:
        return "is the name of a built-in function; choose another"
    return None


def suggested_id(id: str) -> str:  # noqa: A002 - it is one
    """A good id as near as possible to this one; ``step`` if nothing of it can stay."""
    words = unicodedata.normalize("NFKD", id).encode("ascii", "ignore").decode()
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", words).lower()
    name = re.sub(r"[^a-z0-9]+", "_", spaced).strip("_")[: MAX_ID - 5].strip("_")
    name = name if name[:1].isalpha() else f"step_{name}".strip("_")
    return name if node_id_fault(name) is None else f"{name}_step"


def path_fault(path: str) -> str | None:
    """Why this can't be the path of a file in a project; None if it can. Slashes only, relative, no tricks."""
    if not path or len(path) > 240:
        return "is empty" if not path else "is longer than 240 characters"
    if "\x00" in path:
        return "holds a NUL character"
    if "\\" in path:
        return "holds a backslash"
    if path.startswith("/"):
        return "is absolute"
    if ":" in path:
        return "holds a colon, as a drive letter does"
    if any(ord(c) < 32 or ord(c) == 127 for c in path) or any(c in '<>"|?*' for c in path):
        return "holds a character that no file name may have everywhere"
    if unicodedata.normalize("NFC", path) != path:
        return "is spelled in a way that some systems would change (not NFC)"
    for part in path.split("/"):
        if part in {"", ".", ".."}:
            return f"holds the part {part!r}, which leads elsewhere"
        if part[-1] in {" ", "."}:
            return "holds a part that ends with a blank or a dot"
        if part.split(".")[0].rstrip(" ").lower() in DEVICES:
            return f"holds {part!r}, which Windows keeps for a device"
    return None
