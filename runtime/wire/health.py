"""Whether the runtime can accept work. Route ``GET /health``."""

from __future__ import annotations

from runtime.wire.message import View


class HealthView(View):
    """``ok`` False comes with status 503 and a reason."""

    ok: bool
    reason: str = ""
    environment: str = ""
    version: str = ""
