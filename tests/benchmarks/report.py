"""The rows that a benchmark reports, and how they are printed and written.

Called by every `bench_*.py` through `report.row(...)` and by `__main__.py`. The law: a row's ratio and whether it holds
are computed here from the figures; a benchmark cannot claim them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Peer:
    """What a figure is held against: another program doing the same work, or the limit that the machine sets."""

    name: str
    figure: float  # in the unit of the row


@dataclass(frozen=True)
class AtLeast:
    """Reached from this value on: of the ratio where the row has a peer, else of the figure."""

    value: float

    def holds(self, value: float) -> bool:
        return value >= self.value

    def __str__(self) -> str:
        return f"at least {short(self.value)}"


@dataclass(frozen=True)
class AtMost:
    """Reached up to this value: of the ratio where the row has a peer, else of the figure."""

    value: float

    def holds(self, value: float) -> bool:
        return value <= self.value

    def __str__(self) -> str:
        return f"at most {short(self.value)}"


@dataclass(frozen=True)
class Row:
    """One line of a table; None where there is nothing to say: no peer, so no ratio (figure / peer); no reach."""

    work: str
    figure: float
    unit: str
    limit_or_peer: Peer | None
    ratio: float | None
    reach: str | None
    holds: bool | None


@dataclass
class Report:
    """Collects the rows of one benchmark."""

    name: str
    rows: list[Row] = field(default_factory=list)

    def row(
        self,
        work: str,
        figure: float,
        unit: str,
        *,
        peer: Peer | None = None,
        reach: AtLeast | AtMost | None = None,
    ) -> Row:
        """Add one measured line; ValueError for a figure or peer that cannot have been measured."""
        for value in (figure, *([peer.figure] if peer else [])):
            if not math.isfinite(value) or value < 0:
                raise ValueError(f"{self.name}: {work!r} reports {value!r}, which is not a measurement")
        if peer is not None and peer.figure == 0:
            raise ValueError(f"{self.name}: {work!r} is held against {peer.name!r}, which measured 0")
        ratio = figure / peer.figure if peer else None
        judged, measure = (figure, unit) if peer is None else (figure / peer.figure, f"x {peer.name}")
        words = None if reach is None else f"{reach} {measure}"
        row = Row(work, figure, unit, peer, ratio, words, None if reach is None else reach.holds(judged))
        self.rows.append(row)
        return row


def write(rows: Sequence[Row], path: Path) -> None:
    """Write the rows as a JSON list, at once: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    Path(unfinished).replace(path)


def table(rows: Sequence[Row]) -> str:
    """The rows as text, columns aligned."""
    cells = [("work", "figure", "limit or peer", "ratio", "reach", "holds")]
    for row in rows:
        cells.append(
            (
                row.work,
                f"{short(row.figure)} {row.unit}",
                f"{row.limit_or_peer.name} {short(row.limit_or_peer.figure)}" if row.limit_or_peer else "",
                "" if row.ratio is None else f"{row.ratio:.2f}",
                row.reach or "",
                {None: "", True: "yes", False: "NO"}[row.holds],
            )
        )
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def short(value: float) -> str:
    """A number as people read it: 12,345 or 3.46 or 0.0123."""
    if (value == int(value) and abs(value) < 1e15) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
