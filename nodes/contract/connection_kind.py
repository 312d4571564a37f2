"""A kind of connection: which fields a binding has, which are secret, how it is tested and opened.

Found by the registry like node types: a module ``connection.py`` in a node folder that exports ``CONNECTION_KIND``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from nodes.contract.fields import NodeConfig


class Network(Protocol):
    """The guarded door to the network that the host lends: it reaches the host that the binding names and no other."""

    def http_client(self, **options: Any) -> AbstractAsyncContextManager[Any]:
        """An ``httpx.AsyncClient`` behind the guard; options as httpx names them (base_url, headers, auth, verify).

        It keeps no cookies (one client serves every run), asks no proxy of the environment, follows no redirect unless
        told to, and hands out replies decompressed, up to a limit.
        """


@dataclass(frozen=True, slots=True)
class TestResult:
    """What a test of a connection found: ``ok``, one sentence for a person, and how long it took."""

    __test__: ClassVar[bool] = False
    """it is no test case, whatever pytest makes of its name"""
    ok: bool
    message: str
    seconds: float = 0.0


@dataclass(frozen=True)
class ConnectionKind:
    """``Fields`` is what a binding fills in; ``secret_fields`` of it hold references (``env:NAME``), never the secret.

    ``open(fields, secrets, network)`` gives the object that nodes use as ``context.connection``;
    ``test(connection)`` proves with one harmless call that it works.
    """

    id: str
    title: str
    help: str
    Fields: type[NodeConfig]
    secret_fields: tuple[str, ...]
    open: Callable[[Any, Mapping[str, str], Network], AbstractAsyncContextManager[Any]]
    test: Callable[[Any], Awaitable[TestResult]]
    module: str = ""
