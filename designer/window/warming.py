"""``warm``: loads, while people look at the first window, what the next clicks need: panels, pages, the engine.

The first window does without them, which halves its start. Called by ``Desktop`` on a thread. Law: modules are only
loaded here; nothing of a project is looked at.
"""

from __future__ import annotations

import importlib

from designer.editors import found_editors
from designer.panels import load_views
from nodes.pacing import checkpoint

ON_RUN = (
    "designer.session.rehearsal",
    "designer.session.story",
    "designer.session.following",
    "runtime.wire",
    "runtime.client.http",
    "httpcore",
)
"""what the session loads when something is run; the last is what httpx loads with its first client"""


def warm() -> None:
    """Everything is loaded when it returns; what is loaded already costs nothing."""
    from designer.editors.flow_settings.page import zone_names  # a page, so the first window does without it

    load_views()
    for name in ON_RUN:
        checkpoint()
        importlib.import_module(name)
    found_editors()
    zone_names()
