"""Releases: packed, immutable project versions. Route ``PUT /releases/{hash}``; its body is a ``.baton`` file."""

from __future__ import annotations

from runtime.wire.message import View

MEDIA_TYPE = "application/vnd.baton.release+zip"


class ReleaseView(View):
    """A release that the store holds."""

    release: str
    """content hash"""
    project: str
    version: str = ""
    flows: tuple[str, ...] = ()
    repeated: bool = False
    """the store had it already"""
