"""How ``baton`` ends: one table, for scripts and for ``baton --help``. Codes are stable; new ones come at the end."""

from __future__ import annotations

from enum import IntEnum

from runtime.wire import Problem


class Exit(IntEnum):
    """Exit codes of every verb."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    MISSING = 3
    REFUSED = 4
    NOT_FOUND = 5
    UNAVAILABLE = 6
    INCIDENT = 7
    WAITING = 8
    CANCELLED = 9
    FINDINGS = 10
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141


MEANINGS: dict[Exit, str] = {
    Exit.DONE: "Done. A run completed, whatever its outcome.",
    Exit.FAULT: "A mistake of Baton itself; the message names a report.",
    Exit.USAGE: "The command was not typed as it should be.",
    Exit.MISSING: "Something is missing first: a connection's address, a secret, a driver.",
    Exit.REFUSED: "Refused: not allowed, decided before, or it does not fit. Nothing was changed.",
    Exit.NOT_FOUND: "There is no such run, task, incident, flow or file.",
    Exit.UNAVAILABLE: "The store or the server can't be reached, or another process has the store.",
    Exit.INCIDENT: "The run stands still at an incident; see `baton incidents`.",
    Exit.WAITING: "The run waits: for a person, a signal or a time.",
    Exit.CANCELLED: "The run was cancelled.",
    Exit.FINDINGS: "The project has errors (`baton check`), a test fails (`test`), or the journal was changed.",
    Exit.INTERRUPTED: "Interrupted by Ctrl-C. Runs are safe; `baton resume` goes on with them.",
    Exit.OUTPUT_CLOSED: "Whoever read the output went away.",
}

_BY_CODE = {
    "UNBOUND": Exit.MISSING,
    "SECRET": Exit.MISSING,
    "ENVIRONMENT": Exit.MISSING,
    "UNKNOWN_CONNECTION": Exit.MISSING,
    "TOKEN_MISSING": Exit.MISSING,
    "TYPED": Exit.USAGE,
    "TWO_DOORS": Exit.USAGE,
    "FAULT": Exit.FAULT,
    "FINDINGS": Exit.FINDINGS,
}
_BY_STATUS = {404: Exit.NOT_FOUND, 421: Exit.UNAVAILABLE, 500: Exit.FAULT}


def exit_of(problem: Problem) -> Exit:
    """The exit code of a refusal."""
    if problem.code in _BY_CODE:
        return _BY_CODE[problem.code]
    if problem.status in _BY_STATUS:
        return _BY_STATUS[problem.status]
    return Exit.UNAVAILABLE if problem.status > 500 else Exit.REFUSED


def table() -> str:
    """The table as text, two columns."""
    return "\n".join(f"  {code.value:>3}  {words}" for code, words in MEANINGS.items())
