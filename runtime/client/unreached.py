"""Why a runtime was not reached, in words: it is a different thing to do for each."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from runtime.wire import Problem


def unreached(url: str, fault: httpx.TransportError | None) -> Problem:
    """The problem to raise; ``fault`` is None where an answer began and never came to its end."""
    if isinstance(fault, httpx.TimeoutException) and not isinstance(fault, httpx.ConnectTimeout):
        return Problem(
            504, "SERVER_SLOW", f"{url} did not answer in time.", todo="Look whether it happened, then retry."
        )
    causes = tuple(_causes(fault))
    if isinstance(fault, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError) and not _was_tls(causes):
        title = f"{url} broke off before it had answered."
        return Problem(503, "SERVER_BROKE_OFF", title, todo="Look whether it happened, then retry.")
    title, todo = _why(url, causes)
    return Problem(503, "SERVER_UNREACHABLE", title, todo=todo)


def _was_tls(causes: tuple[BaseException, ...]) -> bool:
    return any(isinstance(one, ssl.SSLError) for one in causes)


def _why(url: str, causes: tuple[BaseException, ...]) -> tuple[str, str]:
    certificate = next((one for one in causes if isinstance(one, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        reason = getattr(certificate, "verify_message", "") or certificate.strerror or "it could not be checked"
        title = f"The certificate of {url} is not trusted on this machine ({reason.rstrip('.')})."
        return title, "Nothing was sent. Ask those who run it for a valid one, or check the address."
    if _was_tls(causes):
        return f"Something is at {url}, but it does not answer encrypted.", "Check the address and its port."
    if any(isinstance(one, socket.gaierror) for one in causes):
        return f"The host name in {url} is not known.", "Check it for typing mistakes, and your network."
    return f"Nothing answers at {url}.", "Check the address, and whether a runtime (`baton serve`) runs there."


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    """The fault and those behind it."""
    seen = set[int]()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        yield fault
        fault = fault.__cause__ or fault.__context__
