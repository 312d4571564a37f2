"""A text in coloured pieces, for the fields in which people write expressions: any text, finished or not.

Who calls it: expression fields of the designer, and `complete`, which reads the same pieces.
Law: nothing is raised whatever the text is, and one slip does not take the colour from what follows it. The marks
stand in the order of the text and never overlap; blanks and comments have none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from nodes.feel.errors import FeelSyntaxError
from nodes.feel.expression import BUILTIN_NAMES
from nodes.feel.limits import MAX_TEXT
from nodes.feel.scanner import Scanner, Token
from nodes.feel.words import BREAKING, KEYWORDS, type_pattern

KINDS: Final = ("keyword", "number", "text", "name", "operator", "function", "error")
"""Every kind of a mark."""


class Mark(NamedTuple):
    """`length` characters from `start` (from 0) are of one of `KINDS`."""

    start: int
    length: int
    kind: str


def highlight(text: str, names: Collection[str] | None = None) -> list[Mark]:
    """The marks of an expression or cell. `names` are the root names of its scope, where they are known."""
    marks = [Mark(piece.start, piece.end - piece.start, piece.kind) for piece in pieces(text, names)]
    return marks if len(text) <= MAX_TEXT else [*marks, Mark(MAX_TEXT, len(text) - MAX_TEXT, "error")]


def pieces(text: str, names: Collection[str] | None = None) -> Iterator[Token]:
    """The same as tokens, a name of several words in one; their kinds are those of marks."""
    scan = _TolerantScanner(text[:MAX_TEXT], names)
    before = ""
    while (token := scan.peek()).kind != "end":
        piece = _piece(scan, token, before, names)
        yield piece
        before = piece.text
        if piece.kind == "error" and piece.text == '"':
            line_end = scan.text.find("\n", piece.end)
            rest = scan.text[piece.end : None if line_end < 0 else line_end]
            if rest:
                yield Token("text", rest, piece.end, piece.end + len(rest))
                scan.go_to(piece.end + len(rest))


class _TolerantScanner(Scanner):
    """What is no token is a token too; of a text that is never closed, the first quote."""

    def _read(self) -> Token:
        try:
            return super()._read()
        except FeelSyntaxError as error:
            start, end = error.offset, error.offset + error.length
            return Token("error", self.text[start:end], start, end)


def _piece(scan: Scanner, token: Token, before: str, names: Collection[str] | None) -> Token:
    if token.kind != "word":
        scan.take()
        return token._replace(kind={"string": "text"}.get(token.kind, "name" if token.text == "?" else token.kind))
    if before == "instance" and token.text == "of":
        scan.take()
        return token._replace(kind="keyword")
    if before == "of" or before == "<":
        found = type_pattern().match(scan.text, token.start)
        if found is not None:
            scan.go_to(found.end())
            return Token("keyword", found[0], token.start, found.end())
    name = scan.timed_call()
    if name is None:
        if token.text in BREAKING:
            scan.take()
            return token._replace(kind="keyword")
        name = scan.read_name(BUILTIN_NAMES, after_dot=before == ".")
    if before != "." and name.text in KEYWORDS:
        return name._replace(kind="keyword")
    return name._replace(kind="function" if _is_function(scan, name, before, names) else "name")


def _is_function(scan: Scanner, name: Token, before: str, names: Collection[str] | None) -> bool:
    if scan.text[name.end : name.end + 200].lstrip().startswith("("):
        return True
    return before != "." and names is not None and name.text in BUILTIN_NAMES and name.text not in names
