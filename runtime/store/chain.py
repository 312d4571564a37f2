"""The hash chain of a stream: each row carries a hash over itself and the row before.

    hash(n) = SHA-256( hash(n - 1) || head || data )
    head    = UTF-8 of  stream LF seq LF at LF actor LF type LF version LF

hash(0) is 32 zero bytes; ``seq``, ``at`` (microseconds) and ``version`` stand in plain decimal; ``actor``, ``type`` and
``data`` exactly as in their columns. None of the six parts may hold a line feed, so no two rows have the same bytes.
Whoever can write the file can also write a whole new chain: only heads kept elsewhere (``heads_digest``) show that.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TypeAlias

Encoded: TypeAlias = tuple[int, str, str, int, bytes]
"""at, actor, type, version, data: a row but for its place in a stream"""
JournalValues: TypeAlias = tuple[str, int, int, str, str, int, bytes, bytes]
"""stream, seq, at, actor, type, version, data, hash: in the order of the columns"""

START = bytes(32)
"""hash(0): what the first row of a stream follows"""


def link(previous: bytes, stream: str, seq: int, at: int, actor: str, kind: str, version: int, data: bytes) -> bytes:
    """The hash of a row that follows the row with hash ``previous``."""
    head = f"{stream}\n{seq}\n{at}\n{actor}\n{kind}\n{version}\n"
    return sha256(previous + head.encode() + data).digest()


def chained(previous: bytes, stream: str, seq: int, rows: Iterable[Encoded]) -> list[JournalValues]:
    """``rows`` of one stream, the first of them with number ``seq`` and after the row with hash ``previous``."""
    made: list[JournalValues] = []
    for at, actor, kind, version, data in rows:  # as ``link``, but for the cost of a call: each row that is written
        head = f"{stream}\n{seq}\n{at}\n{actor}\n{kind}\n{version}\n"
        previous = sha256(previous + head.encode() + data).digest()
        made.append((stream, seq, at, actor, kind, version, data, previous))
        seq += 1
    return made
