"""A secret in memory: shown only to whoever calls ``reveal``; printing, logging and formatting give its reference."""

from __future__ import annotations

from typing import NoReturn


class SecretProblem(Exception):
    """A secret can't be had or kept; the message says what to do, and never holds a secret's value."""


class Secret:
    """One secret and the reference that it came from; neither comparable nor serialisable, lest it slip out."""

    __slots__ = ("_value", "host", "reference")

    def __init__(self, value: str, reference: str, host: str | None = None) -> None:
        self._value = value
        self.reference = reference
        self.host = host
        """``host`` or ``host:port`` that this secret may be sent to; None = wherever the binding points"""

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.reference})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret can't be serialised")
