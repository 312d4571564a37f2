"""The connection kind ``http``: one address, one way to sign in, one client for all steps that use it.

Law: a binding holds references to secrets, never a secret; the network is reached only through the door that the host
lends (``Network``).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from nodes.contract import AttemptFailure, ConnectionKind, Network, NodeConfig, TestResult

_HEADER_LENGTH = 16_000
"""Characters; common servers refuse a longer one, and some break off without a word."""
_HEADER_NAME = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"


class Fields(NodeConfig):
    """What a binding fills in."""

    url: str = Field(
        title="Address",
        description="Where the system is reached, such as https://crm.example.com/api. Paths of steps are added to it.",
        max_length=2_000,
    )
    auth: Literal["none", "api_key", "bearer", "basic"] = Field(
        default="none",
        title="Sign-in",
        description="By a key in a header (API key), a token (bearer), or a user name and password (basic).",
    )
    header: str = Field(
        default="X-API-Key",
        title="Header of the key",
        description="With an API key: the name of the header that carries it.",
        pattern=_HEADER_NAME,
        max_length=100,
    )
    user: str = Field(
        default="", title="User name", description="With a user name and password: the name.", max_length=200
    )
    secret: str | None = Field(
        default=None,
        title="Secret",
        description="Reference to the key, token or password, such as env:CRM_KEY. Never the secret itself.",
    )
    headers: dict[str, str] = Field(
        default_factory=dict,
        title="Headers",
        description="Sent with each request, such as Accept-Language. Nothing secret: these can be read by everybody.",
        max_length=50,
    )
    timeout: int = Field(
        default=30,
        title="Time limit in seconds",
        description="No request over this connection takes longer; a step's own time limit may be shorter.",
        ge=1,
        le=600,
    )
    test_path: str = Field(
        default="/",
        title="Path for the test",
        description="Path that can be read without harm, such as /health; the connection's test asks for it.",
        pattern=r"^/",
    )
    verify_tls: bool = Field(
        default=True,
        title="Check the certificate",
        description="Leave this on. Off, anybody between here and there can read and change what is sent.",
    )

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            port_is_fine = parts.port is None or parts.port > 0
        except ValueError:
            raise ValueError("should be an address such as https://crm.example.com/api") from None
        if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
            raise ValueError("should begin with https:// or http:// and name a host")
        if parts.username or parts.password:
            raise ValueError("should hold no user name or password; choose basic under Sign-in")
        if parts.query or parts.fragment or any(ord(c) <= 32 or ord(c) > 126 for c in url):
            raise ValueError("should end with the path, and hold no blank, no ? and no #")
        return url

    @field_validator("headers")
    @classmethod
    def _headers_are_clean(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            fault = header_fault(name, value)
            if fault is not None:
                raise ValueError(fault)
        return headers

    @model_validator(mode="after")
    def _sign_in_is_complete(self) -> Fields:
        if self.auth != "none" and not self.secret:
            raise ValueError("this sign-in needs a secret: give a reference such as env:CRM_KEY")
        if self.auth == "basic" and (not self.user or ":" in self.user):
            raise ValueError("basic needs a user name, and a user name holds no colon")
        return self


def header_fault(name: str, value: str) -> str | None:
    """Why this header must not be sent; None if it may. A line break would smuggle in another header."""
    if not name or not all(c.isalnum() or c in "!#$%&'*+.^_`|~-" for c in name) or not name.isascii():
        return f"{name!r} can't be the name of a header"
    if name.lower() in {"host", "content-length", "transfer-encoding", "connection", "te", "upgrade", "trailer"}:
        return f"the header {name} is set by Baton itself"
    if not all(c == "\t" or 32 <= ord(c) < 127 for c in value):
        return f"the header {name} holds a line break or a character that headers can't carry"
    if value != value.strip():
        return f"the header {name} begins or ends with a blank, which headers can't carry"
    if len(value) > _HEADER_LENGTH:
        return f"the header {name} has {len(value):,} characters; at most {_HEADER_LENGTH:,} are sent"
    return None


@dataclass(frozen=True, slots=True)
class HttpConnection:
    """What ``perform.py`` gets as ``context.connection``."""

    client: Any
    """an ``httpx.AsyncClient`` behind the host's guard, with address, sign-in and headers set"""
    timeout: float
    """seconds, for one request with everything"""
    own_headers: frozenset[str]
    """names (lower case) that a step can't set: they carry the sign-in"""
    test_path: str
    verifies_tls: bool
    test_path_given: bool = True
    """whether the binding names a path that must be there; else any answer shows that the system was reached"""


@asynccontextmanager
async def open_http(fields: Fields, secrets: Mapping[str, str], network: Network) -> AsyncIterator[HttpConnection]:
    """A client for one binding. ``secrets["secret"]`` is the secret that ``fields.secret`` refers to."""
    headers = dict(fields.headers)
    options: dict[str, Any] = {}
    own: set[str] = set()
    if fields.auth == "api_key":
        headers[fields.header] = secrets["secret"]
        own.add(fields.header.lower())
    elif fields.auth == "bearer":
        headers["Authorization"] = f"Bearer {secrets['secret']}"
    elif fields.auth == "basic":
        options["auth"] = (fields.user, secrets["secret"])
    if fields.auth != "none":
        own |= {"authorization", "proxy-authorization"}
    if not fields.verify_tls:
        options["verify"] = False
    named = fields.test_path != "/"
    async with network.http_client(base_url=fields.url.rstrip("/"), headers=headers, **options) as client:
        yield HttpConnection(client, float(fields.timeout), frozenset(own), fields.test_path, fields.verify_tls, named)


async def test_http(connection: HttpConnection) -> TestResult:
    """Asks for the test path once. Below 400 is fine; a refused sign-in and a wrong path are told apart.

    Where no path was named, any answer but a refused sign-in and trouble (5xx) is fine: the system was reached.
    """
    # Here, because the designer reads this module for its form, without any network library.
    import asyncio

    import httpx

    started = time.monotonic()
    try:
        async with asyncio.timeout(connection.timeout), connection.client.stream("GET", connection.test_path) as reply:
            status, head = reply.status_code, dict(reply.headers)
    except AttemptFailure as refused:
        return TestResult(False, refused.message, time.monotonic() - started)
    except (httpx.TimeoutException, TimeoutError):
        return TestResult(False, SLOW, time.monotonic() - started)
    except httpx.HTTPError as problem:
        return TestResult(False, _unreached(problem, connection.client.base_url.scheme), time.monotonic() - started)
    ok, words = _judged(connection, status, head)
    warning = "" if connection.verifies_tls or not ok else " Its certificate is not checked."
    return TestResult(ok, f"{words}{warning}", time.monotonic() - started)


SLOW = "The system did not answer in time. Check the address, and whether a firewall stands between."


def _judged(connection: HttpConnection, status: int, head: Mapping[str, str]) -> tuple[bool, str]:
    """Whether an answer shows that steps can work with the system, and what to do."""
    if status in {401, 403}:
        return False, f"The system is there but refused the sign-in ({status}). Check the secret."
    if status == 407:
        return False, "A proxy in between asks for a sign-in (407). Ask those who run the network."
    if status == 429:
        return False, "The system is there but takes no more requests now (429). Try again later."
    if status >= 500:
        return False, f"The system is there but in trouble ({status}). Try again later."
    if status >= 400 and not connection.test_path_given:
        words = f"The system was reached and did not refuse the sign-in; it has nothing at / ({status})."
        return True, f"{words} Name a path for the test that can be read, to be sure of the sign-in."
    if status >= 400:
        return False, f"The system is there but has no {connection.test_path} ({status})."
    if status >= 300 and "location" in head:
        return _sent_on(connection, status, head["location"])
    if head.get("content-type", "").partition(";")[0].strip().lower() == "text/html":
        words = f"Something answered with {status}, but with a web page: it may be a site for people, or its sign-in."
        return True, f"{words} Name a path for the test that gives data, to be sure."
    return True, f"The system answered with {status}."


def _sent_on(connection: HttpConnection, status: int, location: str) -> tuple[bool, str]:
    """A redirect: steps that read follow it on the same host, and never to another one."""
    here = connection.client.base_url
    try:
        there = here.join(location)
    except ValueError:
        return False, f"The system sends on to what is no address ({status}). Check the address."
    if (there.scheme, there.host, there.port) == (here.scheme, here.host, here.port):
        return True, f"The system answered, but sends on within itself ({status}): this may be its page for signing in."
    named = f"{there.scheme}://{there.netloc.decode('ascii', 'replace')}"
    return False, f"The system sends on to {named} ({status}), where no step follows. Is that the address to use?"


CONNECTION_KIND = ConnectionKind(
    id="http",
    title="HTTP",
    help="A system that is reached over HTTP or HTTPS.",
    Fields=Fields,
    secret_fields=("secret",),
    open=open_http,
    test=test_http,
)


def _unreached(problem: Exception, scheme: str) -> str:
    """Why there was no answer, and what to do: an exception's own words are for those who wrote the library."""
    import socket
    import ssl

    causes = [*_causes(problem)]
    certificate = next((one for one in causes if isinstance(one, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        why = certificate.verify_message
        return f"The system is there, but its certificate is not trusted ({why}). Ask those who run it for a valid one."
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return "Something is there, but it does not answer encrypted. Should the address begin with http://?"
    if any(isinstance(one, socket.gaierror) for one in causes):
        return "The system could not be reached: its host name is not known. Check the address for typing mistakes."
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return (
            "The system could not be reached: nothing listens at this address. Check it, and whether the system runs."
        )
    if type(problem).__name__ in {"ReadError", "RemoteProtocolError", "WriteError"}:
        hint = " Should the address begin with https://?" if scheme == "http" else " Check the address and its port."
        return f"Something is there, but it broke off without an answer that can be read.{hint}"
    said = " ".join(str(problem).split()).rstrip(".") or type(problem).__name__
    return f"The system could not be reached: {said}. Check the address, and whether the system runs."


def _causes(problem: BaseException) -> Iterator[BaseException]:
    """The exception and those behind it, of groups each member."""
    left, seen = [problem], set[int]()
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [behind for behind in (one.__cause__, one.__context__) if behind is not None]
        left += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
