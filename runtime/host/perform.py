"""One attempt of an effect: from ``PerformAttempt`` to ``AttemptReplied`` or ``AttemptBroke``, whatever the node does.

Called by the worker. Law: whatever a node raises, returns or leaves undone becomes an honest report, and never more
than that: an exception that the node did not explain leaves a ``keyed`` or ``once`` effect unclear. The deadline is a
total one. What goes into the journal from here (messages, notes, replies) has been redacted.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
import os
import random
import re
import traceback
from collections.abc import Mapping
from typing import Any

import httpx

from nodes.contract import AttemptFailure, BrokenNodeType, Reply, Value, ValueProblem, from_wire, to_wire
from nodes.registry import Perform, PerformUnavailable, Registry
from runtime.connections import ConnectionBook, ConnectionProblem
from runtime.engine.commands import PerformAttempt
from runtime.engine.stimuli import AttemptBroke, AttemptReplied
from runtime.host.clock import Clock
from runtime.host.fault_points import reach
from runtime.host.node_context import HostContext
from runtime.host.releases import Releases
from runtime.secrets import Redactor
from runtime.store import Store, StoreUnavailable

MESSAGE_LENGTH = 1_000
"""characters of a message or note that are kept"""
MOST_NOTES = 20
MOST_WAITED = 1e9
"""seconds; the engine waits an hour at most (R4), and so large a number still is one"""
_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,63}\Z")
_HEAD = 2_000

_log = logging.getLogger(__name__)


class Performer:
    """``rng`` draws for the jitter of retries (R4)."""

    def __init__(
        self,
        registry: Registry,
        book: ConnectionBook,
        releases: Releases,
        store: Store,
        clock: Clock,
        redactor: Redactor,
        rng: random.Random,
    ) -> None:
        self._registry = registry
        self._book = book
        self._releases = releases
        self._store = store
        self._clock = clock
        self._redactor = redactor
        self._rng = rng
        self._loaded: dict[tuple[str, int], Perform] = {}

    async def attempt(self, command: PerformAttempt, release: str) -> AttemptReplied | AttemptBroke:
        """Does it, without any deadline. Raises nothing but ``CancelledError``, if this task was cancelled."""
        sent = False
        process = os.getpid()
        try:
            perform = await self._perform_of(command)
            context = await self._context(command, release)
            reach("perform.before")
            sent = True
            reply = await perform(_own_copy(command.input), context)
            _end_a_copy(process)
            reach("perform.after")
            return self._replied(command, reply)
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            return self.broke(command, "node_cancelled", "The step's own code gave up its work.", unclear=True)
        except BaseException as problem:  # noqa: BLE001  a node may raise anything, SystemExit too; only its step fails
            _end_a_copy(process)
            try:
                return self._told(command, problem, sent)
            except Exception as worse:  # noqa: BLE001  what a node says of its failure may fail itself
                _log.debug("%s of %s can't say why it failed: %s", command.type, command.step, type(worse).__name__)
                words = f"The step's own code failed ({type(problem).__name__}) and could not say why."
                return self.broke(command, "node_error", words, unclear=True)

    def broke(
        self,
        command: PerformAttempt,
        code: str,
        message: str,
        *,
        retryable: bool = False,
        unclear: bool = False,
        notes: tuple[str, ...] = (),
        **more: Any,
    ) -> AttemptBroke:
        """A failure, redacted, with its draw. ``unclear`` counts only where the effect changes something outside."""
        return AttemptBroke(
            step=command.step,
            attempt=command.attempt,
            code=code if _CODE.match(code) else "node_error",
            message=self._sentence(message),
            retryable=retryable,
            unclear=unclear and command.effect != "read",
            draw=self._rng.random(),
            notes=tuple(map(self._words, notes[:MOST_NOTES])),
            **more,
        )

    def _told(self, command: PerformAttempt, problem: BaseException, sent: bool) -> AttemptBroke:
        if isinstance(problem, AttemptFailure):
            return self._failed(command, problem)
        if isinstance(problem, ConnectionProblem | PerformUnavailable | StoreUnavailable):
            return self._not_begun(command, problem, sent)
        return self._unexpected(command, problem)

    # -- before -------------------------------------------------------------------------------------------------------

    async def _perform_of(self, command: PerformAttempt) -> Perform:
        loaded = self._loaded.get((command.type, command.version))
        if loaded is not None:
            return loaded
        found = self._registry.get(command.type, command.version)
        if found is None or isinstance(found, BrokenNodeType):
            reason = found.reason if found else "nobody has heard of it here"
            raise PerformUnavailable(f"{command.type} version {command.version} can't be used: {reason}.")
        # Importing a driver may take a second; the other runs go on meanwhile.
        loaded = await asyncio.to_thread(self._registry.perform, found)
        self._loaded[command.type, command.version] = loaded
        return loaded

    async def _context(self, command: PerformAttempt, release: str) -> HostContext:
        connection = None
        if command.connection is not None:
            project = await self._releases.project(release)
            need = project.connections.get(command.connection) if project else None
            connection = await self._book.open(command.connection, need)
        return HostContext(
            command.run,
            command.step,
            command.attempt,
            command.key,
            command.timeout,
            connection,
            _store=self._store,
            _clock=self._clock,
        )

    # -- after --------------------------------------------------------------------------------------------------------

    def _replied(self, command: PerformAttempt, reply: Any) -> AttemptReplied | AttemptBroke:
        if not isinstance(reply, Reply):
            words = f"The step's own code gave back a {type(reply).__name__} where a Reply should be."
            return self.broke(command, "bad_reply", words, unclear=True)
        try:
            # Through the tagged form and back: what the node keeps can't change what we hold, and what is no value,
            # is too deep or has binary fractions is found here.
            value = self._held(reply.value)
        except (ValueProblem, RecursionError, TypeError, ValueError) as problem:
            head = (
                self._redactor.clean_text(repr(reply.value)[:_HEAD]) if isinstance(reply.value, str | bytes) else None
            )
            return self.broke(command, "bad_reply", f"The reply is no value: {problem}.", unclear=True, detail=head)
        notes = tuple(self._words(str(note)) for note in itertools.islice(reply.notes, MOST_NOTES))
        retry_after, ignored = _usable_wish(reply.retry_after)
        return AttemptReplied(
            step=command.step,
            attempt=command.attempt,
            value=value,
            status=_status(reply.status),
            retry_after=retry_after,
            draw=self._rng.random(),
            notes=notes + ignored,
        )

    def _failed(self, command: PerformAttempt, failure: AttemptFailure) -> AttemptBroke:
        retry_after, notes = _usable_wish(failure.retry_after)
        return self.broke(
            command,
            str(failure.code),
            str(failure.message),
            retryable=bool(failure.retryable),
            unclear=bool(failure.unclear),
            notes=notes,
            status=_status(failure.status),
            retry_after=retry_after,
            detail=self._detail(failure.detail),
        )

    def _held(self, value: Value) -> Value:
        """The value without secrets, as the journal will give it back. Raises ``ValueProblem``: first of all for one
        that is too deep, so that nothing walks it to the end of Python's stack."""
        wire = to_wire(value)
        cleaned = self._redactor.clean_value(value)
        return from_wire(wire if cleaned is value else to_wire(cleaned))

    def _detail(self, detail: Value) -> Value:
        try:
            return self._held(detail)
        except (ValueProblem, RecursionError, TypeError, ValueError):
            return None

    def _not_begun(self, command: PerformAttempt, problem: Exception, sent: bool) -> AttemptBroke:
        if isinstance(problem, ConnectionProblem):
            retryable = problem.code == "connection_failed"
            return self.broke(command, problem.code, problem.message, retryable=retryable)
        if isinstance(problem, PerformUnavailable):
            return self.broke(command, "perform_unavailable", str(problem))
        return self.broke(command, "store_unavailable", str(problem), retryable=True, unclear=sent)

    def _unexpected(self, command: PerformAttempt, problem: BaseException) -> AttemptBroke:
        kind, words = type(problem).__name__, " ".join(str(problem).split())
        # For those who mend the node. Whoever runs the flow gets the sentence, and never a traceback (which may also
        # quote a secret, so it is cleaned).
        told = self._redactor.clean_text("".join(traceback.format_exception(problem)))
        _log.debug("%s of %s in %s raised %s", command.type, command.step, command.run, told)
        if isinstance(problem, httpx.ConnectError | httpx.ConnectTimeout | ConnectionRefusedError):
            return self.broke(command, "not_reached", f"The other side was not reached: {words}", retryable=True)
        if isinstance(problem, OSError | httpx.TransportError):
            message = f"The connection broke: {words or kind}"
            return self.broke(command, "network", message, retryable=True, unclear=True)
        return self.broke(command, "node_error", f"The step's own code failed: {kind}: {words}", unclear=True)

    def _sentence(self, text: str) -> str:
        words = self._words(text)
        whole = not words or len(words) >= MESSAGE_LENGTH or words.endswith((".", "!", "?", "…", ":"))
        return words if whole else f"{words}."

    def _words(self, text: str) -> str:
        return self._redactor.clean_text(" ".join(text.split()))[:MESSAGE_LENGTH]


def _own_copy(value: Any) -> Any:
    """The same value in lists and contexts of its own: a node that changes its input must not change our state."""
    if isinstance(value, Mapping):
        return {key: _own_copy(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_own_copy(item) for item in value]
    return value


def _usable_wish(wish: object) -> tuple[float | None, tuple[str, ...]]:
    """The seconds that the other side asks to wait, and a note where they are no such thing (R4)."""
    if wish is None:
        return None, ()
    if isinstance(wish, int | float) and 0 <= wish < math.inf:
        return float(min(wish, MOST_WAITED)), ()
    return None, (f"The wish to wait {wish!r} s was ignored.",)


def _status(given: object) -> int | None:
    """The status of a reply, or None where it is none that there could be."""
    return given if type(given) is int and 0 <= given < 1_000 else None


def _end_a_copy(process: int) -> None:
    """A node that forks makes a second runtime, without the threads that write and with the locks of the first."""
    if os.getpid() != process:
        os._exit(0)
