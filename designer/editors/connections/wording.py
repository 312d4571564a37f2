"""Words of the connections page."""

from __future__ import annotations

from designer.document.names import as_read
from nodes.contract import ConnectionKind


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
