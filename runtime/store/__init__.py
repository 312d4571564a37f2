"""The journal and what is computed from it, on disk. The host writes; server and CLI read. See README.md."""

from runtime.store.auditing import HeadsDigest
from runtime.store.diagnosing import Finding
from runtime.store.holder import Holder
from runtime.store.opening import open_store, store_holder
from runtime.store.pages import Page
from runtime.store.problems import BadCursor, StoreHeld, StoreProblem, StoreUnavailable
from runtime.store.queries.contents import ReleaseRow
from runtime.store.queries.holds import Judgement
from runtime.store.queries.journal import JournalRow, StreamHead
from runtime.store.queries.runs import RunFilter
from runtime.store.rebuilding import Rebuilt
from runtime.store.store import Health, Store

__all__ = [
    "BadCursor",
    "Finding",
    "HeadsDigest",
    "Health",
    "Holder",
    "JournalRow",
    "Judgement",
    "Page",
    "Rebuilt",
    "ReleaseRow",
    "RunFilter",
    "Store",
    "StoreHeld",
    "StoreProblem",
    "StoreUnavailable",
    "StreamHead",
    "open_store",
    "store_holder",
]
