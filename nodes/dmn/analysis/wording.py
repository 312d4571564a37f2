"""Sets of pieces as text: a cell that says the same, and plain words.

Who calls it: `table`, `repairs`, decision cards. Law: the text of a set, read as a cell, takes exactly that set of the
column's values.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from nodes.dmn.analysis.columns import OTHER, Column
from nodes.dmn.analysis.grid import Box, Grid, bits, edges, sample_of
from nodes.dmn.analysis.scales import Cut, Scale
from nodes.feel import BUILTIN_NAMES, FeelError
from nodes.feel.parser import parse_expression
from nodes.feel.temporal_text import format_temporal
from nodes.feel.texts import to_text
from nodes.feel.tree import Name, Path
from nodes.feel.values import NUMBER, STRING

_MOST_LISTED: Final = 8
_AT_MOST: Final = {"date": "on or before", "date and time": "at or before", "time": "at or before"}
_ABOVE: Final = {"date": "after", "date and time": "after", "time": "after"}


class Run(NamedTuple):
    """Neighbouring pieces of one scale, or null where there is none."""

    scale: Scale | None
    low: Cut | None
    high: Cut | None


def runs(column: Column, pieces: int) -> list[Run]:
    """A set of pieces as runs. A run that reaches the first or last value that may come goes on without end."""
    found: list[Run] = []
    if column.pieces[-1].scale is None and pieces >> (len(column.pieces) - 1) & 1:
        found.append(Run(None, None, None))
    for scale in column.scales:
        first, count = column.reach(scale)
        inside = pieces >> first & ((1 << count) - 1)
        domain = column.domain >> first & ((1 << count) - 1)
        ends = edges(inside)
        for begin, end in zip(ends[::2], ends[1::2], strict=True):
            run = Run(scale, column.pieces[first + begin].low, column.pieces[first + end - 1].high)
            if scale.kind != STRING and domain and not _is_point(run):
                low = None if not domain & ((1 << begin) - 1) else run.low
                high = None if not domain >> end else run.high
                run = Run(scale, low, high)
            found.append(run)
    return sorted(found, key=lambda run: run.scale is None)


def in_quotes(cell: str) -> str:
    """A cell within a sentence; one that has quotes of its own needs no others."""
    return cell if '"' in cell else f'"{cell}"'


def cell_text(column: Column, pieces: int) -> str:
    """The cell that takes these pieces of the column's values, and no others."""
    if pieces & column.domain == column.domain:
        return "-"
    outside = column.domain & ~pieces
    plain = [_run_text(column, run) for run in runs(column, pieces)]
    listed = column.finite and len(plain) <= _MOST_LISTED
    if len(plain) > 1 and len(column.scales) == 1 and _all_points(column, outside) and not listed:
        others = [_run_text(column, run) for run in runs(column, outside)]
        if len(others) <= len(plain):
            return f"not({', '.join(others)})"
    return ", ".join(plain)


def _all_points(column: Column, pieces: int) -> bool:
    return bool(pieces) and all(column.pieces[at].point for at in bits(pieces))


def _run_text(column: Column, run: Run) -> str:
    scale = run.scale
    if scale is None:
        return "null" if column.pieces[-1].sample is None else "-"
    if scale.name == "boolean":
        return ", ".join(scale.text(bool(key)) for key in _boolean_keys(run))
    point = _point_of(scale, run)
    if point is not None:
        return scale.text(column.spelled(scale, point))
    low = None if run.low is None or _is_first(scale, run.low) else _bound(column, scale, run.low, True)
    high = None if run.high is None else _bound(column, scale, run.high, False)
    if low is None and high is None:
        return "not(null)" if len(column.scales) == 1 else f"? instance of {scale.name.removesuffix(' with a zone')}"
    if low is None:
        assert high is not None
        return f"{'<=' if high[1] else '<'} {high[0]}"
    if high is None:
        return f"{'>=' if low[1] else '>'} {low[0]}"
    return f"{'[' if low[1] else '('}{low[0]}..{high[0]}{']' if high[1] else ')'}"


def _is_first(scale: Scale, cut: Cut) -> bool:
    return scale.low is not None and cut <= (scale.low, 0)


def _boolean_keys(run: Run) -> list[int]:
    return [
        key for key in (1, 0) if (run.low is None or run.low <= (key, 0)) and (run.high is None or (key, 0) < run.high)
    ]


def _point_of(scale: Scale, run: Run) -> Any:
    if run.low is None or run.high is None:
        return None
    if scale.steps:
        return run.low[0] if run.low[0] + scale.grain == run.high[0] else None
    return run.low[0] if run.low[0] == run.high[0] and run.low[1] == 0 else None


def _bound(column: Column, scale: Scale, cut: Cut, is_low: bool) -> tuple[str, bool]:
    """The text of a bound and whether it is included; on scales with steps the spelling of the cells is kept."""
    key, side = cut
    if not scale.steps:
        return scale.text(column.spelled(scale, key)), (side == 0) == is_low
    if not column.is_written(scale, key) and column.is_written(scale, key - 1):
        return scale.text(column.spelled(scale, key - 1)), not is_low
    return scale.text(column.spelled(scale, key)), is_low


# -- words --


def set_words(column: Column, pieces: int, verb: str = "is") -> str:
    """What the value of a column is (or "were"), in words: "is at most 150.00", "is "paid" or "void""."""
    found = runs(column, pieces)
    outside = column.domain & ~pieces
    left_out = runs(column, outside)
    if len(found) > 1 and left_out and all(run.scale is None or _is_point(run) for run in left_out):
        others = [_value_words(column, run) for run in left_out]
        if len(others) == 1:
            return f"{verb} not {others[0]}"
        if len(others) < len(found) or not any(run.scale is None or _is_point(run) for run in found):
            return f"{verb} neither {_either(others, 'nor')}"
    said: list[str] = []
    points = [_value_words(column, run) for run in found if run.scale is None or _is_point(run)]
    ranges = [f"{verb} {_range_words(column, run)}" for run in found if run.scale is not None and not _is_point(run)]
    if points:
        said.append(f"{verb} {_either(points)}")
    said.extend(ranges)
    return " or ".join(said)


def _is_point(run: Run) -> bool:
    return run.scale is not None and (run.scale.name == "boolean" or _point_of(run.scale, run) is not None)


def _either(words: list[str], joined: str = "or") -> str:
    if len(words) > _MOST_LISTED:
        return f"one of {', '.join(words[:_MOST_LISTED])} and {len(words) - _MOST_LISTED} more"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joined} {words[-1]}"


def value_words(value: Any) -> str:
    """A value as people write it."""
    if value is OTHER:
        return "any value"
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return to_text(value)
    if isinstance(value, str):
        return f'"{value}"'
    return _temporal_words(value)


def _temporal_words(value: Any) -> str:
    try:
        return format_temporal(value)
    except AssertionError:
        return to_text(value)


def _value_words(column: Column, run: Run) -> str:
    if run.scale is None:
        return "empty" if column.pieces[-1].sample is None else "any value"
    if run.scale.name == "boolean":
        return " or ".join(run.scale.text(bool(key)) for key in _boolean_keys(run))
    point = _point_of(run.scale, run)
    word = value_words(column.spelled(run.scale, point))
    return f"exactly {word}" if run.scale.kind == NUMBER and len(column.scales) == 1 else word


def _range_words(column: Column, run: Run) -> str:
    scale = run.scale
    assert scale is not None
    name = scale.name.removesuffix(" with a zone")
    low = None if run.low is None or _is_first(scale, run.low) else run.low
    if low is None and run.high is None:
        return f"any {'text' if name == 'string' else name}"
    if scale.kind == STRING and low is not None and run.high is not None and low[1] == 1 and run.high[1] == 0:
        return f"a text between {_key_words(column, scale, low[0])} and {_key_words(column, scale, run.high[0])}"
    if low is None:
        assert run.high is not None
        key, included = _end(column, scale, run.high, False)
        return f"{_AT_MOST.get(name, 'at most') if included else _below(name)} {key}"
    if run.high is None:
        key, included = _end(column, scale, low, True)
        return f"{_at_least(name) if included else _ABOVE.get(name, 'above')} {key}"
    first, low_in = _end(column, scale, low, True)
    last, high_in = _end(column, scale, run.high, False)
    if low_in and high_in:
        return f"from {first} to {last}"
    start = f"{_at_least(name)} {first}" if low_in else f"{_ABOVE.get(name, 'above')} {first}"
    end = f"{_AT_MOST.get(name, 'at most')} {last}" if high_in else f"{_below(name)} {last}"
    return f"{start} and {end}"


def _below(name: str) -> str:
    return "before" if name in _ABOVE else "below"


def _at_least(name: str) -> str:
    return {"date": "on or after", "date and time": "at or after", "time": "at or after"}.get(name, "at least")


def _end(column: Column, scale: Scale, cut: Cut, is_low: bool) -> tuple[str, bool]:
    key, side = cut
    if not scale.steps:
        return _key_words(column, scale, key), (side == 0) == is_low
    if not column.is_written(scale, key) and column.is_written(scale, key - 1):
        return _key_words(column, scale, key - 1), not is_low
    return _key_words(column, scale, key), is_low


def _key_words(column: Column, scale: Scale, key: Any) -> str:
    return value_words(column.spelled(scale, key))


# -- regions --


ANYTHING = "whatever comes in"
"""the words of a box that every case lies in"""


def box_words(grid: Grid, box: Box) -> str:
    """A box in words, columns without a limit left out."""
    by_place = sorted(zip(grid.columns, box, strict=True), key=lambda item: item[0].places[0])
    said = [
        f"{column.title} {set_words(column, pieces)}"
        for column, pieces in by_place
        if pieces & column.domain != column.domain
    ]
    if not said:
        return ANYTHING
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def box_cells(grid: Grid, box: Box, width: int) -> tuple[str, ...]:
    """The cells of a rule that takes a box."""
    cells = ["-"] * width
    for column, pieces in zip(grid.columns, box, strict=True):
        cells[column.places[0]] = cell_text(column, pieces)
    return tuple(cells)


def box_example(grid: Grid, box: Box, width: int) -> tuple[Any, ...]:
    """One value of each column in a box."""
    values: list[Any] = [None] * width
    for column, pieces in zip(grid.columns, box, strict=True):
        value = sample_of(column, pieces)
        for place in column.places:
            values[place] = None if value is OTHER else value
    return tuple(values)


def inputs_of_example(grid: Grid, example: tuple[Any, ...]) -> Mapping[str, Any]:
    """The values of an example by the names that columns look at, paths inside contexts; others are left out."""
    made: dict[str, Any] = {}
    for column in grid.columns:
        path = column.path
        if path is None:
            continue
        at = made
        for part in path[:-1]:
            inner = at.setdefault(part, {})
            if not isinstance(inner, dict):
                break
            at = inner
        else:
            at[path[-1]] = example[column.places[0]]
    return made


def name_path(expression: str, names: Collection[str] | None) -> tuple[str, ...] | None:
    """The name, or names behind dots, that an expression is; None where it is more."""
    try:
        tree = parse_expression(expression, names, BUILTIN_NAMES)
    except FeelError:
        return None
    parts: list[str] = []
    while isinstance(tree, Path):
        parts.append(tree.name)
        tree = tree.target
    return (tree.name, *reversed(parts)) if isinstance(tree, Name) else None
