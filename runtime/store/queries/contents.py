"""Releases and blobs: bytes under the hash of their content. Saving the same again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Column, Connection, insert, select

from runtime.store.queries.as_it_is import bound, untyped
from runtime.store.schema import blobs, releases


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release that the store holds, without its bytes."""

    hash: str
    project: str
    version: str


def save_release(connection: Connection, release: str, package: bytes, project: str, version: str) -> None:
    """The first package of a content hash stays: runs are pinned to it."""
    if connection.scalar(select(releases.c.hash).where(releases.c.hash == release)) is None:
        row = {"hash": release, "project": project, "version": version, "package": package}
        connection.execute(insert(releases).values(row))


def release(connection: Connection, release_hash: str) -> bytes | None:
    return connection.scalar(select(releases.c.package).where(releases.c.hash == release_hash))


def list_releases(connection: Connection, after: str, limit: int) -> list[ReleaseRow]:
    """By hash, those beyond ``after``."""
    c = releases.c
    query = select(c.hash, c.project, c.version).where(c.hash > after).order_by(c.hash).limit(limit)
    return [ReleaseRow(*row) for row in connection.execute(query)]


def packages(connection: Connection, after: str | bytes, limit: int) -> list[tuple[object, object]]:
    """(content hash, package) of the releases beyond ``after``, by hash: for the audit, of whatever kind they are."""
    return _contents(connection, releases.c.hash, releases.c.package, after, limit)


def documents(connection: Connection, after: str | bytes, limit: int) -> list[tuple[object, object]]:
    """(SHA-256, content) of the blobs beyond ``after``, by hash: for the audit, of whatever kind they are."""
    return _contents(connection, blobs.c.sha256, blobs.c.content, after, limit)


def _contents(
    connection: Connection, name: Column[str], content: Column[bytes], after: str | bytes, limit: int
) -> list[tuple[object, object]]:
    query = select(untyped(name), untyped(content)).where(name > bound(after)).order_by(name).limit(limit)
    return [(row[0], row[1]) for row in connection.execute(query)]


def save_blob(connection: Connection, content: bytes) -> str:
    """Returns the SHA-256 in hex, by which it is found again."""
    digest = sha256(content).hexdigest()
    if connection.scalar(select(blobs.c.sha256).where(blobs.c.sha256 == digest)) is None:
        connection.execute(insert(blobs).values(sha256=digest, content=content))
    return digest


def blob(connection: Connection, digest: str) -> bytes | None:
    return connection.scalar(select(blobs.c.content).where(blobs.c.sha256 == digest))
