"""A binding: what one connection name means on this machine. And the hosts that it thereby opens, no others.

``Origin`` is the one notion of "the same host" that guard, secrets and redirects share.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")


class Limits(BaseModel):
    """What one connection may take of this machine and of the other side."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    at_once: int = Field(default=16, ge=1, le=1000)
    """attempts that may use the connection at the same time"""
    reply_bytes: int = Field(default=50_000_000, ge=1, le=2_000_000_000)
    """largest reply that is read, after decompression; a longer one breaks the attempt"""
    connect_seconds: float = Field(default=10.0, gt=0, le=300)
    """longest time to look a host up and connect to it"""


class Binding(BaseModel):
    """One connection of an environment. Keys other than these are fields of the connection's kind (auth and so on);
    secrets among them stand as references, ``env:NAME`` or ``file:NAME``."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)

    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)

    kind: str | None = None
    """id of the connection kind; left out: the one that the project asks for"""
    url: str
    """where the system is, such as https://crm.example/api"""
    allowed_hosts: tuple[str, ...] = ()
    """further hosts (name or name:port) that this connection may be redirected to; private ones too"""
    ca_file: str | None = None
    """certificates (PEM) to trust for this connection in addition to the public ones"""
    limits: Limits = Limits()

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        Origin.of_url(url)
        return url

    @field_validator("allowed_hosts")
    @classmethod
    def _check_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            origins_of_host(host)
        return hosts

    @property
    def origin(self) -> Origin:
        """The host that the URL names."""
        return Origin.of_url(self.url)

    @property
    def origins(self) -> frozenset[Origin]:
        """Every host that may be reached."""
        return frozenset({self.origin}).union(*(origins_of_host(host) for host in self.allowed_hosts))

    @property
    def fields(self) -> Mapping[str, Any]:
        """What is left for the kind: its own keys, and ``url``."""
        return {**self.__pydantic_extra__, "url": self.url}


@dataclass(frozen=True, slots=True)
class Origin:
    """A host and a port; the host in lower case, IDNA, without brackets and without a final dot."""

    host: str
    port: int

    @classmethod
    def of(cls, scheme: str, host: str, port: int | None) -> Origin:
        """Of the parts of a URL. Raises ``ValueError`` with a sentence for a person."""
        if scheme.lower() not in _PORTS:
            raise ValueError(f"only http and https are possible, not {scheme.lower() or 'an address without scheme'!r}")
        return cls(canonical_host(host), _PORTS[scheme.lower()] if port is None else port)

    @classmethod
    def of_url(cls, url: str) -> Origin:
        """Of an http or https URL. Raises ``ValueError`` with a sentence for a person that doesn't quote the URL."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError("this is not a URL; it should be like https://crm.example/api") from None
        if not url.isprintable() or url != url.strip() or "\\" in url:
            raise ValueError("a URL must not hold blanks at its ends, control characters or backslashes")
        if parts.username is not None or parts.password is not None:
            raise ValueError("a URL must not hold a user or password; give them as fields with env:NAME or file:NAME")
        if not parts.hostname:
            raise ValueError("this is not a URL; it should be like https://crm.example/api")
        return cls.of(parts.scheme, parts.hostname, port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def origins_of_host(text: str) -> frozenset[Origin]:
    """``host:port`` names one origin; a host alone names its ports 80 and 443. Raises ``ValueError``."""
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if not host or parts.netloc != text or parts.username is not None:
        raise ValueError(f"{text!r} should be a host or host:port, such as files.example:8443")
    canonical = canonical_host(host)
    return frozenset({Origin(canonical, port)} if port is not None else {Origin(canonical, p) for p in _PORTS.values()})


def canonical_host(host: str) -> str:
    """One spelling for each host. Raises ``ValueError`` for spellings that only resolvers read as an address
    (``127.1``, ``0x7f000001``, ``2130706433``, ``0177.0.0.1``): whoever means an address writes it in full."""
    bare = host.strip("[]").lower()
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        pass
    try:
        name = bare.removesuffix(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        name = ""
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.match(label) for label in labels):
        raise ValueError("the host is not a name or an address")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        raise ValueError("the host looks like an address in a shortened or numeric form; write it in full (127.0.0.1)")
    return name
