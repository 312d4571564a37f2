"""Which table a page shows: a file of the project, and a decision in it."""

from __future__ import annotations

from designer.document.names import as_read
from designer.services import Services


def split_key(key: str) -> tuple[str, str | None]:
    """``refunds/Route`` -> (file, decision); without a decision the first table of the file is meant."""
    file, slash, decision = key.partition("/")
    return file, decision if slash else None


def tab_title(_services: Services, key: str) -> str:
    """What the page's tab says."""
    file, decision = split_key(key)
    return decision or as_read(file)
