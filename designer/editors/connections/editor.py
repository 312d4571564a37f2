"""The page, as data. Its key is the connection's name, or empty for the first."""

from __future__ import annotations

from designer.editors import Editor
from designer.editors.connections.page import Connections

EDITOR = Editor("connections", "Connections", "plug", Connections, lambda _services, _key: "Connections")
