"""The one place of the example systems that reads the clock; the ledger and the fault board call it."""

from datetime import UTC, date, datetime

# The business date of the seeded stories. "Disputes in the last 90 days" counts from here, not from the wall clock:
# otherwise every story would change its course a few weeks after it was written.
BUSINESS_DATE = date(2026, 11, 20)


def utc_now() -> str:
    """The present instant as ISO 8601 text in UTC with microseconds, e.g. `2026-11-20T09:30:00.000000Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
