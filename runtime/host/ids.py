"""Ids that the host makes: of runs, signals and workers. Sortable by time, easy to read aloud, not to be guessed."""

from __future__ import annotations

import datetime as dt
import os
import re
import socket
from collections.abc import Callable

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""no i, l, o and u, which people misread"""
_LENGTH = 10


class Ids:
    """``draw(n)`` gives n random bytes; a test passes its own. Two ids of one second differ in 50 random bits, and a
    run id that exists is noticed by the store's unique key and drawn again."""

    def __init__(self, draw: Callable[[int], bytes] = os.urandom) -> None:
        self._draw = draw

    def run(self, at: dt.datetime) -> str:
        """``r-261120-143005-k7f3q9z2mc``."""
        return f"r-{at:%y%m%d-%H%M%S}-{self._random()}"

    def signal(self, at: dt.datetime) -> str:
        """Of a signal whose sender gave none."""
        return f"s-{at:%y%m%d-%H%M%S}-{self._random()}"

    def worker(self) -> str:
        """Of this process: new at each start, so that nobody mistakes it for one that died (FAULTS 2.9)."""
        host = re.sub(r"[^a-z0-9-]", "-", socket.gethostname().lower())[:24] or "host"
        return f"w-{host}-{os.getpid()}-{self._random()[:6]}"

    def _random(self) -> str:
        return "".join(_LETTERS[byte & 31] for byte in self._draw(_LENGTH))
