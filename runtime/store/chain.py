"""The hash chain of a stream: each row carries a hash over itself and the row before.

    hash(n) = SHA-256( hash(n - 1) || head || data )
    head    = UTF-8 of  stream LF seq LF at LF actor LF type LF version LF

hash(0) is 32 zero bytes; ``seq``, ``at`` (microseconds) and ``version`` stand in plain decimal; ``actor``, ``type`` and
``data`` exactly as in their columns. None of the six parts may hold a line feed, so no two rows have the same bytes.
Whoever can write the file can also write a whole new chain: only heads kept elsewhere (``heads_digest``) show that.
"""

from __future__ import annotations

from hashlib import sha256

START = bytes(32)
"""hash(0): what the first row of a stream follows"""


def link(previous: bytes, stream: str, seq: int, at: int, actor: str, kind: str, version: int, data: bytes) -> bytes:
    """The hash of a row that follows the row with hash ``previous``."""
    head = f"{stream}\n{seq}\n{at}\n{actor}\n{kind}\n{version}\n"
    return sha256(previous + head.encode() + data).digest()
