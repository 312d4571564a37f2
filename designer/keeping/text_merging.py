"""Three-way merge of a text by its lines: what each side changed in other places than the other one.

Pure. Called by ``merging`` for files that are no JSON, such as decision tables, where a cell has a line of its own.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

Hunk = tuple[int, int, list[bytes]]
"""lines of the base from and to, and what stands in their place"""


def merged_text(base: bytes, mine: bytes, theirs: bytes) -> bytes | None:
    """Both changes in one text; None where both changed the same lines, or such as touch each other."""
    lines = base.splitlines(keepends=True)
    ours, others = (_hunks(lines, side.splitlines(keepends=True)) for side in (mine, theirs))
    both = sorted([*ours, *(hunk for hunk in others if hunk not in ours)], key=lambda hunk: hunk[:2])
    made: list[bytes] = []
    at, free_from = 0, 0
    for start, end, instead in both:
        if start < free_from:
            return None
        made += [*lines[at:start], *instead]
        at, free_from = end, end + 1
    return b"".join([*made, *lines[at:]])


def _hunks(base: Sequence[bytes], side: Sequence[bytes]) -> list[Hunk]:
    matched = difflib.SequenceMatcher(None, base, side, autojunk=False)
    return [(a, b, list(side[c:d])) for tag, a, b, c, d in matched.get_opcodes() if tag != "equal"]
