"""Connections: is a system there, and does it take our sign-in? Route ``POST /connections/test``."""

from __future__ import annotations

from runtime.wire.message import Name, Request, View


class ConnectionTestRequest(Request):
    """Tests a connection as this runtime has bound it. Addresses and secrets never come from the caller."""

    connection: Name
    """its name in the project and in the environment"""
    release: Name | None = None
    """release whose project declares it; None where the environment says the kind"""


class ConnectionTestView(View):
    """What the one harmless call found."""

    connection: str
    ok: bool
    message: str
    seconds: float = 0.0
