"""Frozen classes of fields: what `dataclasses` makes, without the time that its import and its generated code take.

Who calls it: `tree` and the files of values, which declare their fields as annotations; no field ends in `_`.
Law: a record never changes after it is made, is equal to one of its own class with equal fields only, and `True` is
not the number 1 in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, dataclass_transform

_MISSING = object()


@dataclass_transform(frozen_default=True)
class RecordType(type):
    """Makes a slot of each annotation; `__match_args__` names those that are given by position, in their order."""

    fields_: tuple[str, ...]
    puts_: tuple[Callable[[Any, Any], None], ...]
    keys_: dict[str, Callable[[Any, Any], None]]
    defaults_: dict[str, Any]

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        kw_only: bool = False,
        frozen: bool = True,
    ) -> RecordType:
        """`kw_only` fields are given by name, and are no part of equality or patterns. `frozen` is for type checkers:
        it is the parent that lets a record change or not."""
        notes = namespace.get("__annotations__", {})
        own = tuple(field for field, note in notes.items() if not note.startswith("ClassVar"))
        defaults = {field: namespace.pop(field) for field in own if field in namespace}
        before: Any = next((base for base in bases if isinstance(base, RecordType)), None)
        fields, keys = ((), own) if kw_only else (own, ())
        namespace["__slots__"] = own
        namespace["__match_args__"] = (*(before.fields_ if before else ()), *fields)
        made = super().__new__(mcs, name, bases, namespace)
        made.fields_ = namespace["__match_args__"]
        made.puts_ = (*(before.puts_ if before else ()), *(made.__dict__[field].__set__ for field in fields))
        made.keys_ = {**(before.keys_ if before else {}), **{key: made.__dict__[key].__set__ for key in keys}}
        made.defaults_ = {**(before.defaults_ if before else {}), **defaults}
        return made


class Form(metaclass=RecordType, frozen=False):
    """Parent of records that may change after they were made, and are equal to themselves only."""

    fields_: ClassVar[tuple[str, ...]]
    puts_: ClassVar[tuple[Callable[[Any, Any], None], ...]]
    keys_: ClassVar[dict[str, Callable[[Any, Any], None]]]
    defaults_: ClassVar[dict[str, Any]]

    def __init__(self, *values: Any, **named: Any) -> None:
        _fill(self, values, named)


class Record(metaclass=RecordType):
    """Parent of records that never change."""

    fields_: ClassVar[tuple[str, ...]]
    puts_: ClassVar[tuple[Callable[[Any, Any], None], ...]]
    keys_: ClassVar[dict[str, Callable[[Any, Any], None]]]
    defaults_: ClassVar[dict[str, Any]]

    def __init__(self, *values: Any, **named: Any) -> None:
        puts = self.puts_
        if named or self.keys_ or len(values) != len(puts):
            _fill(self, values, named)
            return
        for put, value in zip(puts, values, strict=True):
            put(self, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"A {type(self).__name__} never changes.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"A {type(self).__name__} never changes.")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return False
        for name in self.fields_:
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine.__class__ is not theirs.__class__ or mine != theirs:
                return False
        return True

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in self.fields_)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.fields_)})"


def _fill(record: Form | Record, values: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Put in what was given by position and by name, and the defaults of what was left out."""
    puts = record.puts_
    for put, value in zip(puts, values, strict=False):
        put(record, value)
    left = dict(zip(record.fields_[len(values) :], puts[len(values) :], strict=True))
    left.update(record.keys_)
    for field, put in left.items():
        value = named.pop(field, _MISSING)
        if value is _MISSING:
            value = record.defaults_.get(field, _MISSING)
        if value is _MISSING:
            raise TypeError(f"{type(record).__name__} needs its `{field}`.")
        put(record, value)
    if named or len(values) > len(puts):
        raise TypeError(
            f"{type(record).__name__} has the fields {', '.join((*record.fields_, *record.keys_))}, no others."
        )
