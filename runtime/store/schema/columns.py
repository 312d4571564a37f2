"""Column types of our own, and the one ``MetaData`` that all tables belong to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, MetaData, Text
from sqlalchemy.types import TypeDecorator

from runtime.store.instants import from_micros, to_micros

metadata = MetaData()

ROW_NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database gives out; SQLite does so only for columns of exactly the type INTEGER."""


class Instant(TypeDecorator[dt.datetime]):
    """An instant as microseconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Any) -> dt.datetime | None:
        return None if value is None else from_micros(value)


class Names(TypeDecorator[tuple[str, ...]]):
    """A tuple of short names as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Any) -> str | None:
        return None if value is None else names_to_text(value)

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[str, ...] | None:
        return None if value is None else msgspec.json.decode(value, type=tuple[str, ...])


def names_to_text(names: tuple[str, ...]) -> str:
    return msgspec.json.encode(names).decode()
