"""``field_words``: a field of a step as its form calls it: ``config.path`` is "Path", ``sla`` is "Time allowed".

Called where changes are listed. Law: total; what no form shows is read off its name.
"""

from __future__ import annotations

import re

from designer.document.names import as_read
from nodes.contract import NodeType

GOVERNING = {
    "title": "Name",
    "owner": "Owner",
    "sla": "Time allowed",
    "seat": "Seat",
    "permission": "Permission",
    "undo": "Taken back by",
    "timeout": "Give up after",
    "type": "Kind",
    "input_schema": "Input",
    "retry": "If something goes wrong",
    "attempts": "Tries in all",
    "first_delay": "First pause",
    "factor": "Each pause longer by",
    "max_delay": "Longest pause",
    "attempt_timeout": "Each try at most",
}
"""what governs any step, its tries included"""
_PART = re.compile(r"[^.\[\]]+")


def field_words(field: str, kind: NodeType | None = None) -> str:
    """``field`` is a path as the check writes it (``config.choices[0].title``, lists counted from 0); ``kind`` the type
    of the step, None for what is no step's. Parts stand one behind the other: "Choices 1, title".
    """
    parts = _PART.findall(field)
    if not parts:
        return ""
    words: list[str] = []
    known = GOVERNING
    if parts[0] == "config" and len(parts) > 1:
        parts = parts[1:]
        fields = {} if kind is None else kind.Config.model_fields
        known = {found.alias or name: found.title for name, found in fields.items() if found.title}
    for place, part in enumerate(parts):
        if part.isascii() and part.isdigit() and words:
            words[-1] += f" {int(part) + 1}"
            continue
        said_by_next = part == "retry" if place == 0 else (part == "properties" and parts[0] == "input_schema")
        if said_by_next and place + 1 < len(parts):
            continue  # what it is about is said by what follows: tries, pauses
        said = known.get(part) or as_read(part)
        words.append(said if not words else said[:1].lower() + said[1:] if said[1:2].islower() else said)
        if place == 0 and part != "retry":
            known = {}
    return ", ".join(words)
