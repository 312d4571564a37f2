"""The tables, in SQLAlchemy Core: one table family a file, the same for SQLite and Postgres.

These describe the newest schema, for statements and reads. What creates and changes tables is ``migrations``; a test
holds the two together.
"""

from runtime.store.schema.blobs import blobs
from runtime.store.schema.columns import metadata
from runtime.store.schema.incidents import incidents
from runtime.store.schema.journal import journal
from runtime.store.schema.meta import meta
from runtime.store.schema.releases import releases
from runtime.store.schema.runs import runs
from runtime.store.schema.signal_keys import signal_keys
from runtime.store.schema.start_keys import start_keys
from runtime.store.schema.tasks import tasks
from runtime.store.schema.waits import waits
from runtime.store.schema.workers import holds, workers

PROJECTIONS = (runs, tasks, incidents, waits)
"""tables that can be dropped and rebuilt from the journal; each has a column ``run``"""

__all__ = [
    "PROJECTIONS",
    "blobs",
    "holds",
    "incidents",
    "journal",
    "meta",
    "metadata",
    "releases",
    "runs",
    "signal_keys",
    "start_keys",
    "tasks",
    "waits",
    "workers",
]
