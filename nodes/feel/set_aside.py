"""Texts in quotes, set aside while the rest of what somebody wrote is mended.

Who calls it: `slips` and `cell_slips`. Law: what was set aside comes back to the letter.
"""

from __future__ import annotations

import re
from typing import Final

QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
"""A text in double quotes."""
OTHER_QUOTES: Final = r"[“”„‟«»]|(?<!\w)[‘‚‛]|[’‘](?!\w)"
"""Those of word processors; one between letters is an apostrophe."""
_NUMBERED: Final = re.compile(r'"(\d+)"')


class SetAside:
    """For one text to mend: in it `"0"` stands for the first that was set aside, `"1"` for the second."""

    def __init__(self) -> None:
        self._kept: list[str] = []

    def keep(self, found: re.Match[str]) -> str:
        """Sets aside the first group of a match; what stands in its place meanwhile."""
        return self.keep_text(found[1])

    def keep_text(self, inside: str) -> str:
        """The same for what stands between quotes."""
        self._kept.append(inside)
        return f'"{len(self._kept) - 1}"'

    def back(self, text: str) -> str:
        """The text with all that was set aside."""
        return _NUMBERED.sub(lambda found: f'"{self._kept[int(found[1])]}"', text)
