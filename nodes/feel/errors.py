"""The errors that may leave `nodes.feel`, and `Problem`, the finding of a static check.

Law: whatever text or values come in, nothing but a `FeelError` goes out. Each `str(error)` is one sentence that names
what is wrong, where, and what to do. Lines and columns count from 1, in characters of the text as it was given.
"""

from __future__ import annotations

from typing import NamedTuple

VAGUE = "Is an operator missing before it?"
"""The suggestion where nothing better is known."""


class Instead(NamedTuple):
    """What was probably meant: `text` in the place of `length` characters from `start` (from 0)."""

    start: int
    length: int
    text: str


class Problem(NamedTuple):
    """One finding of `check`: `code` is stable, `message` is for people, `length` is in characters."""

    code: str
    message: str
    line: int
    column: int
    length: int
    suggestion: str | None = None
    instead: Instead | None = None
    """the suggestion as a change of the text, where it is one"""


class FeelError(Exception):
    """Anything that this package refuses. `message` is one sentence without a position."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class FeelSyntaxError(FeelError):
    """The text is not FEEL. `text` is the whole text; `offset` and `length` mark the place in characters."""

    def __init__(
        self,
        message: str,
        line: int,
        column: int,
        text: str,
        suggestion: str | None = None,
        *,
        length: int = 1,
        mend: bool = True,
    ) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.text = text
        self.length = length
        self._suggestion = suggestion
        self._is_complete = not mend
        self._meant: str | None = None
        self.of_cell = False
        """Whether the text is the cell of a table; the parser says so."""

    @property
    def stated_suggestion(self) -> str | None:
        """What to do, without looking for what the text may have meant."""
        return self._suggestion

    @property
    def suggestion(self) -> str | None:
        """What to do, and where it can be told, the text as it was probably meant; worked out when it is asked for."""
        if not self._is_complete:
            self._is_complete = True
            if self._suggestion is None or "Did you mean" not in self._suggestion:
                found = self._mended()
                if found is not None:
                    self._meant = found[0]
                    known = "" if self._suggestion == VAGUE else self._suggestion
                    self._suggestion = f"{found[1] or known or ''} Did you mean `{found[0]}`?".strip()
        return self._suggestion

    @property
    def meant(self) -> str | None:
        """The whole text as it was probably meant, which can be read; None where nobody can tell."""
        return self._meant if self.suggestion is not None else None

    def _mended(self) -> tuple[str, str] | None:
        from nodes.feel.slips import mended  # here: the parser stands on this file

        if self.of_cell:
            from nodes.feel.cell_slips import mended_cell

            found = mended_cell(self.text)
            if found is not None:
                return found
        return mended(self.text)

    @property
    def offset(self) -> int:
        """Where in `text` it stands, from 0."""
        start = 0
        for _ in range(self.line - 1):
            start = self.text.find("\n", start) + 1
        return start + self.column - 1

    def __str__(self) -> str:
        place = f"Line {self.line}, column {self.column}: {self.message}"
        return place if self.suggestion is None else f"{place} {self.suggestion}"


class FeelLimitError(FeelError):
    """A budget is used up. `limit` is its name as in `Budget`: steps, depth, list_items, text_size, digits."""

    def __init__(self, limit: str, message: str, *, allowed: int | None = None) -> None:
        super().__init__(message)
        self.limit = limit
        self.allowed = allowed


class FeelValueError(FeelError):
    """A Python value came in that FEEL has no type for (a float that is not a number, a stranger's object)."""


class FeelInternalError(FeelError):
    """A mistake of this package: never expected, kept apart so that tests can look for it."""


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The place of `offset` in `text`, both from 1."""
    offset = min(max(offset, 0), len(text))
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1


def syntax_error(
    message: str, text: str, offset: int, suggestion: str | None = None, *, length: int = 1, mend: bool = True
) -> FeelSyntaxError:
    """A FeelSyntaxError at an offset of `text`; `mend` where the whole text is one expression."""
    line, column = line_and_column(text, offset)
    return FeelSyntaxError(message, line, column, text, suggestion, length=length, mend=mend)
