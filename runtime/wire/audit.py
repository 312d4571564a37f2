"""The audit: is the journal as it was written? Routes ``/audit``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from runtime.wire.message import Request, View


class FindingView(View):
    """Something that is not as it was written."""

    stream: str
    seq: int
    """number of the row at which it shows"""
    kind: str
    """changed, dropped, inserted, reordered, truncated, lost, rewritten or unguarded"""
    message: str


class AuditView(View):
    """A part of an audit, and how much it covers."""

    findings: tuple[FindingView, ...]
    streams: int = 0
    rows: int = 0
    records: int = 0
    """heads that were recorded earlier and looked up"""
    next: str | None = None


class HeadView(View):
    """Where a stream stands: number and hash (hex) of its last row."""

    stream: str
    seq: int
    hash: str


class HeadList(View):
    """Heads of streams, by name."""

    heads: tuple[HeadView, ...]
    next: str | None = None


class KnownHead(Request):
    """A head that somebody kept."""

    stream: Annotated[str, Field(min_length=1, max_length=512)]
    seq: Annotated[int, Field(ge=1, lt=2**63, strict=False)]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class HeadsRequest(Request):
    """Body of ``POST /audit/heads``: does the journal still hold them?"""

    heads: Annotated[tuple[KnownHead, ...], Field(max_length=500, strict=False)]
