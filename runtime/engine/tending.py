"""Bringing to a child run what its parent asks (B2 to B4): the driver's part of families.

Called by whoever runs the driver, with each command for a child. Law: repeated, it changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from typing import Any

from msgspec.structs import replace

from runtime.engine.commands import CancelChild, ChildCommand, StartChild
from runtime.engine.driver import Call, Done, Driver
from runtime.engine.families import brought_by, never_began, root_of, start_of
from runtime.engine.requests import CountTree, Request
from runtime.engine.stimuli import ChildReported, Refusal


def tend(
    driver: Driver, command: ChildCommand, at: dt.datetime
) -> Generator[Request, Any, Done | Refusal | ChildReported]:
    """-> the child as it is (it may be over: ``Done.tells``), or what to tell the parent of a child that never began
    and never will."""
    if isinstance(command, StartChild):
        return (yield from _start(driver, command, at))
    reply = yield from driver.deliver(command.child, brought_by(command), at)
    if not isinstance(reply, Refusal):
        return reply
    if reply.code == "RUN_UNKNOWN":
        return never_began(command) if isinstance(command, CancelChild) else reply
    return (yield from driver.look(command.child))  # it is over, or on its way: nothing is left to ask of it


def _start(driver: Driver, command: StartChild, at: dt.datetime) -> Call:
    found = yield from driver.look(command.id)
    if not isinstance(found, Refusal):
        return replace(found, reply={"run": command.id, "repeated": True}, repeated=True)
    if found.code != "RUN_UNKNOWN":
        return found
    before: int = yield CountTree(root_of(command.id))
    return (yield from driver.start(command.id, command.release, start_of(command, before + 1), at))
