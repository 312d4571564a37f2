"""What the shelves below raise -> ``Problem``: one sentence with what to do, and a code that chooses the exit code."""

from __future__ import annotations

from runtime.connections import ConnectionProblem, EnvironmentProblem
from runtime.model.problems import ProjectProblem
from runtime.secrets import SecretProblem
from runtime.wire import JsonProblem, Problem

_NOT_THERE = frozenset({"PROJECT_MISSING"})


def problem_of(fault: BaseException) -> Problem | None:
    """The refusal behind an exception that is foreseen; None for one that nobody foresaw."""
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
    if isinstance(fault, ProjectProblem):
        return Problem(404 if fault.code in _NOT_THERE else 422, fault.code, str(fault))
    # Imported here: most verbs that look at projects only never need the database library.
    from runtime.server import faults

    found = faults.problem_of(fault)
    if found is None and isinstance(fault, OSError):
        where = f" ({fault.filename})" if fault.filename else ""
        return Problem(503, "SYSTEM", f"The system refused: {fault.strerror or fault}{where}.")
    return found
