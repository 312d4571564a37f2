"""Time zones by name, from the package `tzdata` alone.

Law: the machine's own zone files are never read, so that the same release gives the same instant on every machine.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from nodes.feel.errors import FeelValueError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+){0,3}\Z")


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, None if there is none."""
    from importlib import resources  # here: most expressions never name a zone, and these two are slow to import
    from zoneinfo import ZoneInfo

    if len(name) > 80 or _NAME.match(name) is None:
        return None
    try:
        with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (OSError, ValueError):
        return None


def zone_named(name: str) -> dt.tzinfo:
    """The zone of an IANA name; FeelValueError if there is none."""
    zone = find_zone(name)
    if zone is None:
        raise FeelValueError(f"There is no time zone {name!r}; use a name such as Europe/Paris or Etc/UTC.")
    return zone


def zone_name(zone: dt.tzinfo | None) -> str | None:
    """The IANA name of a named zone; None for an offset and for none."""
    key = getattr(zone, "key", None)
    return key if isinstance(key, str) else None


@lru_cache(maxsize=256)
def fixed_zone(offset_seconds: int) -> dt.timezone:
    """The zone of a fixed offset from UTC."""
    return dt.UTC if offset_seconds == 0 else dt.timezone(dt.timedelta(seconds=offset_seconds))
