"""Do releases and documents still hold what their names say? Their names are hashes of what is in them, so each can be
asked alone; a run that is pinned to a release (V1) must never go on with another one.
"""

from __future__ import annotations

import re
from hashlib import sha256

from runtime.model.content_hash import content_hash
from runtime.model.package import read_package
from runtime.model.problems import ProjectProblem
from runtime.store.diagnosing import Finding

_HASH = re.compile(r"[0-9a-f]{64}\Z")


def is_release(name: str, package: bytes) -> bool:
    """Whether the package holds the very project whose content hash is ``name``."""
    try:
        return content_hash(read_package(package)) == name
    except ProjectProblem:
        return False


def changed_releases(held: list[tuple[str, bytes]]) -> list[Finding]:
    """Which packages are not those that were saved. A name that is no content hash was not given by a host."""
    return [
        _changed("release", name, "no run of it can go on until the right package is back")
        for name, package in held
        if _HASH.match(name) and not is_release(name, package)
    ]


def changed_documents(held: list[tuple[str, bytes]]) -> list[Finding]:
    """Which documents are not those that were saved."""
    return [
        _changed("document", name, "steps that read it fail")
        for name, content in held
        if sha256(content).hexdigest() != name
    ]


def _changed(what: str, name: str, so: str) -> Finding:
    return Finding(f"{what}/{name}", 0, "changed", f"what is kept of this {what} is not what its name says; {so}")
