"""From one httpx response to a value: headers, body, and how long to stay away.

Called by ``perform.py``. Law: no reply, however large, endless, cut off or garbled, does more than fail its own
attempt; numbers keep every digit; nothing of a sign-in gets into the value.
"""

from __future__ import annotations

import codecs
import datetime as dt
import email.message
import json
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from nodes.contract import MAX_BYTES, MAX_DEPTH, NodeContext, Value

INLINE_BYTES = 256_000
"""Words larger than this become a Document."""
DOCUMENT_BYTES = 25_000_000
"""Largest Document."""

_SECRET_HEADERS = frozenset({
    "authorization", "authentication-info", "proxy-authenticate", "proxy-authentication-info", "proxy-authorization",
    "set-cookie", "set-cookie2", "www-authenticate",
})  # fmt: skip


class UnreadableReply(Exception):
    """The reply came, but it is not what it should be. ``code`` as in ``AttemptFailure``; the message completes
    "The reply of crm ..."."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """The whole body, never more than ``limit`` bytes in memory. Raises ``UnreadableReply``."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > limit:
            raise UnreadableReply("reply_too_large", f"is larger than {limit:,} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def reply_headers(response: httpx.Response, hidden: Iterable[str]) -> dict[str, str]:
    """Names in lower case, repeated ones joined by commas (RFC 9110), without those that serve sign-ins."""
    dropped = _SECRET_HEADERS | set(hidden)
    return {name.lower(): value for name, value in response.headers.items() if name.lower() not in dropped}


async def body_value(response: httpx.Response, wanted: str, context: NodeContext) -> tuple[Value, tuple[str, ...]]:
    """The body as ``wanted`` (json, text or document), and notes for the trace. Raises ``UnreadableReply``.

    A refusal (400 and above) is often no JSON, whatever was wanted: its words then stand in for it.
    """
    if wanted == "json":
        body = await read_body(response, MAX_BYTES)
        try:
            return (None, ()) if not body.strip() else read_json(body, response.headers.get("content-type", ""))
        except UnreadableReply as fault:
            if response.status_code < 400:
                raise
            return body[:2_000].decode("utf-8", "replace"), (f"The reply {fault}",)
    body = await read_body(response, DOCUMENT_BYTES)
    if wanted == "text" and len(body) <= INLINE_BYTES:
        return _text(body, response), ()
    media_type = response.headers.get("content-type", "application/octet-stream")[:200]
    return await context.save_document(_file_name(response), media_type, body), ()


def read_json(body: bytes, media_type: str) -> tuple[Value, tuple[str, ...]]:
    """The values of a JSON text with every digit kept, and notes. Raises ``UnreadableReply``."""
    repeated: list[str] = []

    def merge(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        merged = dict(pairs)
        if len(merged) < len(pairs):
            seen: set[str] = set()
            repeated.extend(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return merged

    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            parse_float=_number,
            parse_int=_number,
            parse_constant=_no_number,
            object_pairs_hook=merge,
        )
    except _OddNumber as problem:
        raise UnreadableReply("reply_not_json", f"is not JSON as we take it: {problem}") from problem
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        kind = media_type.partition(";")[0].strip()[:60] or "of no named type"
        reason = "it is nested too deeply" if isinstance(problem, RecursionError) else f"it is {kind}"
        raise UnreadableReply("reply_not_json", f"is not JSON: {reason} and begins with {_head(body)!r}") from problem
    fault = _fault(value, 0)
    if fault is not None:
        raise UnreadableReply("reply_unreadable", fault)
    return value, tuple(f"The reply names {key[:60]!r} twice; the last one counts." for key in repeated[:3])


class _OddNumber(Exception):
    """A number of the reply that is none here. The message names it."""


def _number(digits: str) -> Decimal:
    try:
        number = None if len(digits) > 1_000 else Decimal(digits)
    except InvalidOperation:
        number = None
    if number is None or (number and abs(number.adjusted()) > 6_144):
        shown = digits if len(digits) <= 40 else f"{digits[:20]}..."
        raise _OddNumber(f"{shown} is beyond the numbers that can be kept")
    return number


def _no_number(name: str) -> Any:
    raise _OddNumber(f"{name} is no number of JSON")


def _fault(value: Value, depth: int) -> str | None:
    """Words about what no value of ours may be: nested too deeply, or text that can't be stored (half a character)."""
    if depth > MAX_DEPTH:
        return f"is nested deeper than {MAX_DEPTH} levels"
    if isinstance(value, str):
        return None if value.isascii() or not _HALF.search(value) else "holds half of a character (a lone surrogate)"
    if isinstance(value, dict):
        return next((f for pair in value.items() for part in pair if (f := _fault(part, depth + 1))), None)
    if isinstance(value, list):
        return next((f for item in value if (f := _fault(item, depth + 1))), None)
    return None


_HALF = re.compile("[\ud800-\udfff]")


def _text(body: bytes, response: httpx.Response) -> str:
    charset = response.charset_encoding or "utf-8"
    try:
        return body.decode(codecs.lookup(charset).name)
    except (LookupError, ValueError) as problem:
        raise UnreadableReply("reply_unreadable", f"is not text in {charset[:40]}") from problem


def _head(body: bytes) -> str:
    return " ".join(body[:120].decode("utf-8", "replace").split())[:60]


def _file_name(response: httpx.Response) -> str:
    """The name that the other side gives, as far as it is only a name; else the last part of the path."""
    header = email.message.Message()
    header["Content-Disposition"] = response.headers.get("content-disposition", "")
    name = header.get_filename() or response.url.path.rstrip("/").rpartition("/")[2]
    cleaned = re.sub(r"[^\w.() -]", "_", re.split(r"[/\\]", name)[-1]).strip(" .")
    return cleaned[:120] or "document"


def retry_after(response: httpx.Response, now: dt.datetime) -> tuple[float | None, str | None]:
    """(Seconds to stay away, None if not said or not understood; a note if it was said and is ignored) (R4)."""
    said = response.headers.get("retry-after")
    if said is None:
        return None, None
    if re.fullmatch(r"\d{1,9}", said.strip(), re.ASCII):
        return float(said), None
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None, f"Retry-After {said[:60]!r} was not understood and is ignored"
    seconds = (at.replace(tzinfo=at.tzinfo or dt.UTC) - now).total_seconds()
    return (seconds, None) if seconds > 0 else (None, f"Retry-After {said[:60]!r} has passed and is ignored")
