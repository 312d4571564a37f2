"""Where each stream stands, as its writer remembers it, in bounded memory. Used by the writer's thread alone.

A stream that is not remembered is read from the store, so forgetting costs a read and never correctness.
"""

from __future__ import annotations

from msgspec import Struct

from runtime.engine.rows import RunRows


class Head(Struct):
    """The last row of a stream, and the projection rows that stand in the store for it (None = not known)."""

    seq: int
    hash: bytes
    rows: RunRows | None = None


class Heads:
    """The least recently used streams are forgotten beyond ``limit``."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._heads: dict[str, Head] = {}

    def get(self, stream: str) -> Head | None:
        return self._heads.get(stream)

    def put(self, stream: str, head: Head) -> None:
        self._heads.pop(stream, None)  # so that it stands last, as the most recently used
        self._heads[stream] = head
        if len(self._heads) > self._limit:
            del self._heads[next(iter(self._heads))]

    def forget(self, stream: str) -> None:
        self._heads.pop(stream, None)

    def clear(self) -> None:
        self._heads.clear()
