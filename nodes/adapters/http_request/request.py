"""From the step's input to one httpx request. Everything that can't be sent safely is refused here, before anything is.

Called by ``perform.py``. A refusal is clear (nothing left) and not retryable: the same input would be refused again.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlencode

import httpx
import msgspec

from nodes.adapters.http_request.connection import HttpConnection, header_fault
from nodes.contract import AttemptFailure, NodeContext, Value, to_plain

_json = msgspec.json.Encoder(decimal_format="number")


LONGEST_ADDRESS = 32_000
"""Characters of path and query; httpx takes 65,536 for the whole address, most servers fewer."""


def build_request(input: Mapping[str, Value], context: NodeContext) -> httpx.Request:  # noqa: A002  the contract's word
    """The request as it will leave. Raises ``AttemptFailure`` for a path, header or value that must not be sent."""
    connection: HttpConnection = context.connection
    headers = _headers(input, connection, context.idempotency_key)
    content, media_type = _content(input.get("body"))
    if content is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = media_type
    path = safe_path(str(input["path"]))
    query = urlencode(_pairs(input.get("query") or {}, "query"))
    if len(path) + len(query) > LONGEST_ADDRESS:
        code, where = ("bad_path", "path") if len(path) >= len(query) else ("bad_value", "query")
        said = f"its address would have {len(path) + len(query):,} characters, most of them in the {where}"
        raise refusal(code, f"The request was not sent: {said}; at most {LONGEST_ADDRESS:,} are possible.")
    request: httpx.Request = connection.client.build_request(
        str(input["method"]), f"{path}?{query}" if query else path, headers=headers, content=content
    )
    return request


def refusal(code: str, message: str) -> AttemptFailure:
    """Nothing was sent, and trying again would not help."""
    return AttemptFailure(code, message, retryable=False, unclear=False)


def safe_path(path: str) -> str:
    """The path, if it stays below the connection's address. Dots and slashes that a value brought in don't."""
    if not path.startswith("/"):
        path = "/" + path
    if path.startswith("//") or "\\" in path or any(ord(c) <= 32 or ord(c) == 127 for c in path):
        raise refusal("bad_path", f"The path {path[:200]!r} can't be sent: it should be like /customers/17.")
    if "?" in path or "#" in path:
        raise refusal("bad_path", "The path holds a ? or a #; put what follows a ? under Query.")
    for part in path.split("/"):
        if unquote(part) in {".", ".."}:
            raise refusal("bad_path", f"The path {path[:200]!r} leads elsewhere: a part of it is {unquote(part)!r}.")
    return path


def _headers(input: Mapping[str, Value], connection: HttpConnection, key: str) -> dict[str, str]:  # noqa: A002
    headers = {str(name): str(value) for name, value in (input.get("headers") or {}).items()}
    if input.get("idempotency_header"):
        headers[str(input["idempotency_header"])] = key
    for name, value in headers.items():
        fault = header_fault(name, value)
        if fault is not None:
            raise refusal("bad_header", f"The request was not sent: {fault}.")
        if name.lower() in connection.own_headers:
            raise refusal("bad_header", f"The request was not sent: the header {name} belongs to the connection.")
    return headers


def _content(body: Value) -> tuple[bytes | None, str]:
    if body is None:
        return None, ""
    if body["kind"] == "json":
        return _json.encode(to_plain(body["value"])), "application/json"
    if body["kind"] == "form":
        return urlencode(_pairs(body["fields"], "form")).encode(), "application/x-www-form-urlencoded"
    return str(body["text"]).encode(), str(body["media_type"])


def _pairs(values: Mapping[str, Value], where: str) -> list[tuple[str, str]]:
    """Names and texts; null is left out, a list gives its name several times."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            if isinstance(each, Mapping | list | tuple):
                raise refusal("bad_value", f"The request was not sent: {name} in the {where} should be a single value.")
            if each is not None:
                pairs.append((str(name), _word(to_plain(each))))
    return pairs


def _word(plain: Any) -> str:
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, Decimal):
        return format(plain, "f") if abs(plain.adjusted()) < 100 else str(plain)
    return str(plain)
