"""``Published``: which content went where under which version number, as far as this machine knows.

A runtime takes any content under any number, for it knows versions by their content; people know them by their number.
"""

from __future__ import annotations

from typing import Any

from designer.keeping.preferences import Preferences

NAME = "published"
MOST = 200
"""versions that are remembered"""


class Published:
    """``there`` is the address of a runtime, or empty for this computer's."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def clashes(self, there: str, project: str, version: str, release: str) -> bool:
        """Whether something else stands there under this number."""
        return any(one[:3] == [there, project, version] and one[3] != release for one in self._all())

    def note(self, there: str, project: str, version: str, release: str) -> None:
        """It stands there now."""
        one = [there, project, version, release]
        self._preferences.set(NAME, [*(other for other in self._all() if other != one), one][-MOST:])

    def _all(self) -> list[list[Any]]:
        said = self._preferences.get(NAME, [])
        return [one for one in said if isinstance(one, list) and len(one) == 4]
