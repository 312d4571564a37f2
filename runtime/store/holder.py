"""Who holds a store: what its lock says to others who come to the door. Written by ``sqlite/lock.py``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that writes to a store. ``server_url`` and ``token`` are set while it serves HTTP."""

    pid: int
    host: str
    since: dt.datetime | None
    """UTC, by the clock of the file system; None = it is just now arriving"""
    worker: str = ""
    server_url: str | None = None
    token: str | None = field(default=None, repr=False)
    """lets its owner's CLI verbs ask that server; the lock that holds it is readable by the owner only"""

    def __str__(self) -> str:
        if not self.pid:
            return "another process that is just starting"
        since = f" since {self.since:%Y-%m-%d %H:%M:%S} UTC" if self.since else ""
        server = f" (it serves {self.server_url})" if self.server_url else ""
        return f"process {self.pid} on {self.host}{since}{server}"
