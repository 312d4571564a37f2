"""``baton audit``: whether the journal is as it was written, and heads to keep where nobody can change them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from runtime.cli.doors import Where, open_door
from runtime.cli.exits import Exit
from runtime.cli.heads_file import read_heads, write_heads
from runtime.cli.options import Out, as_json, in_store
from runtime.cli.printing import is_terminal, print_json, print_table, say
from runtime.cli.telling import told
from runtime.client import Door
from runtime.wire import AuditView, FindingView, HeadsRequest, HeadView

SECTION = "Operate"

_BY_HEADS = {"truncated", "lost", "rewritten"}
"""what a head that was kept shows: worth saying once for a stream, and only where its chain shows nothing"""
_PAGE = 500


@click.group("audit", short_help="Is the journal as it was written? Keep its heads elsewhere.")
def VERB() -> None:  # noqa: N802
    """Prove that the journal is as it was written.

    Each row carries a hash over itself and the row before, and every few minutes it is written down where all streams
    stand. Whoever can write the store can also write all of that anew; heads kept elsewhere show it: take them with
    `heads` from time to time, and give them to `verify`.
    """


@VERB.command("verify", short_help="Rows changed, dropped, inserted, reordered or cut off; runs that are gone.")
@click.option(
    "--against",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Heads that `baton audit heads` wrote earlier and that were kept elsewhere.",
)
@in_store
@as_json
def verify(against: Path | None, store: str | None, server: str | None, token_file: str | None, as_json: bool) -> Exit:
    """Look at every row of the journal, also beside a running server.

    Ends with 10 if anything is not as it was written.
    """
    # Whole, before anything is asked: a file that was changed judges nothing.
    known = [] if against is None else [*read_heads(against)]
    findings: list[FindingView] = []
    streams = rows = records = 0
    with open_door(Where(store=store, server=server, token_file=token_file)) as door:
        for page in _pages(door):
            findings += page.findings
            streams, rows, records = streams + page.streams, rows + page.rows, records + page.records
            if is_terminal() and page.next is not None:
                say(f"{_so_many(rows, streams, records)} ...")
        for at in range(0, len(known), _PAGE):
            findings += door.missing_heads(HeadsRequest(heads=tuple(known[at : at + _PAGE]))).findings
    found = _told_once(findings)
    if as_json:
        print_json(
            {
                "sound": not found,
                "findings": [each.model_dump(mode="python") for each in found],
                "streams": streams,
                "rows": rows,
                "records": records,
                "against": None if against is None else {"file": str(against), "heads": len(known)},
            }
        )
    else:
        _tell(found, streams, rows, records, len(known) if against is not None else None)
    return Exit.FINDINGS if found else Exit.DONE


@VERB.command("heads", short_help="Where all streams stand, as a file to keep elsewhere.")
@click.option(
    "-o",
    "--out",
    metavar="FILE",
    required=True,
    type=Out(dir_okay=False),
    help="A new file; one that is there is never overwritten.",
)
@in_store
@as_json
def heads(out: Path, store: str | None, server: str | None, token_file: str | None, as_json: bool) -> None:
    """Write number and hash of the last row of every stream into FILE. Keep it where whoever can write the store can't:
    on another machine, in a signed archive; its closing line alone vouches for all of it."""
    from runtime.host import SystemClock

    with open_door(Where(store=store, server=server, token_file=token_file)) as door:
        closing = write_heads(out, _all_heads(door), server or store or "", SystemClock().now())
    if as_json:
        print_json({"file": str(out), **closing})
    else:
        told(f"{out}  {closing['streams']} streams, {closing['rows']} rows, SHA-256 {closing['sha256']}")


def _pages(door: Door) -> Iterator[AuditView]:
    after: str | None = None
    while True:
        page = door.audit(after=after)
        yield page
        after = page.next
        if after is None:
            return


def _all_heads(door: Door) -> Iterator[HeadView]:
    after: str | None = None
    while True:
        page = door.heads(after=after, limit=_PAGE)
        yield from page.heads
        after = page.next
        if after is None:
            return


def _told_once(findings: list[FindingView]) -> list[FindingView]:
    told_of = {each.stream for each in findings if each.kind not in _BY_HEADS}
    kept = []
    for each in findings:
        if each.kind in _BY_HEADS:
            if each.stream in told_of:
                continue
            told_of.add(each.stream)
        kept.append(each)
    return kept


def _tell(found: list[FindingView], streams: int, rows: int, records: int, heads: int | None) -> None:
    if found:
        lines: list[tuple[Any, ...]] = [(each.stream, each.seq, each.kind, each.message) for each in found]
        print_table(("STREAM", "ROW", "WHAT", "FOUND"), lines)
    looked = _so_many(rows, streams, records)
    kept = "" if heads is None else f", and {heads:,} heads kept elsewhere"
    if found:
        where = len({each.stream for each in found})
        say(f"NOT as it was written: {len(found)} findings in {where} streams. Looked at {looked}{kept}.")
        return
    told(f"The journal is as it was written: {looked}{kept}.")
    if heads is None:
        say(
            "Whoever can write the store could have cut off its newest records as well; only heads kept elsewhere show "
            "that: `baton audit heads -o FILE`, later `baton audit verify --against FILE`."
        )


def _so_many(rows: int, streams: int, records: int) -> str:
    counted = ((rows, "row", " of "), (streams, "stream", " and "), (records, "recorded head", ""))
    return "".join(f"{number:,} {word}{'' if number == 1 else 's'}{glue}" for number, word, glue in counted)
