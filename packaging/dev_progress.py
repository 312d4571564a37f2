"""Shows that something long is going on: which step, and for how many seconds.

On a terminal the line counts up and becomes its result; where output goes to a file, one line at the start and one at
the end, so that a log shows what it hung on.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from typing import Iterator


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Shows `title` while the block runs; ends with the seconds, also when the block fails."""
    begun = time.monotonic()
    live = sys.stdout.isatty()
    ended = threading.Event()

    def count_up() -> None:
        while not ended.wait(1.0):
            print(f"\r  {title} ... {time.monotonic() - begun:.0f} s ", end="", flush=True)

    print(f"  {title} ...", end="" if live else "\n", flush=True)
    counter = threading.Thread(target=count_up, daemon=True)
    if live:
        counter.start()
    result = "failed"
    try:
        yield
        result = "done"
    finally:
        ended.set()
        if live:
            counter.join()
        print(f"{chr(13) if live else ''}  {title}: {result} in {time.monotonic() - begun:.1f} s   ", flush=True)
