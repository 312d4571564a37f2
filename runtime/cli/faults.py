"""What the shelves below raise -> ``Problem``: one sentence with what to do, and a code that chooses the exit code."""

from __future__ import annotations

from runtime.connections import ConnectionProblem, EnvironmentProblem
from runtime.secrets import SecretProblem
from runtime.wire import JsonProblem, Problem


def problem_of(fault: BaseException) -> Problem | None:
    """The refusal behind an exception that these shelves document; None for one that nobody foresaw."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, EnvironmentProblem):
        return Problem(422, "ENVIRONMENT", str(fault))
    if isinstance(fault, ConnectionProblem):
        return Problem(422, "UNBOUND", fault.message)
    if isinstance(fault, SecretProblem):
        return Problem(422, "SECRET", str(fault))
    if isinstance(fault, JsonProblem):
        return Problem(422, fault.code, str(fault))
    return _of_project(fault) or _of_store(fault)


def _of_project(fault: BaseException) -> Problem | None:
    from runtime.model.problems import ProjectProblem

    if not isinstance(fault, ProjectProblem):
        return None
    missing = fault.code in {"PROJECT_MISSING", "FILE_MISSING"}
    return Problem(404 if missing else 422, fault.code, str(fault))


def _of_store(fault: BaseException) -> Problem | None:
    """Imported here, because most verbs that look at projects only never need the database library."""
    from runtime.store import BadCursor, StoreHeld, StoreProblem, StoreUnavailable

    if isinstance(fault, BadCursor):
        return Problem(422, "CURSOR", str(fault))
    if isinstance(fault, StoreHeld):
        return Problem(
            503, "STORE_HELD", f"{fault}.", todo="Wait until it has ended, or serve the store with `baton serve`."
        )
    if isinstance(fault, StoreUnavailable):
        return Problem(503, "STORE_UNAVAILABLE", str(fault))
    if isinstance(fault, StoreProblem):
        return Problem(503, "STORE", str(fault))
    return None
