"""Words of the connections page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from designer.document.names import as_read
from nodes.contract import ConnectionKind

LOCAL = "local"
"""the environment that every machine has, with or without a file"""
_UNKNOWN = re.compile(r"There is no secret file:(\S+)\. Store it")
"""as the runtime says it, to whoever has a command line at hand"""


def field_words(kind: ConnectionKind | None, key: str) -> str:
    """What a field of a binding is called."""
    field = kind.Fields.model_fields.get(key) if kind is not None else None
    return (field.title if field is not None and field.title else as_read(key)) or key


def refused_reference(words: str) -> str:
    """Why something that is no reference is not written: it could be the secret itself."""
    return (
        f"“{words}” should be file:NAME or env:NAME, never the secret itself. It was not kept. Type secrets under "
        "“Secrets on this machine”."
    )


def missing_here(
    need: Mapping[str, Any], binding: Mapping[str, Any], kind: ConnectionKind | None, environment: str
) -> str:
    """Why a connection can't be tried in this environment of this machine yet; empty if it can."""
    if not binding.get("url"):
        return f"Type the address for “{environment}” first; then it can be tested."
    empty = [] if kind is None else [key for key in kind.secret_fields if not binding.get(key)]
    if kind is None or not empty:
        return ""
    settings = {**(need.get("settings") or {}), **binding}
    try:
        kind.Fields.model_validate(settings)
    except ValidationError:
        try:
            kind.Fields.model_validate({**settings, **dict.fromkeys(empty, "file:NAME")})
        except ValidationError:
            return ""  # it is not for want of a secret: the runtime says what is wrong
        words = field_words(kind, empty[0]).lower()
        return f"Signing in needs a {words}: name it here, such as file:CRM_KEY; then it can be tested."
    return ""


def unknown_secret(said: str) -> str:
    """The runtime's words about a secret that is not on this machine, as the page says it; else empty."""
    found = _UNKNOWN.search(said)
    return f"The secret {found[1]} is not kept on this machine yet." if found is not None else ""
