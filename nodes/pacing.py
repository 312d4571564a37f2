"""``checkpoint``: what long pure work calls between its small pieces, so that whoever runs it can let others go first.

Called by feel, dmn and the rules of ``baton check``; listened to by the designer, which works beside its window. Law:
without a listener a checkpoint does nothing, and no answer depends on whether there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LISTENER: ContextVar[Callable[[], object] | None] = ContextVar("checkpoint", default=None)


def checkpoint() -> None:
    """Between two pieces of work, each well under a millisecond or two. Costs 50 ns where nobody listens."""
    listener = _LISTENER.get()
    if listener is not None:
        listener()


@contextmanager
def paced(listener: Callable[[], object]) -> Iterator[None]:
    """``listener`` is called at each checkpoint that this thread (or task) comes to inside the block."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
