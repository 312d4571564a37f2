"""How a title is set so that no word of it is cut: which size, on how many lines, how much room the tile leaves it.

Called by the painting of cards below 100 %, where letters are larger than the card, and of pills at any zoom. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from designer.canvas.painting.ink import elided, one_line, width_of
from designer.theme.type_scale import Size

LINE_HIGH = 1.18
"""a line of a title as a multiple of its letters' size"""


class Seat(NamedTuple):
    """One way to share a card's width between tile and title."""

    tile_x: float
    tile: float
    """size of the tile; 0 without one"""
    left: float
    """where the title begins"""
    right: float
    """what stays free behind it"""


class Fitted(NamedTuple):
    """A title as it is painted."""

    seat: Seat
    px: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """Of all lines."""
        return self.px * LINE_HIGH * len(self.lines)


@lru_cache(maxsize=4096)
def fitted(
    title: str, size: Size, width: float, height: float, most: int, seats: tuple[Seat, ...], sizes: Sequence[float]
) -> Fitted:
    """The first that fits on at most so many lines within the height: large letters before small ones, seats in their
    order, few lines before many. What fits nowhere takes the last seat and ends in an ellipsis behind a whole word.
    """
    words = tuple(one_line(title).split(" "))
    for px in sizes:
        for seat in seats:
            for count in range(1, most + 1):
                if count > 1 and px * LINE_HIGH * count > height:
                    break
                lines = _broken(words, size, width - seat.left - seat.right, count, px)
                if lines is not None:
                    return Fitted(seat, px, lines)
    seat, px = seats[-1], sizes[-1]
    count = max(n for n in range(1, most + 1) if n == 1 or px * LINE_HIGH * n <= height)
    return Fitted(seat, px, whole_words(" ".join(words), size, width - seat.left - seat.right, count, px))


def _broken(words: tuple[str, ...], size: Size, width: float, count: int, px: float) -> tuple[str, ...] | None:
    """The words on at most so many lines, or None if one is too long or there are too many."""
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, px) <= width:
            lines[-1] = longer
        elif width_of(word, size, px) > width or len(lines) == count:
            return None
        else:
            lines.append(word)
    return tuple(lines)


@lru_cache(maxsize=4096)
def whole_words(text: str, size: Size, width: float, count: int, px: float) -> tuple[str, ...]:
    """As many whole words as there is room for, then an ellipsis; only a word that is longer than a line is cut."""
    words = one_line(text).split(" ")
    for kept in range(len(words), 0, -1):
        said = words[:kept] if kept == len(words) else [*words[: kept - 1], f"{words[kept - 1]}…"]
        lines = _broken(tuple(said), size, width, count, px)
        if lines is not None:
            return lines
    return (elided(text, size, width, px),)
