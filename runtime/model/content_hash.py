"""The content hash: what a run is pinned to for its whole life.

It covers what the canonical files say, without layout and texts: moving a card or translating a title makes no new
release. Two projects have one hash if and only if the canonical form of their content is the same, fields left out that
say what holds without them. So the order of known keys, blanks and escapes don't count; the order of the author's own
keys does (people see a form in it), and so do the digits of a number (``string(1.00)`` is not ``string(1.0)``).
"""

from __future__ import annotations

import hashlib

from runtime.model import on_disk
from runtime.model.canonical import plain, write_json
from runtime.model.files import parts_of
from runtime.model.project import Project


def content_hash(project: Project) -> str:
    """SHA-256 in hex over one line ``<SHA-256 of the content> <path>`` per file that has a meaning, sorted by path."""
    lines: list[str] = []
    for shape, path, content in parts_of(project):
        if shape.hashed:
            written = content if isinstance(content, bytes) else write_json(plain(content, defaults=False))
            if shape is on_disk.CONNECTIONS and written == b"{}\n":
                continue  # a file that names no connection means what no such file means
            lines.append(f"{hashlib.sha256(written).hexdigest()} {path}\n")
    return hashlib.sha256("".join(sorted(lines, key=lambda line: line.partition(" ")[2])).encode()).hexdigest()
