"""What all tests share: the Hypothesis profiles of the two tiers, the fixture of the long one, and a real Postgres.

A test marked `storm` asks for the fixture `storm`: the seed to draw from, the time it may take, and a place to count
what it did. The counts of all storms stand at the end of the run, with the seed that plays them again.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.postgres_server import Server

# Tier one judges a change, so it draws the same examples each time: a red run is the change's fault. The storm looks
# for what nobody thought of.
settings.register_profile("tier one", derandomize=True, deadline=None, database=None, max_examples=60)
settings.register_profile(
    "storm", deadline=None, print_blob=True, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow]
)

_MINUTES = "BATON_STORM_MINUTES"
_SEED = "BATON_STORM_SEED"
_COUNTS = pytest.StashKey[Counter[str]]()
_STORMS = pytest.StashKey[dict[str, float]]()
"""id of each storm test -> its weight, those only that have not begun"""
_ENDS = pytest.StashKey[float]()
WHOLE = 10.0
"""minutes from which on each storm plays at least what it must, even where that takes more than its share"""


@dataclass
class Storm:
    """One storm test's share of the run: go on while `going()`, draw from `random`, and `count` what was done."""

    seed: int
    deadline: float  # of time.monotonic()
    whole: bool = True
    """whether there is time for all that it must play; if not, `going()` alone counts"""
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def going(self) -> bool:
        return time.monotonic() < self.deadline

    def must(self, played: int, least: int) -> bool:
        """Whether to go on: as long as there is time, and until so many are played where the run is long enough."""
        return self.going() or (self.whole and played < least)

    def count(self, what: str, times: int = 1) -> None:
        self.counts[what] += times


def pytest_configure(config: pytest.Config) -> None:
    # A shell that starts the tests in the background has Ctrl-C ignored, and whoever the tests start inherits that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[_COUNTS] = Counter()
    settings.load_profile("storm" if _SEED in os.environ else "tier one")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Storms by their weight, the heaviest last: those must play all of their points, and what they take beyond their
    share would leave the others nothing."""
    items.sort(key=lambda item: mark.kwargs.get("weight", 1.0) if (mark := item.get_closest_marker("storm")) else 0.0)


def pytest_collection_finish(session: pytest.Session) -> None:
    marked = ((item.nodeid, item.get_closest_marker("storm")) for item in session.items)
    session.config.stash[_STORMS] = {name: mark.kwargs.get("weight", 1.0) for name, mark in marked if mark is not None}


@pytest.fixture
def storm(request: pytest.FixtureRequest) -> Iterator[Storm]:
    """This test's share and a seed of its own made from the run's. What one takes more or less than its share is made
    up for by those after it, so that the run ends when it was said to."""
    minutes = float(os.environ.get(_MINUTES, "1"))
    seed = int(os.environ.get(_SEED, "0"))
    # Seeded with the name as well, so that a storm selected alone draws what it drew among the others.
    own = random.Random(f"{seed} {request.node.nodeid}").randrange(2**32)
    now = time.monotonic()
    left = request.config.stash.setdefault(_STORMS, {})
    weight = left.pop(request.node.nodeid, 1.0)
    ends = request.config.stash.setdefault(_ENDS, now + minutes * 60)
    share = Storm(own, now + max(0.0, ends - now) * weight / (weight + sum(left.values())), minutes >= WHOLE)
    yield share
    request.config.stash[_COUNTS].update(share.counts)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all tests of this process; each asks it for a database of its own."""
    from tests.postgres_server import Unavailable, running  # only where asked for: it needs the driver

    with ExitStack() as stack:
        try:
            server = stack.enter_context(running())
        except Unavailable as problem:
            pytest.skip(str(problem))
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counts = config.stash[_COUNTS]
    if counts:
        terminalreporter.section(f"storm, seed {os.environ.get(_SEED, '0')}")
        for what, times in sorted(counts.items()):
            terminalreporter.write_line(f"{times:10,}  {what}")
