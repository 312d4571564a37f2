"""What was done to a stream whose chain is broken: rows changed, dropped, inserted or reordered. Pure.

Each row's hash says which number it was written as and after which row, so rows that were moved are found by trying the
numbers and rows near them. A row that fits nowhere was changed or is not ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runtime.store.chain import START, link
from runtime.store.queries.journal import JournalRow

Kind: TypeAlias = Literal["changed", "dropped", "inserted", "reordered", "truncated", "lost", "rewritten", "unguarded"]
"""truncated: the newest rows of a stream are gone; lost: all of it is; rewritten: its rows follow each other, but they
are not those whose head was recorded; unguarded: the table has lost what keeps it append-only"""

_NEAR = 4
"""how far from its place a moved row is looked for"""


@dataclass(frozen=True, slots=True)
class Finding:
    """``seq`` is the number at which it shows; ``message`` a sentence for people."""

    stream: str
    seq: int
    kind: Kind
    message: str


def written_as(row: JournalRow, seq: int, before: bytes) -> bool:
    """Was the row written as number ``seq`` after a row with the hash ``before``?"""
    texts, numbers, contents = (row.stream, row.actor, row.type), (seq, row.at, row.version), (row.data, row.hash)
    # SQLite keeps whatever kind of value somebody puts into a column; only these can have been written by us.
    if not (_all(str, texts) and _all(int, numbers) and _all(bytes, contents)) or any("\n" in text for text in texts):
        return False
    try:
        return link(before, row.stream, seq, row.at, row.actor, row.type, row.version, row.data) == row.hash
    except UnicodeEncodeError:  # it was no UTF-8 before it was read
        return False


def _all(kind: type, values: tuple[object, ...]) -> bool:
    return all(isinstance(value, kind) for value in values)


def diagnose(rows: Sequence[JournalRow]) -> list[Finding]:
    """``rows`` of one stream, in order; empty if nothing is wrong with them."""
    first_numbers = _original_numbers(rows)
    return list(_findings(rows, first_numbers))


def _findings(rows: Sequence[JournalRow], numbers: Sequence[int | None]) -> Iterator[Finding]:
    """``numbers``: which one each row was written as; None = it fits nowhere."""
    stream = rows[0].stream if rows else ""
    in_order = iter(sorted(number for number in numbers if number is not None))
    last, strangers = 0, list[JournalRow]()
    for row, number in zip(rows, numbers, strict=True):
        if number is None:
            strangers.append(row)
            continue
        expected = next(in_order)
        if number != expected:
            yield Finding(stream, row.seq, "reordered", f"row {row.seq} was written as number {number}")
        yield from _between(stream, last, expected, strangers)
        last, strangers = expected, []
    yield from _between(stream, last, last + len(strangers) + 1, strangers)


def _between(stream: str, last: int, number: int, strangers: Sequence[JournalRow]) -> Iterator[Finding]:
    """Between two rows that were written as ``last`` and ``number`` there now stand ``strangers``."""
    missing = number - last - 1
    for row in strangers[:missing]:
        yield Finding(
            stream, row.seq, "changed", f"row {row.seq} is not as it was written, or the row before it is not"
        )
    for row in strangers[missing:]:
        yield Finding(stream, row.seq, "inserted", f"row {row.seq} was put in between rows that follow each other")
    gone = missing - len(strangers)
    if gone > 0:
        where = f"{last + 1}" if gone == 1 else f"{number - gone} to {number - 1}"
        yield Finding(stream, number - gone, "dropped", f"of the rows written after number {last}, {where} is missing")


def _original_numbers(rows: Sequence[JournalRow]) -> list[int | None]:
    numbers: list[int | None] = []
    taken: set[int] = set()
    shift = 0
    for at, row in enumerate(rows):
        number = _original_number(rows, at, shift)
        if number in taken:
            number = None  # a copy of a row that stands before it
        numbers.append(number)
        if number is not None:
            taken.add(number)
            shift = number - row.seq
    for at in range(len(rows) - 1):
        # The row before this one is gone, so it proves nothing itself; the next one names it by its hash.
        after = numbers[at + 1]
        if numbers[at] is not None or after is None or after - 1 in taken:
            continue
        if _misses_its_predecessor(rows, at, after):
            numbers[at] = after - 1
    if rows and numbers[-1] is None and len(rows) > 1 and rows[-1].seq != rows[-2].seq + 1:
        numbers[-1] = rows[-1].seq
    return numbers


def _misses_its_predecessor(rows: Sequence[JournalRow], at: int, after: int) -> bool:
    row = rows[at]
    if not written_as(rows[at + 1], after, row.hash):
        return False
    number_before = rows[at - 1].seq if at else 0
    return after - 1 != row.seq or row.seq != number_before + 1


def _original_number(rows: Sequence[JournalRow], at: int, shift: int) -> int | None:
    row = rows[at]
    just_before = rows[at - 1].hash if at else START
    for seq in dict.fromkeys((row.seq, row.seq + shift)):
        if written_as(row, seq, just_before):
            return seq
    near = [START] if at <= _NEAR else []
    near += [other.hash for other in rows[max(0, at - _NEAR) : at + _NEAR + 1] if other is not row]
    for seq in range(max(1, row.seq - _NEAR), row.seq + _NEAR + 1):
        for before in near:
            if written_as(row, seq, before):
                return seq
    return None
