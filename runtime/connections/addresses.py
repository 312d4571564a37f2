"""Which IP addresses a connection may reach, judged on the address that is really connected to (FAULTS R02).

Law: an address hidden in another form (IPv4-mapped, NAT64, 6to4, Teredo) counts as what it hides. Three kinds:
PUBLIC; PRIVATE, which only a binding may open; NEVER, which nothing opens: cloud metadata and link-local ones, where
machines hand out their own credentials, and what is no host at all.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


class Reach(Enum):
    """How far an address may be reached."""

    PUBLIC = "public"
    PRIVATE = "private"
    NEVER = "never"


_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        (
            "169.254.169.254",
            "169.254.170.2",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",
        ),
    )
)
"""Where clouds serve a machine's credentials; some of these would else count as private or even public."""
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_SHARED = ipaddress.IPv4Network("100.64.0.0/10")
_SITE_LOCAL = ipaddress.IPv6Network("fec0::/10")


def reach_of(text: str) -> Reach:
    """The kind of an address, the narrowest of all that it hides. Text that is no address counts as NEVER."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return Reach.NEVER
    kinds = [_kind(each) for each in (address, *_hidden(address))]
    return max(kinds, key=list(Reach).index)


def _kind(address: Address) -> Reach:
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return Reach.NEVER
    if address.is_loopback or address in _SHARED or address in _SITE_LOCAL:
        return Reach.PRIVATE
    if isinstance(address, ipaddress.IPv6Address) and any(_hidden(address)):
        return Reach.PUBLIC  # a mere envelope: what it hides is judged beside it
    if address.is_private and not address.is_reserved:
        # Networks for documentation and benchmarks are "private" to Python too: no system is ever there but one's own.
        return Reach.PRIVATE
    return Reach.PUBLIC if address.is_global and not address.is_reserved else Reach.NEVER


def _hidden(address: Address) -> Iterator[Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return
    low = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif any(address in network for network in _NAT64):
        yield low
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address.teredo is not None:
        yield from address.teredo
    elif address in _COMPATIBLE and int(address) > 0xFFFF:
        yield low
