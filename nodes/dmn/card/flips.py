"""The smallest change that leads to another answer: what tables and ordered conditions share.

Who calls it: `table_card`, `conditions_card`. Law: one change comes before two, two before three; among as many, the
one that moves values least (numbers and dates in proportion, other values count as half way).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from nodes.dmn.analysis.columns import OTHER, Column, Piece
from nodes.dmn.analysis.grid import Grid, bits
from nodes.dmn.analysis.scales import Scale, scale_of
from nodes.dmn.analysis.wording import cell_text, set_words
from nodes.dmn.card.findings import Change, Flip
from nodes.feel.durations import NANOS_PER_DAY
from nodes.feel.values import BOOLEAN, DATE, DATE_TIME, STRING, TIME

UNSURE: Final = object()
"""The answer for rules of which some are not known."""

Answer: TypeAlias = Callable[[int, int], Any]
"""(rules that match for sure, rules that may match) -> a key of the answer, None for "another one", or UNSURE."""
_MOST_CHANGES: Final = 3
_MOST_TRIED: Final = 4_000
_PIECES_PER_COLUMN: Final = 4
_ELSEWHERE: Final = 0.5
_UNNAMED: Final = 0.6
_FROM_NULL: Final = 0.9
_MONTH_OF_DAYS: Final = 30


class Now(NamedTuple):
    """A column as it was: its value, and the rules whose cells there were true for sure, or may have been."""

    value: Any
    known: bool
    sure: int
    may: int


class Opaque(NamedTuple):
    """A rule that is not understood: whether it was true (None: nobody asked), and the columns that it may look at."""

    rule: int
    held: bool | None
    columns: frozenset[int]


class Found(NamedTuple):
    """A change of columns (numbers in the grid) to pieces, and the answer then."""

    pieces: dict[int, int]
    answer: Any
    cost: float


def changes(
    grid: Grid, now: Sequence[Now], answer: Answer, opaque: Sequence[Opaque] = (), fixed: frozenset[int] = frozenset()
) -> Iterator[Found]:
    """Changes that lead to another answer, the smallest first. `fixed` columns stay as they are."""
    search = _Search(grid, now, answer, opaque, fixed)
    if search.current is UNSURE:
        return
    yield from search.single()
    yield from search.several()


class _Search:
    def __init__(
        self, grid: Grid, now: Sequence[Now], answer: Answer, opaque: Sequence[Opaque], fixed: frozenset[int]
    ) -> None:
        self._grid = grid
        self._now = now
        self._answer = answer
        self._opaque = opaque
        self._movable = [at for at in range(len(now)) if at not in fixed and now[at].known]
        self.current = answer(*self._matching({}))

    def _matching(self, moved: dict[int, int]) -> tuple[int, int]:
        """The rules that match, for sure and maybe, when some columns lie in other pieces."""
        sure = may = self._grid.all_rules
        for at, now in enumerate(self._now):
            if at in moved:
                sure &= self._grid.sure.masks[at][moved[at]]
                may &= self._grid.may.masks[at][moved[at]]
            else:
                sure &= now.sure
                may &= now.may
        for rule, held, columns in self._opaque:
            if held is None or not columns.isdisjoint(moved):
                sure &= ~(1 << rule)
            elif not held:
                sure &= ~(1 << rule)
                may &= ~(1 << rule)
        return sure, may

    def single(self) -> Iterator[Found]:
        """Changes of one column."""
        found: list[Found] = []
        for at in self._movable:
            column = self._grid.columns[at]
            own = column.piece_of(self._now[at].value)
            for piece in bits(column.domain):
                if piece == own:
                    continue
                self._try({at: piece}, found)
        yield from sorted(found, key=lambda item: item.cost)

    def _try(self, moved: dict[int, int], found: list[Found]) -> None:
        said = self._answer(*self._matching(moved))
        if said is UNSURE or said == self.current:
            return
        cost = sum(_distance(self._grid.columns[at], self._now[at].value, piece) for at, piece in moved.items())
        found.append(Found(moved, said, cost))

    def several(self) -> Iterator[Found]:
        """Changes of two or three columns that make one more rule match."""
        tried = 0
        by_count: dict[int, list[int]] = {}
        missing: dict[int, list[int]] = {}
        for rule in bits(self._grid.all_rules):
            lacks = [at for at, now in enumerate(self._now) if not now.sure >> rule & 1]
            if 2 <= len(lacks) <= _MOST_CHANGES and all(at in self._movable for at in lacks):
                by_count.setdefault(len(lacks), []).append(rule)
                missing[rule] = lacks
        for count in sorted(by_count):
            found: list[Found] = []
            for rule in by_count[count]:
                lacks = missing[rule]
                ways = [self._nearest(at, self._grid.sure.sets[at][rule]) for at in lacks]
                for pieces in itertools.product(*ways):
                    tried += 1
                    if tried > _MOST_TRIED:
                        break
                    self._try(dict(zip(lacks, pieces, strict=True)), found)
            yield from sorted(found, key=lambda item: item.cost)

    def _nearest(self, at: int, pieces: int) -> list[int]:
        column, value = self._grid.columns[at], self._now[at].value
        known = sorted(bits(pieces), key=lambda piece: _distance(column, value, piece))
        return known[:_PIECES_PER_COLUMN]

    def widened(self, found: Found, at: int) -> int:
        """The neighbouring pieces of one changed column for which the answer is the same."""
        column = self._grid.columns[at]
        start = found.pieces[at]
        scale = column.pieces[start].scale
        taken = 1 << start
        if scale is not None and scale.kind == STRING:
            # Texts are told apart, not ordered: a named one stands for itself, any other for all that lead there.
            if column.pieces[start].point:
                return taken
            first, count = column.reach(scale)
            alike = [piece for piece in range(first, first + count) if self._leads_there(found, at, piece)]
            return taken | sum(1 << piece for piece in alike)
        for step in (-1, 1):
            piece = start + step
            while 0 <= piece < len(column.pieces) and column.pieces[piece].scale is scale and scale is not None:
                if not self._leads_there(found, at, piece):
                    break
                taken |= 1 << piece
                piece += step
        return taken

    def _leads_there(self, found: Found, at: int, piece: int) -> bool:
        if not self._grid.columns[at].domain >> piece & 1:
            return False
        said = self._answer(*self._matching({**found.pieces, at: piece}))
        if found.answer is None:
            return said is not UNSURE and bool(said != self.current)
        return bool(said == found.answer)


def flip_of(
    grid: Grid,
    now: Sequence[Now],
    answer: Answer,
    found: Found,
    label: Callable[[Any], str | None],
    opaque: Sequence[Opaque] = (),
) -> Flip:
    """A found change in words and data."""
    search = _Search(grid, now, answer, opaque, frozenset())
    made: list[Change] = []
    for at, piece in sorted(found.pieces.items(), key=lambda item: grid.columns[item[0]].places[0]):
        column = grid.columns[at]
        pieces = search.widened(found, at) & column.domain
        value = now[at].value
        made.append(
            Change(
                column.title,
                column.path,
                value,
                cell_text(column, pieces),
                f"{_subject(column.title)} {set_words(column, pieces, 'were')}",
                None if column.pieces[piece].sample is OTHER else column.pieces[piece].sample,
            )
        )
    return Flip(tuple(made), label(found.answer))


def _subject(title: str) -> str:
    """The title of a column in a sentence: "the amount owed"; names with signs in them stay as they are."""
    if not title.replace(" ", "").isalnum() or not title[0].isalpha() or title.startswith("the "):
        return title
    begins_word = len(title) < 2 or not title[1].isupper()
    return f"the {title[0].lower()}{title[1:]}" if begins_word else f"the {title}"


def _distance(column: Column, value: Any, piece: int) -> float:
    """How far a value is moved, from 0 to 1."""
    target: Piece = column.pieces[piece]
    if value is None or target.scale is None:
        return _FROM_NULL
    scale = scale_of(value)
    if scale is None or scale is not target.scale or scale.kind in {STRING, BOOLEAN}:
        return _ELSEWHERE if target.point else _UNNAMED
    key = scale.key(value)
    if target.low is not None and (key, 0) < target.low:
        gap = target.low[0] - key
    elif target.high is not None and (key, 0) >= target.high:
        gap = key - target.high[0]
    else:
        return 0.0
    return _proportion(scale, abs(gap), key)


def _proportion(scale: Scale, gap: Any, key: Any) -> float:
    if scale.kind == DATE:
        size: Any = _MONTH_OF_DAYS
    elif scale.kind in {DATE_TIME, TIME}:
        size = NANOS_PER_DAY * (_MONTH_OF_DAYS if scale.kind == DATE_TIME else 1)
    else:
        size = abs(key) or 1
    return float(Decimal(gap) / (Decimal(gap) + Decimal(size)))
