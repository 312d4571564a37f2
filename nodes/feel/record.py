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
    """Makes a slot of each annotation; `__match_args__` names them in their order."""

    fields_: tuple[str, ...]
    puts_: tuple[Callable[[Any, Any], None], ...]
    defaults_: dict[str, Any]

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, kw_only: bool = False
    ) -> RecordType:
        """`kw_only` fields are given by name, and are no part of equality or patterns."""
        notes = namespace.get("__annotations__", {})
        own = tuple(field for field, note in notes.items() if not note.startswith("ClassVar"))
        defaults = {field: namespace.pop(field) for field in own if field in namespace}
        before: Any = next((base for base in bases if isinstance(base, RecordType)), None)
        fields = () if kw_only else own
        namespace["__slots__"] = own
        namespace["__match_args__"] = (*(before.fields_ if before else ()), *fields)
        made = super().__new__(mcs, name, bases, namespace)
        made.fields_ = namespace["__match_args__"]
        made.puts_ = (*(before.puts_ if before else ()), *(made.__dict__[field].__set__ for field in fields))
        made.defaults_ = {**(before.defaults_ if before else {}), **defaults}
        return made


class Record(metaclass=RecordType):
    """Parent of records."""

    fields_: ClassVar[tuple[str, ...]]
    puts_: ClassVar[tuple[Callable[[Any, Any], None], ...]]
    defaults_: ClassVar[dict[str, Any]]

    def __init__(self, *values: Any, **named: Any) -> None:
        puts = self.puts_
        for put, value in zip(puts, values, strict=False):
            put(self, value)
        if named or len(values) != len(puts):
            self._fill(len(values), named)

    def _fill(self, given: int, named: dict[str, Any]) -> None:
        """The fields that were given by name or left out."""
        fields = self.fields_
        for field, put in zip(fields[given:], self.puts_[given:], strict=True):
            value = named.pop(field, _MISSING)
            put(self, self.defaults_[field] if value is _MISSING else value)
        if named or given > len(fields):
            raise TypeError(f"{type(self).__name__} has the fields {', '.join(fields)}, no others.")

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
