"""What can be wrong with a store, as errors with a sentence for people. Host, server and CLI turn them into answers.

``Fenced`` (another writer was first) belongs to the law and lives in ``runtime.engine.requests``.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from runtime.store.holder import Holder

Trouble: TypeAlias = Literal["full", "io", "locked", "read_only", "gone", "damaged", "closed", "fault"]
"""Why a store can't be reached or written: disk full; input/output error; locked by another program; no right to write;
the file vanished or was replaced; the file is damaged; this store was closed; a fault of Baton itself."""


class StoreProblem(Exception):
    """The store can't be opened or used as asked; the message says what, where and what to do."""


class StoreUnavailable(StoreProblem):
    """Nothing of this call is in the store (unless ``outcome_unknown``: then read again by key before repeating it).

    The store recovers by itself: each later call tries afresh.
    """

    def __init__(self, message: str, trouble: Trouble = "fault", *, outcome_unknown: bool = False) -> None:
        super().__init__(message)
        self.trouble: Trouble = trouble
        self.outcome_unknown = outcome_unknown


class StoreHeld(StoreProblem):
    """Another process writes to this store; ``holder`` says which one and where its server listens, if it has one."""

    def __init__(self, place: str, holder: Holder) -> None:
        super().__init__(f"the store {place} is in use by {holder}")
        self.holder = holder


class BadCursor(StoreProblem):
    """A page was asked for with a cursor that no page of this list gave out."""
