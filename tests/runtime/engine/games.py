"""What the random games against naive models share: each is drawn from one number, and a failure names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any, Protocol

from tests.runtime.engine.naive_model import TooLong


class Game(Protocol):
    """A life in the engine and in its model."""

    def play(self) -> Counter[Any]:
        """Plays both, compares them all the way, and says what was met."""


Drawn = Callable[[int], Game]


def sample(drawn: Drawn, numbers: Iterable[int], must_meet: Collection[Any]) -> None:
    """A sample that never met one of these would be none."""
    met: Counter[Any] = Counter()
    for number in numbers:
        try:
            met.update(drawn(number).play())
        except TooLong:
            continue
    assert min(met[word] for word in must_meet) > 0, met


def for_as_long_as_it_lasts(storm: Any, drawn: Drawn, what: str) -> None:
    """The same with new numbers, and no end."""
    while storm.going():
        try:
            drawn(storm.random.getrandbits(48)).play()
        except TooLong:
            continue
        storm.count(f"{what} against a naive model")
