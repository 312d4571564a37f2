"""The file of heads that ``baton audit heads`` writes and ``baton audit verify --against`` reads.

Kept where nobody who can write the store can change it (another machine, a printout, a signed archive), it shows later
what the store alone can't: that its newest rows, or whole streams and the records of them, are gone. One JSON value a
line: a heading, ``[stream, seq, hash]`` for each stream by name, and a closing line whose SHA-256 covers all of them as
``stream LF seq LF hash LF``. So the closing line alone, kept or signed, vouches for the file.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from runtime.model.at_once import open_at_once
from runtime.wire import HeadView, KnownHead, Problem

FORMAT = 1
_LONGEST_LINE = 4_000


def write_heads(file: Path, heads: Iterable[HeadView], store: str, at: dt.datetime) -> dict[str, Any]:
    """Writes a new file, whole or not at all -> its closing line. Raises ``Problem`` where there is a file already."""
    if file.exists():
        raise Problem(
            409,
            "HEADS_FILE",
            f"{file} is there already. Heads that were kept are never overwritten.",
            where=str(file),
            todo="Give another name, such as one with today's date.",
        )
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(_line({"baton_heads": FORMAT, "store": store, "at": at.isoformat(timespec="seconds")}))
            digest, streams, rows = sha256(), 0, 0
            for head in heads:
                out.write(_line([head.stream, head.seq, head.hash]))
                digest.update(f"{head.stream}\n{head.seq}\n{head.hash}\n".encode())
                streams += 1
                rows += head.seq
            closing = {"streams": streams, "rows": rows, "sha256": digest.hexdigest()}
            out.write(_line(closing))
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return closing


def read_heads(file: Path) -> Iterator[KnownHead]:
    """The heads in it. Raises ``Problem`` where it is no such file, or is not as it was written: at its end, too."""
    try:
        with open_at_once(file) as lines:
            yield from _heads(lines, file)
    except FileNotFoundError:
        raise Problem(404, "FILE", f"There is no file {file}.", where=str(file), todo="Check the name.") from None
    except OSError as fault:
        raise Problem(422, "FILE", f"{file} can't be read: {fault.strerror or fault}.", where=str(file)) from None


def _heads(lines: Any, file: Path) -> Iterator[KnownHead]:
    digest, streams, rows = sha256(), 0, 0
    heading = _parsed(lines.readline(_LONGEST_LINE), file, 1)
    if not isinstance(heading, dict) or heading.get("baton_heads") != FORMAT:
        raise _wrong(file, "it does not begin as `baton audit heads` writes it")
    number = 1
    while line := lines.readline(_LONGEST_LINE):
        number += 1
        value = _parsed(line, file, number)
        if isinstance(value, dict):
            if value != {"streams": streams, "rows": rows, "sha256": digest.hexdigest()} or lines.read(1):
                raise _wrong(file, "its closing line does not fit what stands before or after it")
            return
        try:
            stream, seq, hash_ = value
            head = KnownHead(stream=stream, seq=seq, hash=hash_)
        except (ValueError, TypeError, ValidationError):
            raise _wrong(file, f"line {number} is no head of a stream") from None
        digest.update(f"{head.stream}\n{head.seq}\n{head.hash}\n".encode())
        streams += 1
        rows += head.seq
        yield head
    raise _wrong(file, "its closing line is missing, so something was cut off")


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _parsed(line: bytes, file: Path, number: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise _wrong(file, f"line {number} is not JSON") from None


def _wrong(file: Path, why: str) -> Problem:
    return Problem(
        422,
        "HEADS_FILE",
        f"{file} is no file of heads as it was written: {why}. Nothing can be judged by it.",
        where=str(file),
        todo="Take an untouched copy.",
    )
