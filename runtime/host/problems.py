"""What the host raises to its callers, beside the store's problems. What the engine refuses is data (``Refusal``)."""

from __future__ import annotations


class HostClosing(Exception):
    """Baton is shutting down and takes nothing new; what it has acknowledged is safe. Try again in a moment."""

    def __init__(self) -> None:
        super().__init__("Baton is shutting down. Nothing was changed; try again in a moment.")


class RunSetAside(Exception):
    """This run can't be read or gone on with; all others go on. The message says why and what to do."""

    def __init__(self, run: str, reason: str) -> None:
        super().__init__(f"The run {run} is set aside: {reason}")
        self.run = run
        self.reason = reason
