"""Do releases and documents still hold what their names say? Their names are hashes of what is in them, so each can be
asked alone; a run that is pinned to a release (V1) must never go on with another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256

from runtime.model.content_hash import content_hash
from runtime.model.package import read_package
from runtime.model.problems import ProjectProblem
from runtime.store.diagnosing import Finding
from runtime.store.oddities import is_ours, kind_of, shown

_HASH = re.compile(r"[0-9a-f]{64}\Z")


def is_release(name: str, package: bytes) -> bool:
    """Whether the package holds the very project whose content hash is ``name``."""
    try:
        return content_hash(read_package(package)) == name
    except ProjectProblem:
        return False


def changed_releases(held: list[tuple[object, object]]) -> list[Finding]:
    """Which packages are not those that were saved. A name that is no content hash was not given by a host."""

    def is_right(name: str, package: bytes) -> bool:
        return not _HASH.match(name) or is_release(name, package)

    return _changed("release", held, is_right, "no run of it can go on until the right package is back")


def changed_documents(held: list[tuple[object, object]]) -> list[Finding]:
    """Which documents are not those that were saved."""
    return _changed(
        "document", held, lambda name, content: sha256(content).hexdigest() == name, "steps that read it fail"
    )


def _changed(
    what: str, held: list[tuple[object, object]], is_right: Callable[[str, bytes], bool], so: str
) -> list[Finding]:
    findings: list[Finding] = []
    for name, content in held:
        if not is_ours(name, str):
            words = f"its name is {kind_of(name)}, where only text may stand"
        elif not isinstance(content, bytes):
            words = f"what is kept of this {what} is {kind_of(content)}, where only bytes may stand; {so}"
        elif not is_right(str(name), content):
            words = f"what is kept of this {what} is not what its name says; {so}"
        else:
            continue
        findings.append(Finding(f"{what}/{shown(name)}", 0, "changed", words))
    return findings
