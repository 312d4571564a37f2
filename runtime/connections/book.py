"""The connections of this process: each opened once, lent to attempts, limited in number, closed at the end.

Called by the host for each attempt that names a connection, and by ``POST /connections/test``. Law: a connection is
what the environment binds, never what a project says; a project's settings only fill in fields that are neither secret
nor an address. Each open connection lives in a task of its own, because many libraries insist on being closed by the
task that opened them.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import ValidationError

from nodes.contract import AttemptFailure, ConnectionKind, TestResult
from runtime.connections.binding import Binding
from runtime.connections.environment import Environment
from runtime.connections.guard import Guard, LookUp, look_up
from runtime.connections.problems import ConnectionProblem, sentences
from runtime.connections.transport import GuardedNetwork
from runtime.model.project import ConnectionNeed
from runtime.secrets import Redactor, Secret, SecretProblem, resolve

HTTP = "http"
"""the kind of a binding that names none, where no project says it either; its URL is one of http"""
TEST_SECONDS = 20.0
"""Longest time that a test of a connection may take."""
_NOT_FROM_A_PROJECT = frozenset({"url", "kind", "allowed_hosts", "ca_file", "limits", "verify_tls"})


@dataclass(eq=False)
class _Open:
    """One open connection and the task that keeps it."""

    value: Any
    keeper: asyncio.Task[None]
    leave: asyncio.Event


@dataclass(eq=False)
class _Entry:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    open: _Open | None = None


class ConnectionBook:
    """``kinds``: the registry's ``connection_kinds``. Secrets that are used are made known to ``redactor``."""

    def __init__(
        self,
        environment: Environment,
        kinds: Mapping[str, ConnectionKind],
        redactor: Redactor,
        *,
        resolver: LookUp = look_up,
    ) -> None:
        self._environment = environment
        self._kinds = kinds
        self._redactor = redactor
        self._resolver = resolver
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._tls: ssl.SSLContext | None = None
        self._closed = False

    def slot(self, name: str) -> asyncio.Semaphore | None:
        """Lets ``limits.at_once`` attempts use this connection, first come, first served; None: it is not bound."""
        slot = self._slots.get(name)
        if slot is None and (binding := self._environment.bindings.get(name)) is not None:
            slot = self._slots[name] = asyncio.Semaphore(binding.limits.at_once)
        return slot

    async def open(self, name: str, need: ConnectionNeed | None = None) -> Any:
        """The opened connection, as its kind made it; opened now if it isn't yet. Raises ``ConnectionProblem``.

        ``need``: what the project says of it (its kind and settings).
        """
        binding = self._binding(name)
        settings = dict(need.settings) if need else {}
        key = (name, json.dumps([need.kind if need else None, settings], sort_keys=True, default=str))
        entry = self._entries.setdefault(key, _Entry())
        async with entry.lock:
            if self._closed:
                raise ConnectionProblem("connection_closed", "Baton is shutting down.")
            if entry.open is None or entry.open.keeper.done():
                entry.open = await self._enter(name, binding, need)
            return entry.open.value

    async def test(self, name: str, need: ConnectionNeed | None = None) -> TestResult:
        """Tries the connection by one harmless call of its kind. Never raises for what the other side does."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(TEST_SECONDS):
                connection = await self.open(name, need)
                found = await self._kind(name, self._binding(name), need).test(connection)
                ok, words = found.ok, found.message
        except TimeoutError:
            words = f"There was no answer within {TEST_SECONDS:.0f} seconds."
            ok, words = False, f"{words} Check the address, and whether a firewall stands between."
        except (ConnectionProblem, AttemptFailure) as problem:
            ok, words = False, problem.message
        except Exception as problem:  # noqa: BLE001  a kind's own test may raise anything; a person reads what it was
            ok, words = False, f"It could not be reached: {_words(problem)}"
        return TestResult(ok, self._redactor.clean_text(words), loop.time() - began)

    async def close(self) -> None:
        """Closes what is open; connections that don't close within 5 seconds are left behind."""
        self._closed = True
        opened = [entry.open for entry in self._entries.values() if entry.open is not None]
        self._entries.clear()
        for each in opened:
            each.leave.set()
        if opened:
            _, late = await asyncio.wait([each.keeper for each in opened], timeout=5.0)
            for keeper in late:
                keeper.cancel()

    def _binding(self, name: str) -> Binding:
        binding = self._environment.bindings.get(name)
        if binding is None:
            raise ConnectionProblem(
                "connection_unbound",
                f"The connection {name!r} has no address in the environment {self._environment.name!r}. "
                f"Give it one with --connection {name}=URL, or in {self._environment.place}.",
            )
        return binding

    def _kind(self, name: str, binding: Binding, need: ConnectionNeed | None) -> ConnectionKind:
        wanted = binding.kind or (need.kind if need else HTTP)
        if need and binding.kind and binding.kind != need.kind:
            raise ConnectionProblem(
                "connection_kind",
                f"The connection {name!r} should be of the kind {need.kind!r}, but is bound as {binding.kind!r} in "
                f"{self._environment.place}.",
            )
        kind = self._kinds.get(wanted)
        if kind is None:
            known = ", ".join(sorted(self._kinds)) or "none"
            raise ConnectionProblem(
                "connection_kind", f"The connection {name!r} is of the unknown kind {wanted!r}. Known here: {known}."
            )
        return kind

    async def _enter(self, name: str, binding: Binding, need: ConnectionNeed | None) -> _Open:
        kind = self._kind(name, binding, need)
        fields = self._fields(name, kind, binding, need)
        secrets = self._secrets(name, kind, fields, binding)
        revealed = [secret.reveal() for secret in secrets.values()]
        where = self._environment.place if self._environment.path else ""
        network = GuardedNetwork(
            Guard(name, binding.origins, where=where, resolver=self._resolver),
            binding.origin,
            binding.limits,
            tls=await self._tls_for(name, binding),
            is_secret=lambda text: self._redactor.clean_text(text) != text or any(value in text for value in revealed),
        )
        opened: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        leave = asyncio.Event()

        async def keep() -> None:
            try:
                async with kind.open(
                    fields, {key: secret.reveal() for key, secret in secrets.items()}, network
                ) as value:
                    opened.set_result(value)
                    await leave.wait()
            except asyncio.CancelledError:
                raise
            except BaseException as problem:  # noqa: BLE001  a kind may raise anything: it breaks this attempt only
                if not opened.done():
                    opened.set_exception(self._refusal(name, problem))

        keeper = asyncio.create_task(keep(), name=f"connection {name}")
        try:
            return _Open(await asyncio.shield(opened), keeper, leave)
        except asyncio.CancelledError:
            keeper.cancel()
            raise

    def _fields(self, name: str, kind: ConnectionKind, binding: Binding, need: ConnectionNeed | None) -> Any:
        barred = _NOT_FROM_A_PROJECT.union(kind.secret_fields)
        given = {key: value for key, value in (need.settings if need else {}).items() if key not in barred}
        given |= binding.fields
        if "url" not in kind.Fields.model_fields:
            given.pop("url")
        try:
            return kind.Fields.model_validate(given)
        except ValidationError as error:
            told = "; ".join(sentences(error))
            if name in self._environment.given and all(mistake["loc"] == ("url",) for mistake in error.errors()):
                raise ConnectionProblem(
                    "connection_fields", f"--connection {name}=URL can't be used: {told}."
                ) from None
            raise ConnectionProblem(
                "connection_fields", f"The connection {name!r} in {self._environment.place} has mistakes: {told}."
            ) from None

    def _secrets(self, name: str, kind: ConnectionKind, fields: Any, binding: Binding) -> dict[str, Secret]:
        found = {}
        for key in kind.secret_fields:
            reference = getattr(fields, key, None)
            if not reference:
                continue
            try:
                secret = resolve(str(reference), self._environment.home)
            except SecretProblem as problem:
                raise ConnectionProblem(
                    "secret_missing", f"The field {key!r} of the connection {name!r}: {problem}"
                ) from None
            self._redactor.add(secret)
            if secret.host is not None and secret.host not in {binding.origin.host, str(binding.origin)}:
                raise ConnectionProblem(
                    "secret_bound",
                    f"The secret {secret.reference} is kept for {secret.host} and is not sent to {binding.origin}, "
                    f"where the connection {name!r} points now. Store one for that host with 'baton secret set'.",
                )
            found[key] = secret
        return found

    async def _tls_for(self, name: str, binding: Binding) -> ssl.SSLContext:
        if binding.ca_file is None:
            if self._tls is None:
                self._tls = await asyncio.to_thread(_trusting, None)
            return self._tls
        path = _beside(self._environment.path, binding.ca_file)
        try:
            return await asyncio.to_thread(_trusting, path)
        except (OSError, ssl.SSLError) as problem:
            words = f"The ca_file of the connection {name!r}, {binding.ca_file}, can't be used: {_words(problem)}."
            raise ConnectionProblem("connection_fields", words) from None

    def _refusal(self, name: str, problem: BaseException) -> ConnectionProblem:
        if isinstance(problem, ConnectionProblem):
            return problem
        words = problem.message if isinstance(problem, AttemptFailure) else _words(problem)
        cleaned = self._redactor.clean_text(words)
        return ConnectionProblem("connection_failed", f"The connection {name!r} can't be opened: {cleaned}")


def _beside(file: Path | None, name: str) -> Path:
    path = Path(name).expanduser()
    return path if file is None else file.parent / path


def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file is not None:
        context.load_verify_locations(cafile=str(ca_file))
    return context


def _words(problem: BaseException) -> str:
    """What an exception says, in one line; its kind where it says nothing. A file goes by its name: its path is the
    machine's own business."""
    said = str(problem)
    if isinstance(problem, OSError) and problem.strerror:
        files = [Path(os.fsdecode(each)).name for each in (problem.filename,) if isinstance(each, str | bytes)]
        said = ": ".join([problem.strerror, *files])
    return " ".join(said.split())[:500] or type(problem).__name__
