"""Where the fields of a step stand: open, or under "Task page", "If something goes wrong" or "Advanced". Pure.

Law: at most seven fields are open; what is said already is never hidden without a word on the section's header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from designer.document.counted import counted
from designer.forms.duration_words import words_of
from designer.forms.field_plan import FieldPlan
from nodes.contract import Moment

OPEN_FIELDS = 7
IN_BASICS = 2
"""fields that every step has: what it is called, who owns it"""
_SEEN = frozenset({"instructions", "why", "show", "form"})
"""what the people read and fill in that a step asks"""
_WRONG = frozenset({"timeout", "remind", "escalate_to", "retry_when", "success", "stop_on"})
_LATER = frozenset({"idempotency_header", "effect", "response", "exclusive"})
_SELDOM = frozenset({"headers"})
"""what few steps need is open only where it is said: what is sent comes first"""
_SOON = frozenset({"due", "not_requester"})
MAIN_TITLES = {
    "decision": "Rule", "approval": "Question", "adapter": "Request", "trigger": "Start", "control": "What it does",
    "logging": "Note", "end": "Result",
}  # fmt: skip


class Arrangement(NamedTuple):
    """The fields of each section, in their order."""

    main: tuple[FieldPlan, ...]
    seen: tuple[FieldPlan, ...]
    wrong: tuple[FieldPlan, ...]
    advanced: tuple[FieldPlan, ...]


def arrange_fields(plan: FieldPlan, config: Mapping[str, Any] | None = None) -> Arrangement:
    """Required fields are open, then those that ``config`` says, then the first others; lengths of time and the judging
    of replies stand below.
    """
    said = config or {}
    wrong = [field for field in plan.fields if _goes_wrong(field)]
    seen = [field for field in plan.fields if field.name in _SEEN]
    seen = seen if len(seen) == len(_SEEN) else []
    rest = [field for field in plan.fields if field not in wrong and field not in seen]
    later = [field for field in rest if _is_later(field)]
    room = OPEN_FIELDS - IN_BASICS
    wanted = sorted(
        (field for field in rest if field not in later),
        key=lambda it: (not it.required, it.name not in _SOON, it.name not in said, it.name in _SELDOM),
    )
    open_ = {field.name for field in wanted[: max(room, sum(field.required for field in wanted))]}
    main = tuple(field for field in rest if field.name in open_)
    advanced = tuple(field for field in rest if field.name not in open_)
    if not any(field.required or field.name in _SOON for field in main) and not main:
        main, wrong = tuple(wrong), []
    return Arrangement(main, tuple(seen), tuple(wrong), advanced)


def _goes_wrong(field: FieldPlan) -> bool:
    if field.required:
        return False
    return field.name in _WRONG or (field.moment is Moment.REPLY and field.expects == "boolean")


def _is_later(field: FieldPlan) -> bool:
    if field.required or field.name in _SOON:
        return False
    return field.name in _LATER or (field.kind == "json" and field.nullable) or field.moment is Moment.REPLY


def cause_of(field: FieldPlan) -> str | None:
    """The choice of another field with which this one has a meaning, as its help begins: ``Only with n: ...``."""
    found = _CAUSE.match(field.help)
    return found[1] if found is not None else None


def help_of(field: FieldPlan) -> str:
    """The help as people read it: a field with a cause is seen only with it, so that this goes without saying."""
    words = _CAUSE.sub("", field.help, count=1).lstrip()
    return f"{words[:1].upper()}{words[1:]}"


_CAUSE = re.compile(r"(?:Only with|With) (\w+):")


def said_fields(config: Mapping[str, Any], fields: tuple[FieldPlan, ...]) -> list[FieldPlan]:
    """Those that the config says otherwise than their default."""
    return [field for field in fields if field.name in config and config[field.name] != field.default]


def closed_words(name: str, node: Any, arranged: Arrangement, beside: int) -> str:
    """What the header of a section says that is closed. ``beside``: how many fields are said that every step has."""
    if name == "wrong":
        return trouble_words(node, arranged.wrong)
    if name == "seen":
        said, nothing = len(said_fields(node.config, arranged.seen)), "Only the question"
    else:
        said, nothing = len(said_fields(node.config, arranged.advanced)) + beside, "All defaults"
    return f"{said} set" if said else nothing


def trouble_words(node: Any, fields: tuple[FieldPlan, ...]) -> str:
    """The header of "If something goes wrong": ``Retry 3 times``, ``Time limit 2 days``."""
    words = []
    attempts = node.retry.attempts if node.retry is not None else None
    if attempts is not None:
        words.append("No retry" if attempts == 1 else f"Try {counted(attempts, 'time')}")
    limit = node.config.get("timeout", node.timeout)
    if isinstance(limit, str):
        words.append(f"limit {words_of(limit)}" if words else f"Limit {words_of(limit)}")
    elif isinstance(limit, Mapping):
        words.append("limit computed" if words else "Limit computed")
    others = [field for field in said_fields(node.config, fields) if field.name != "timeout"]
    if others and not words:
        words.append(f"{len(others)} set")
    return ", ".join(words[:2]) or "All defaults"
