"""Boxed expressions to Python closures: the frame. Each kind has its compile function in a neighbour file.

Who calls it: `model`. Law: all texts are parsed once, here; a text that is no FEEL becomes a problem of the model and a
closure that answers null and says why, so that one wrong cell does not hide the rest. Closures run in FEEL's own
`Running`, so that a model and the functions in it use up one budget.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from nodes.dmn.boxed import Boxed
from nodes.dmn.boxed import FunctionDefinition as FunctionBox
from nodes.dmn.boxed import Literal as LiteralBox
from nodes.dmn.errors import Problem
from nodes.dmn.running import note
from nodes.dmn.types import ANY, MISFIT, FunctionOf, ModelType, Simple, TypeTable, fit, misfit, unwrapped
from nodes.dmn.versions import FEEL
from nodes.feel import BUILTIN_NAMES, FeelError, FeelSyntaxError
from nodes.feel.compiled import INPUT_NAME, Code, Compiler
from nodes.feel.compiled.compiler import cost_of, height_of
from nodes.feel.parser import parse_expression, parse_unary_tests
from nodes.feel.running import Running
from nodes.feel.tree import (
    ContextType,
    FunctionDefinition,
    FunctionType,
    GenericType,
    InstanceOf,
    Literal,
    Name,
    NamedType,
    Node,
    Parameter,
    Type,
    UnaryTests,
    children,
)
from nodes.feel.values import KINDS

if TYPE_CHECKING:
    from nodes.dmn.logic.table import CompiledTable

_PLAIN: Final = re.compile(r'"([^"\\\n]*)"|-?[0-9]{1,30}(?:\.[0-9]{1,4})?|true|false|null|')
"""Literals that mean in FEEL what they look like: texts without escapes, short numbers, words, nothing."""
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "": None}


_MOST_MENDED: Final = 50
"""Broken texts of a model for which it is worked out what they may have meant."""


class Compiled(NamedTuple):
    """A closure, the Python frames that it takes at most, and the steps of one evaluation without loops.

    `table` where the closure is a table alone, its value made to fit.
    """

    code: Code
    height: int
    cost: int
    table: CompiledTable | None = None


def _nothing(running: Running) -> None:
    return None


NOTHING: Final = Compiled(_nothing, 1, 1)
"""What is missing is null."""


Ask: TypeAlias = Callable[[Running, Any], bool | None]
"""Whether a value passes a cell."""


class CompiledCell:
    """A cell: its tree (None if it is no FEEL), and whether it means on its own what it looks like.

    The closure is made when the cell is asked for the first time: most cells of large tables never are.
    """

    __slots__ = ("_ask", "_make", "plain", "tree")

    def __init__(self, tree: UnaryTests | None, plain: bool, make: Callable[[], Ask]) -> None:
        self.tree = tree
        self.plain = plain
        self._make = make
        self._ask: Ask | None = None

    def passes(self, running: Running, value: Any) -> bool | None:
        """Whether a value passes, None where that is undecided."""
        if self._ask is None:
            self._ask = self._make()
        return self._ask(running, value)


class LogicCompiler:
    """Compiles the logic of one model."""

    def __init__(self, types: TypeTable, properties: Iterable[str], report: Callable[[Problem], None]) -> None:
        """`properties` are the names behind dots that a parser could not tell from operators or several words."""
        self.types = types
        self.properties = tuple(sorted(set(properties)))
        self.local_properties = frozenset(self.properties) - BUILTIN_NAMES
        self.report = report
        self._mended = 0
        self._cells: dict[tuple[str, frozenset[str]], CompiledCell] = {}

    # -- boxes --

    def boxed(self, box: Boxed | None, names: frozenset[str], place: str) -> Compiled:
        """The closure of a boxed expression, its result made to fit its type."""
        if box is None:
            return NOTHING
        compiled = BOXES[type(box)](self, box, names, place)
        if isinstance(box, FunctionBox):
            return compiled  # its type is of the function, or as many tools write it, of what it answers
        return self.typed(compiled, box.type_ref, f"The result of {place}", place, box.line)

    def typed(self, compiled: Compiled, type_ref: str | None, what: str, place: str, line: int) -> Compiled:
        """The closure with its value made to fit a type, null where it does not."""
        of = self.types.of(type_ref, place, line)
        return compiled if of is ANY else Compiled(fitting(compiled.code, of, what, place, line), *compiled[1:])

    def result_type(self, *type_refs: str | None) -> ModelType:
        """What a function answers: the first that is said; the type of a function says it inside."""
        for type_ref in type_refs:
            of = self.types.of(type_ref)
            bare = unwrapped(of)
            if isinstance(bare, FunctionOf):
                return bare.result
            if of is not ANY:
                return of
        return ANY

    # -- texts --

    def literal(self, box: LiteralBox, names: frozenset[str], place: str) -> Compiled:
        """A text of FEEL."""
        if box.language is not None and box.language not in FEEL and box.language.lower() != "feel":
            message = f"The expression is in the language {box.language}; only FEEL can be evaluated."
            return self.broken(Problem("language", message, place, box.line))
        return self.feel(box.text, names, place, box.line)

    def feel(self, text: str, names: frozenset[str], place: str, line: int) -> Compiled:
        """An expression; one without text is null."""
        if not text:
            return NOTHING
        try:
            tree = parse_expression(text, names, BUILTIN_NAMES, self.properties)
        except FeelError as error:
            return self.broken(self._refused(error, place, line))
        tree = self.with_model_types(text, tree)
        self._refuse_external(text, tree, place, line)
        compiler = Compiler(names)
        code = compiler.compile(tree)
        cost = cost_of(tree)
        if isinstance(tree, (Name, Literal)):
            return Compiled(code, 2, cost)  # whoever runs it pays for it
        return Compiled(_with_slots(code, compiler.slot_count, cost), height_of(tree) + 1, cost)

    def cell(self, text: str, names: frozenset[str], place: str, line: int) -> CompiledCell:
        """A cell of unary tests; the same text in the same scope is compiled once."""
        key = (text, names)
        known = self._cells.get(key)
        if known is not None:
            return known
        made = self._cell(text or "-", names, place, line)
        if made.tree is not None:
            self._cells[key] = made
        return made

    def _cell(self, text: str, names: frozenset[str], place: str, line: int) -> CompiledCell:
        try:
            tree = parse_unary_tests(text, names, BUILTIN_NAMES, self.properties)
        except FeelError as error:
            problem = self._refused(error, place, line)
            self.report(problem)

            def undecided(running: Running, _: Any) -> None:
                note(running, problem)

            return CompiledCell(None, False, lambda: undecided)
        typed = self.with_model_types(text, tree)
        assert isinstance(typed, UnaryTests), "types are replaced inside the tree"
        self._refuse_external(text, typed, place, line)
        return CompiledCell(typed, "date" not in names or "date" not in text, lambda: self.passes(typed, names))

    def passes(self, tree: UnaryTests, names: frozenset[str]) -> Ask:
        """A closure that says whether a value passes tests."""
        compiler = Compiler(names)
        slot = compiler.bind(INPUT_NAME)
        code = compiler.compile(tree)
        empty = [None] * (compiler.slot_count - slot - 1)
        cost = cost_of(tree)

        def ask(running: Running, value: Any) -> bool | None:
            running.charge(cost)
            around = running.slots
            running.slots = [value, *empty]
            try:
                answer: bool | None = code(running)
            finally:
                running.slots = around
            return answer

        return ask

    def _refused(self, error: FeelError, place: str, line: int) -> Problem:
        """The problem of a text that is no FEEL; only so many are worth a search for what was meant."""
        self._mended += 1
        return text_problem(error, place, line, mend=self._mended <= _MOST_MENDED)

    def literal_value(self, text: str) -> Any:
        """The value of a text that is a plain literal; MISFIT where it is more, or no FEEL."""
        found = _PLAIN.fullmatch(text)
        if found is None:
            return MISFIT
        if found[1] is not None:
            return found[1]
        return _WORDS[text] if text in _WORDS else Decimal(text)

    def broken(self, problem: Problem) -> Compiled:
        """A closure that answers null and says why."""
        self.report(problem)

        def answer(running: Running) -> None:
            note(running, problem)

        return Compiled(answer, 1, 1)

    def _refuse_external(self, text: str, tree: Node, place: str, line: int) -> None:
        """Tell of functions in foreign languages; FEEL itself answers null for them."""
        if "external" not in text:
            return
        stack = [tree]
        while stack:
            node = stack.pop()
            if isinstance(node, FunctionDefinition) and node.external:
                self.report(external_problem("Java or PMML", place, line))
                return
            stack.extend(children(node))

    # -- types in texts --

    def with_model_types(self, text: str, tree: Node) -> Node:
        """The tree with the names of the model's types as what they stand for."""
        if "instance" not in text and "function" not in text:
            return tree
        replaced = self._replace(tree)
        assert isinstance(replaced, Node), "a node is replaced by a node"
        return replaced

    def _replace(self, part: Any) -> Any:
        if isinstance(part, tuple):
            return tuple(self._replace(item) for item in part)
        if isinstance(part, InstanceOf):
            return InstanceOf(self._replace(part.value), self._type(part.type), span=part.span)
        if isinstance(part, Parameter):
            return Parameter(part.name, None if part.type is None else self._type(part.type), span=part.span)
        if not isinstance(part, Node) or isinstance(part, (NamedType, GenericType, ContextType, FunctionType)):
            return part
        return type(part)(*(self._replace(getattr(part, name)) for name in part.__match_args__), span=part.span)

    def _type(self, of: Type) -> Type:
        if isinstance(of, NamedType):
            found = self.types.find(of.name)
            return of if found is None or found is ANY else found.feel()
        if isinstance(of, GenericType):
            return GenericType(of.name, self._type(of.of))
        if isinstance(of, ContextType):
            return ContextType(tuple((name, self._type(entry)) for name, entry in of.entries))
        return FunctionType(tuple(self._type(item) for item in of.parameters), self._type(of.result))


BOXES: Final[dict[type, Callable[[LogicCompiler, Any, frozenset[str], str], Compiled]]] = {}
"""The compile function of each kind of box."""


def box(
    of: type,
) -> Callable[
    [Callable[[LogicCompiler, Any, frozenset[str], str], Compiled]],
    Callable[[LogicCompiler, Any, frozenset[str], str], Compiled],
]:
    """Enter a compile function for a kind of box."""

    def enter(
        compile_it: Callable[[LogicCompiler, Any, frozenset[str], str], Compiled],
    ) -> Callable[[LogicCompiler, Any, frozenset[str], str], Compiled]:
        BOXES[of] = compile_it
        return compile_it

    return enter


def fitting(code: Code, of: ModelType, what: str, place: str, line: int) -> Code:
    """A closure whose value fits a type, null with a problem where it can't."""
    exact = of.of if isinstance(of, Simple) else None

    def fitted(running: Running) -> Any:
        value = code(running)
        if value is None or KINDS.get(value.__class__) == exact:
            return value
        made = fit(value, of, running)
        if made is MISFIT:
            note(running, misfit(value, of, what, place, line, running))
            return None
        return made

    return fitted


def _with_slots(code: Code, count: int, cost: int) -> Code:
    """A closure that brings its own local values, and pays for itself."""
    if not count:

        def run_plain(running: Running) -> Any:
            running.charge(cost)
            return code(running)

        return run_plain

    def run(running: Running) -> Any:
        running.charge(cost)
        around = running.slots
        running.slots = [None] * count
        try:
            return code(running)
        finally:
            running.slots = around

    return run


def text_problem(error: FeelError, place: str, line: int, *, mend: bool) -> Problem:
    """The problem of a text that FEEL refuses."""
    if isinstance(error, FeelSyntaxError):
        suggestion = error.suggestion if mend else error.stated_suggestion
        return Problem("syntax", error.message, place, line, error.column, suggestion)
    return Problem("limit", error.message, place, line)


def external_problem(language: str, place: str, line: int) -> Problem:
    """The problem of a function in a foreign language."""
    message = f"The function is written in {language}, which is refused: a model may not run foreign code."
    return Problem("external", message, place, line, suggestion="Write its body in FEEL.")
