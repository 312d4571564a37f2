"""What is in scope at a place of a text that is being written: local names with their types, and the brackets around.

Who calls it: `complete`. Law: unfinished text is the normal case, so nothing here parses the whole: pieces are walked
once from the left, and only what stands complete in front of the place (the list of a `for`, the value of an entry) is
asked for its type.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from nodes.feel.errors import FeelError
from nodes.feel.expression import BUILTIN_NAMES
from nodes.feel.infer import Inference, Known
from nodes.feel.parser import parse_expression
from nodes.feel.scanner import Token

_OPENING: Final = {"(": ")", "[": "]", "{": "}"}
_LOOPS: Final = frozenset({"for", "some", "every"})
_ENDS_OPERAND: Final = frozenset({"number", "text", "name", "function"})
_VALUES: Final = frozenset({"true", "false", "null", "item", "partial"})


class Frame:
    """The inside of one bracket: what it declares, and the loop whose head or body we are in.

    loop: `for`, `some` or `every` while its head is read.
    variable: the variable or key whose value is being written, from `value_start` on.
    words: `then` and `else` that an `if` waits for.
    """

    __slots__ = ("callee", "locals", "loop", "opening", "start", "value_start", "variable", "words")

    def __init__(self, opening: str = "", start: int = 0) -> None:
        self.opening = opening
        self.start = start
        self.locals: dict[str, Known] = {}
        self.loop = ""
        self.variable = ""
        self.value_start = 0
        self.words: list[str] = []
        self.callee = ""


class Surroundings:
    """The scope at the end of `before`, the pieces in front of a place."""

    def __init__(self, text: str, before: Sequence[Token], names: Mapping[str, Known] | None) -> None:
        self.text = text
        self.names = names
        self.frames = [Frame()]
        self.parameters_end: set[int] = set()
        """Behind these brackets begins the body of a function."""
        for index, piece in enumerate(before):
            self._step(before, index, piece)

    @property
    def scope(self) -> dict[str, Known]:
        """Every name that can be read here, inner ones last."""
        found: dict[str, Known] = dict(self.names or {})
        for frame in self.frames:
            found.update(frame.locals)
        return found

    @property
    def locals(self) -> Collection[str]:
        """The names that the text itself declares."""
        return {name for frame in self.frames for name in frame.locals}

    def type_of(self, text: str) -> Known:
        """The type of a complete expression here, None where it is unknown or no expression."""
        scope = self.scope
        try:
            tree = parse_expression(text, scope, BUILTIN_NAMES, properties_in(scope))
        except FeelError:
            return None
        return Inference(scope).type_of(tree)

    def _step(self, before: Sequence[Token], index: int, piece: Token) -> None:
        frame = self.frames[-1]
        if piece.kind == "operator":
            if piece.text in _OPENING:
                self._open(before, index, piece)
            elif piece.text in {")", "]", "}"}:
                if len(self.frames) > 1 and self.frames.pop().callee == "function":
                    self.parameters_end.add(piece.end)
            elif piece.text == ",":
                self._comma(frame, piece)
            elif piece.text == ":" and index:
                self._colon(frame, before[index - 1], piece)
        elif piece.kind == "keyword":
            self._keyword(frame, piece)
        elif piece.kind == "name" and frame.loop and not frame.variable:
            frame.variable = piece.text

    def _open(self, before: Sequence[Token], index: int, piece: Token) -> None:
        frame = Frame(piece.text, piece.end)
        if index and before[index - 1].kind in {"function", "keyword"} and piece.text == "(":
            frame.callee = before[index - 1].text
        if piece.text == "[" and index and ends_operand(before[index - 1]):
            of = self.type_of(self.text[chain_start(before, index) : piece.start])
            item = of[0] if isinstance(of, (list, tuple)) and of else of
            frame.locals["item"] = item
            if isinstance(item, Mapping):
                frame.locals.update(item)
        self.frames.append(frame)
        if frame.callee == "function":  # its parameters outlive their bracket: they are in scope of the body
            self.frames[-1].locals = self.frames[-2].locals

    def _comma(self, frame: Frame, piece: Token) -> None:
        self._declare(frame, piece.start)
        if not frame.loop and frame.opening != "{" and frame.callee != "function":
            frame.locals = {name: of for name, of in frame.locals.items() if frame.opening == "[" and name == "item"}
        frame.words.clear()

    def _colon(self, frame: Frame, key: Token, piece: Token) -> None:
        if frame.opening == "{":
            frame.variable = key.text.strip('"') if key.kind == "text" else key.text
            frame.value_start = piece.end
        elif frame.callee == "function" and key.kind == "name":
            frame.locals[key.text] = None

    def _keyword(self, frame: Frame, piece: Token) -> None:
        if piece.text in _LOOPS:
            frame.loop, frame.variable = piece.text, ""
        elif piece.text == "in" and frame.loop:
            frame.value_start = piece.end
        elif piece.text in {"return", "satisfies"} and frame.loop:
            self._declare(frame, piece.start)
            if piece.text == "return":
                frame.locals["partial"] = [None]
            frame.loop = ""
        elif piece.text == "if":
            frame.words.append("then")
        elif piece.text in {"then", "else"} and piece.text in frame.words:
            frame.words.remove(piece.text)
            if piece.text == "then":
                frame.words.append("else")

    def _declare(self, frame: Frame, end: int) -> None:
        """The variable or key whose value ends here comes into scope."""
        if not frame.variable or not frame.value_start:
            return
        of = self.type_of(self.text[frame.value_start : end])
        if frame.loop:
            of = of[0] if isinstance(of, (list, tuple)) and of else ("number" if of == "range" else None)
        frame.locals[frame.variable] = of
        frame.variable, frame.value_start = "", 0


def ends_operand(piece: Token) -> bool:
    """Whether a value ends with this piece, so that an operator may follow."""
    if piece.kind in _ENDS_OPERAND or (piece.kind == "keyword" and piece.text in _VALUES):
        return True
    return piece.kind == "operator" and piece.text in {")", "]", "}"}


def chain_start(before: Sequence[Token], end: int) -> int:
    """Where `a.b(c)[d].e` begins that ends before piece `end`."""
    index = end
    while index > 0:
        piece = before[index - 1]
        if piece.kind == "operator" and piece.text in {")", "]", "}"}:
            index = _opening_of(before, index - 1)
            if index and (before[index - 1].kind == "function" or _closes(before[index - 1])):
                continue
            if index and before[index].text == "[" and before[index - 1].kind == "name":
                continue
        elif ends_operand(piece):
            index -= 1
        else:
            break
        if index > 0 and before[index - 1].text == ".":
            index -= 1
            continue
        break
    return before[index].start if index < len(before) else 0


def _closes(piece: Token) -> bool:
    return piece.kind == "operator" and piece.text in {")", "]"}


def _opening_of(before: Sequence[Token], index: int) -> int:
    depth = 0
    while index > 0:
        piece = before[index]
        if piece.kind == "operator":
            depth += (piece.text in {")", "]", "}"}) - (piece.text in _OPENING)
            if depth == 0:
                break
        index -= 1
    return index


def properties_in(of: Any, depth: int = 0) -> list[str]:
    """The names of entries that a parser would not take for one word."""
    found: list[str] = []
    if depth > 16:
        return found
    if isinstance(of, Mapping):
        for name, inner in of.items():
            if depth and not name.isidentifier():
                found.append(name)
            found += properties_in(inner, depth + 1)
    elif isinstance(of, Sequence) and not isinstance(of, str):
        for inner in of:
            found += properties_in(inner, depth + 1)
    return found
