"""The typed client: one ``Door`` to a runtime, whichever side of a wall it is on. Used by the CLI and the designer."""

from runtime.client.door import Door, Followed
from runtime.client.http import HttpDoor
from runtime.client.sse import ServerEvent, read_events

__all__ = ["Door", "Followed", "HttpDoor", "ServerEvent", "read_events"]
