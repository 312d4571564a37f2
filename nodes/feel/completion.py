"""What can be written at a place of an expression: names in scope, entries and fields, functions, keywords, types.

Who calls it: expression fields of the designer, at each key.
Law: nothing is raised, and nothing is offered that could not stand there: after a value come operators, after a dot
the fields of what stands before it, inside a text nothing. Names of several words are offered while any of their words
is being written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from nodes.feel.errors import FeelError
from nodes.feel.highlighting import pieces
from nodes.feel.infer import Known, type_text
from nodes.feel.kinds import NAMED_KINDS
from nodes.feel.library import LIBRARY
from nodes.feel.limits import MAX_TEXT
from nodes.feel.properties import PROPERTIES
from nodes.feel.scanner import Token
from nodes.feel.suggest import call_text
from nodes.feel.surroundings import Surroundings, chain_start, ends_operand
from nodes.feel.texts import key_text

CANDIDATE_KINDS: Final = ("name", "property", "function", "keyword", "type", "argument")
"""Every kind of a candidate, in the order in which they are offered."""

_MOST: Final = 200
_MAX_WORDS: Final = 8
_BEGINNING: Final = ("if", "for", "some", "every", "not", "true", "false", "null", "function")
_BETWEEN: Final = ("and", "or", "in", "between", "instance of")
_TYPES: Final = (
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
    "years and months duration", "list", "context", "range", "function", "Any", "Null",
)  # fmt: skip
_ABOUT: Final = {
    "if": "if condition then value else value",
    "for": "for item in list return value",
    "some": "some item in list satisfies condition",
    "every": "every item in list satisfies condition",
    "not": "not(condition)",
    "and": "condition and condition",
    "or": "condition or condition",
    "in": "value in [low..high], value in (a, b)",
    "between": "value between low and high",
    "instance of": "value instance of type",
    "function": "function(a, b) value",
}


class Candidate(NamedTuple):
    """`insert` takes the place of `length` characters from `start`. `label` is what a list shows, `signature` and
    `doc` what it says about it: how a function is called, the type of a name, what it does."""

    label: str
    kind: str
    insert: str
    start: int
    length: int
    signature: str = ""
    doc: str = ""


def complete(
    text: str,
    position: int,
    names: Mapping[str, Known] | Collection[str] | None = None,
    *,
    cell: bool = False,
) -> list[Candidate]:
    """The candidates at `position` (characters from 0), best first. `names` are the root names of the scope, with
    their types where they are known; `cell` where the text is a cell of a table, so that `?` and `-` make sense."""
    text = text[:MAX_TEXT]
    position = min(max(position, 0), len(text))
    typed = names if isinstance(names, Mapping) else dict.fromkeys(names or ())
    before = [piece for piece in pieces(text[:position], typed) if piece.start < position]
    if _inside_a_text(text, position, before):
        return []
    end = position
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    try:
        return _Search(text, position, end, before, typed, cell).found()
    except (FeelError, RecursionError):  # text that is beyond the limits of an expression
        return []


def _inside_a_text(text: str, position: int, before: Sequence[Token]) -> bool:
    if "//" in text[before[-1].end if before else 0 : position].rpartition("\n")[2]:
        return True
    if any(one.text == "/" and other.text == "*" and one.end == other.start for one, other in pairwise(before)):
        return True  # of a remark that has no end yet
    if not before:
        return False
    last = before[-1]
    if last.kind == "number" and last.end == position:
        return True
    if last.kind == "text" and len(before) > 1 and before[-2].text == '"' and before[-2].kind == "error":
        return "\n" not in text[last.end : position]
    return last.kind == "error" and last.text == '"'


class _Search:
    """One question; candidates by how many words of theirs are there already."""

    def __init__(
        self, text: str, position: int, end: int, before: list[Token], names: Mapping[str, Known], cell: bool
    ) -> None:
        self.text = text
        self.position = position
        self.end = end
        self.cell = cell
        self.names = names
        self.words = _words(text, position, before)
        left = self.words[-1] if self.words else position
        self.around = Surroundings(text, [piece for piece in before if piece.end <= left], names)

    def found(self) -> list[Candidate]:
        made: dict[tuple[str, str], Candidate] = {}
        blank = self.text[self.position - 1 : self.position].isspace()
        for start in self.words if self.words and not blank else (*self.words, self.position):
            prefix = " ".join(self.text[start : self.position].split())
            if prefix and blank:
                prefix += " "
            previous = list(pieces(self.text[:start], self.names))
            for candidate in self._at(start, previous, end_of_word=bool(prefix.strip())):
                if candidate.label.casefold().startswith(prefix.casefold()):
                    made.setdefault((candidate.label, candidate.kind), candidate)
        prefix_word = self.text[self.words[-1] : self.position] if self.words else ""
        ranked = sorted(
            made.values(),
            key=lambda one: (
                one.start,
                CANDIDATE_KINDS.index(one.kind),
                not one.label.startswith(prefix_word),
                one.label.casefold(),
            ),
        )
        return ranked[:_MOST]

    def _at(self, start: int, previous: list[Token], *, end_of_word: bool) -> Iterator[Candidate]:
        last = previous[-1] if previous else None
        length = (self.end if end_of_word else self.position) - start
        if last is not None and last.text == ".":
            yield from self._properties(start, length, previous)
        elif last is not None and last.kind == "keyword" and last.text == "of":
            for name in _TYPES:
                yield Candidate(name, "type", name, start, length)
        elif last is not None and last.text in {"for", "some", "every"} and last.kind == "keyword":
            return  # a new name
        elif last is None or not ends_operand(last) or last.end in self.around.parameters_end:
            yield from self._values(start, length, last)
        else:
            frame = self.around.frames[-1]
            more = list(frame.words)
            if frame.loop:
                more = ["return" if frame.loop == "for" else "satisfies"]
                if not frame.value_start:
                    more, last = ["in"], None
            for word in more if last is None else (*more, *_BETWEEN):
                yield Candidate(word, "keyword", word + " ", start, length, _ABOUT.get(word, ""))

    def _values(self, start: int, length: int, last: Token | None) -> Iterator[Candidate]:
        called = self.text[self.end :].lstrip().startswith("(")
        scope = self.around.scope
        for name, of in scope.items():
            yield Candidate(name, "name", name, start, length, _type(of))
        if last is not None and last.text in {"(", ","}:
            yield from self._arguments(start, length)
        for name, builtin in LIBRARY.items():
            if name in scope:
                continue
            signature = " or ".join(call_text(name, way) for way in builtin.overloads)
            doc = (builtin.overloads[0].run.__doc__ or "").strip().split("\n")[0]
            opening = "" if called else ("(" if builtin.overloads[0].parameters else "()")
            yield Candidate(name, "function", name + opening, start, length, signature, doc)
        for word in _BEGINNING:
            tail = "" if word in {"true", "false", "null"} else ("(" if word in {"not", "function"} else " ")
            yield Candidate(word, "keyword", word + ("" if called else tail), start, length, _ABOUT.get(word, ""))
        if self.cell:
            yield Candidate("?", "name", "?", start, length, "the value of this column")
            if last is None:
                yield Candidate("-", "keyword", "-", start, length, "any value")

    def _arguments(self, start: int, length: int) -> Iterator[Candidate]:
        """The parameters of the function of the library that is being called, to be given by name."""
        builtin = LIBRARY.get(self.around.frames[-1].callee)
        names = {} if builtin is None else {p.name: p for way in builtin.overloads for p in way.parameters}
        for name, parameter in names.items():
            yield Candidate(f"{name}:", "argument", f"{name}: ", start, length, parameter.kind)

    def _properties(self, start: int, length: int, previous: list[Token]) -> Iterator[Candidate]:
        begin = chain_start(previous, len(previous) - 1)
        of = self.around.type_of(self.text[begin : previous[-1].start])
        while isinstance(of, (list, tuple)):
            of = of[0] if of else None
        entries: Iterable[tuple[str, Known]] = ()
        if isinstance(of, Mapping):
            entries = of.items()
        elif isinstance(of, str):
            entries = ((name, None) for name in PROPERTIES.get(NAMED_KINDS.get(of, -1), ()))
        for name, inner in entries:
            yield Candidate(name, "property", name, start, length, _type(inner))


def _words(text: str, position: int, before: Sequence[Token]) -> list[int]:
    """Where a name of one, two, ... words that ends at the position may begin; the longest first."""
    starts: list[int] = []
    at = position
    for _ in range(_MAX_WORDS):
        begin = at
        while begin > 0 and text[begin - 1].isspace() and at != 0:
            begin -= 1
        end = begin
        while begin > 0 and (text[begin - 1].isalnum() or text[begin - 1] == "_"):
            begin -= 1
        if begin == end or any(p.kind == "text" and p.start <= begin < p.end for p in before):
            break
        starts.append(begin)
        at = begin
    return starts[::-1]


def _type(of: Known) -> str:
    if of is None:
        return ""
    if isinstance(of, (list, tuple)):
        inner = _type(of[0]) if of else ""
        return f"list<{inner}>" if inner else "list"
    if isinstance(of, Mapping):
        return f"context<{', '.join(key_text(name) for name in list(of)[:6])}{', ...' if len(of) > 6 else ''}>"
    return type_text(of)
