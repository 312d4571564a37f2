"""What the shelves below raise -> ``Problem``. Used by the desk, so that neither door ever shows another exception."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from nodes.contract import ValueProblem
from runtime.connections import ConnectionProblem, EnvironmentProblem
from runtime.engine.codec import Unreadable
from runtime.engine.requests import Fenced
from runtime.engine.state import JournalMismatch
from runtime.engine.stimuli import Refusal
from runtime.host import HostClosing, RunSetAside
from runtime.model.problems import ProjectProblem
from runtime.store import BadCursor, StoreHeld, StoreProblem, StoreUnavailable
from runtime.wire import Problem

P = ParamSpec("P")
T = TypeVar("T")


_AGAIN = "Nothing is lost; try again in a moment."
_STORE_TODO = {
    "damaged": "Stop Baton and keep the damaged file until the backup is in place; trying again does not help.",
    "gone": "Bring it back; until then nothing can be read or changed.",
    "read_only": "Once it can be written, try again; nothing was changed.",
    "full": "Nothing is lost; free some space, then try again.",
    "closed": "Nothing was changed; start Baton again.",
}
"""trouble of the store -> what to do; whatever passes by itself is tried again"""


_ASIDE = (
    "All other runs go on. If a node type of yours is not loaded here, trust its folder (`baton new-node --trust`) and "
    "start Baton again; else use the version of Baton that wrote this run."
)


def problem_of(fault: BaseException) -> Problem | None:
    """The refusal that an exception stands for; None for one that nobody foresaw."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, StoreUnavailable):
        status = 507 if fault.trouble == "full" else 503
        return Problem(status, "STORE_UNAVAILABLE", sentence(fault), todo=_STORE_TODO.get(fault.trouble, _AGAIN))
    if isinstance(fault, StoreHeld):
        return Problem(503, "STORE_HELD", sentence(fault), todo="Wait until it has ended, or ask its server.")
    if isinstance(fault, BadCursor):
        return Problem(422, "CURSOR", sentence(fault), where="after")
    if isinstance(fault, StoreProblem):
        return Problem(503, "STORE", sentence(fault))
    if isinstance(fault, HostClosing):
        return Problem(503, "CLOSING", str(fault))
    if isinstance(fault, RunSetAside):
        return Problem(409, "UNREADABLE", sentence(fault), where=fault.run, todo=_ASIDE)
    if isinstance(fault, Unreadable | JournalMismatch):
        return Problem(409, "UNREADABLE", sentence(fault), todo="Look at it with the version of Baton that wrote it.")
    if isinstance(fault, Fenced):
        return Problem(503, "FENCED", "Another process writes to this store.", todo="Ask that one.")
    if isinstance(fault, ProjectProblem):
        return Problem(422, fault.code, str(fault))
    if isinstance(fault, ValueProblem):
        return Problem(422, "VALUE", sentence(fault), where=fault.path, todo="Send the value in its tagged form.")
    if isinstance(fault, ConnectionProblem):
        return Problem(422, "UNBOUND", fault.message)
    if isinstance(fault, EnvironmentProblem):
        return Problem(422, "ENVIRONMENT", str(fault))
    return None


def told(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Marks a method of the desk: whatever is foreseen leaves it as a ``Problem``."""

    @functools.wraps(method)
    async def telling(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await method(*args, **kwargs)
        except Exception as fault:
            problem = problem_of(fault)
            if problem is None or problem is fault:
                raise
            raise problem from fault

    return telling


def accepted(result: T | Refusal) -> T:
    """The result, unless the engine refused: then its refusal as a ``Problem``."""
    if isinstance(result, Refusal):
        raise Problem(result.status, result.code, result.message, detail=result.detail)
    return result


def sentence(fault: BaseException | str) -> str:
    """What was said, as a sentence."""
    words = str(fault)
    if "://" in words.partition(" ")[0]:  # an address stays as it is
        return words + ("" if words.endswith((".", "!", "?")) else ".")
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")
