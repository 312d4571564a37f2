"""The designer's only clock: whoever needs the time of day takes it from here, so that tests can set it."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """The instant, UTC."""
    return dt.datetime.now(dt.UTC)
