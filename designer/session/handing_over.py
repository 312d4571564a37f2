"""A run handed to a runtime: the project as it is now as a release of its own, then the start. For ``Session``."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from nodes.contract import Value, to_wire
from runtime.model.content_hash import content_hash
from runtime.model.package import pack
from runtime.model.project import Project

if TYPE_CHECKING:  # see session.py
    from runtime.client.door import Door


def handed_over(
    project: Project, flow_id: str, given: Value, *, by: str | None, case: Value, trigger: str | None
) -> Callable[[Door], str]:
    """What asks a runtime to run this flow exactly once, however often it is asked; it gives the run's id.

    The project is packed by whoever asks, on a thread: a large one takes a tenth of a second.
    """
    from runtime.wire import StartRequest

    key = uuid.uuid4().hex

    def begin(door: Door) -> str:
        release = content_hash(project)
        request = StartRequest(
            release=release,
            flow=flow_id,
            input=to_wire(given),
            case=to_wire(case),
            trigger=trigger,
            by=by,
            key=key,
        )
        door.put_release(release, pack(project))
        return door.start(request).run

    return begin
