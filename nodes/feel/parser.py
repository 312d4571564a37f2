"""Text to syntax tree: expressions, unary tests and types of FEEL (DMN 1.5, chapter 10.3).

Who calls it: `expression`, `check`, `template`; later the decision tables.
Law: the tree is bounded before it exists (text, nesting, nodes, height), so that no text makes Python recurse too
deep.
Precedence, weakest first: `or`, `and`, comparison, `+ -`, `* /`, `**`, sign, `instance of`, path / filter / call.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, NoReturn

from nodes.feel.constructs import (
    read_at,
    read_bracket,
    read_context,
    read_for,
    read_function,
    read_if,
    read_list,
    read_number,
    read_quantified,
    read_range,
)
from nodes.feel.errors import VAGUE, FeelSyntaxError
from nodes.feel.limits import MAX_HEIGHT, MAX_NESTING, MAX_NODES, limit_error
from nodes.feel.scanner import Scanner, Token
from nodes.feel.tree import (
    AnyTest,
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    Conjunction,
    Disjunction,
    Filter,
    In,
    Input,
    InstanceOf,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    Span,
    UnaryComparison,
    UnaryTests,
    children,
)
from nodes.feel.type_parser import read_type
from nodes.feel.words import BREAKING
from nodes.pacing import checkpoint

COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER = range(1, 7)
_LEVELS: Final = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys((*COMPARISONS, "between", "in"), _COMPARISON),
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/", _PRODUCT),
    "**": _POWER,
}
"""How tightly each operator binds."""
_NOT_CALL: Final = re.compile(r"not\s*\(")
_FILTER_REACH: Final = 2_000


def parse_expression(
    text: str, names: Collection[str] | None, known: Collection[str], properties: Iterable[str] = ()
) -> Node:
    """The tree of an expression. `known` are the names of the library; FeelSyntaxError or FeelLimitError if refused."""
    parser = Parser(text, names, known, properties)
    if parser.scan.is_operator("="):
        parser.scan.fail("An expression begins with `=` here.", None, "Leave the `=` out: the whole text is FEEL.")
    node = parser.expression()
    parser.expect_end()
    return bounded(node)


def parse_unary_tests(
    text: str, names: Collection[str] | None, known: Collection[str], properties: Iterable[str] = ()
) -> UnaryTests:
    """The tree of a cell: `-`, `< 5, [7..9]`, `not("a", "b")`."""
    try:
        parser = Parser(text, names, known, properties)
        node = parser.unary_tests()
        parser.expect_end()
    except FeelSyntaxError as error:
        error.of_cell = True
        raise
    bounded(node)
    return node


def bounded(node: Node) -> Node:
    """The same tree, once it is known not to be too high to be walked; without recursion."""
    stack = [(node, 1)]
    while stack:
        at, height = stack.pop()
        if height > MAX_HEIGHT:
            raise limit_error("nesting", MAX_HEIGHT)
        stack.extend((child, height + 1) for child in children(at))
    return node


class Parser:
    """Recursive descent over a `Scanner`."""

    def __init__(
        self,
        text: str,
        names: Collection[str] | None,
        known: Collection[str],
        properties: Iterable[str] = (),
        *,
        start: int = 0,
    ) -> None:
        checkpoint()
        self.scan = Scanner(text, names, properties, start=start)
        self.known = known
        self._nesting = 0
        self._nodes = 0
        self._closing_range = False

    # -- bookkeeping --

    def span(self, start: int) -> Span:
        """The span of a new node that ends with the token that was taken last; each new node is counted here."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise limit_error("nodes", MAX_NODES)
        return tuple.__new__(Span, (start, self.scan.position))

    def deeper(self) -> None:
        """One level deeper, if there is one."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise limit_error("nesting", MAX_NESTING)

    def shallower(self) -> None:
        """One level less deep."""
        self._nesting -= 1

    def _longer(self, length: int) -> int:
        """Count a link of a chain; one longer than a tree may be high is refused while it is read."""
        if length >= MAX_HEIGHT:
            raise limit_error("nesting", MAX_HEIGHT)
        return length + 1

    def expect(self, sign: str, why: str) -> Token:
        """Take the operator or word, or say why it is needed."""
        token = self.scan.peek()
        if token.text != sign or token.kind not in {"operator", "word"}:
            self.unexpected(f"`{sign}` is missing here {why}, before")
        return self.scan.take()

    def more(self, closing: str) -> bool:
        """Whether a comma follows, taken; it must not be the last thing before the bracket closes."""
        if not self.scan.is_operator(","):
            return False
        comma = self.scan.take()
        if self.scan.is_operator(closing):
            self.scan.fail(f"Nothing follows this comma but `{closing}`.", comma, "Leave the comma out.")
        return True

    def expect_end(self) -> None:
        """Nothing may follow."""
        if self.scan.peek().kind != "end":
            self.unexpected("The expression is complete, but then comes")

    def unexpected(self, message: str) -> NoReturn:
        """Raise a FeelSyntaxError about the token in front of us, whose text ends the message."""
        token = self.scan.peek()
        shown = token.text if token.kind != "string" else f'"{token.text[:20]}"'
        suggestion = None
        before = self.scan.text[: token.start].rstrip()
        if token.text == "=" and before.endswith("="):
            suggestion = "`=` compares, one is enough."
        elif token.kind == "operator" and token.text == "?" and message.startswith("The expression is complete"):
            suggestion = "FEEL writes `if condition then a else b`."
        elif token.text == ":":
            suggestion = "Only contexts `{key: value}` and named arguments take a colon."
        elif token.kind in {"word", "number", "string"} and message.startswith("The expression is complete"):
            suggestion = VAGUE
        where = f"the {shown}" if token.kind == "end" else f"`{shown}`"
        self.scan.fail(f"{message} {where}.", token, suggestion)

    # -- expressions, weakest operator first --

    def expression(self) -> Node:
        """Any expression, a unary comparison (`< 5`) among them."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise limit_error("nesting", MAX_NESTING)
        saved, self._closing_range = self._closing_range, False
        token = self.scan.peek()
        is_test = token.kind == "operator" and token.text in COMPARISONS
        node = self._unary_comparison() if is_test else self._binary(_OR)
        self._closing_range = saved
        self._nesting -= 1
        return node

    def _binary(self, level: int) -> Node:
        """An operand, with all operators behind it that bind at least as tightly as `level`."""
        start = self.scan.peek().start
        node = self._sign()
        length = 0
        while True:
            token = self.scan.peek()
            found = _LEVELS.get(token.text) if token.kind in {"operator", "word"} else None
            if found is None or found < level:
                return node
            length = self._longer(length)
            self.deeper()
            node = self._operation(node, token, found, start)
            self.shallower()

    def _operation(self, left: Node, token: Token, level: int, start: int) -> Node:
        """The operator in front of us, applied to what was read before it and to what follows."""
        operator = token.text
        if operator in {"and", "or"}:
            parts = [left]
            while self.scan.is_word(operator):
                self.scan.take()
                parts.append(self._binary(level + 1))
            return (Conjunction if operator == "and" else Disjunction)(tuple(parts), span=self.span(start))
        self.scan.take()
        if operator == "between":
            low = self._binary(_SUM)
            self.expect("and", "after `between` and its lower bound")
            return Between(left, low, self._binary(_SUM), span=self.span(start))
        if operator == "in":
            return In(left, self._tests_of_in(), span=self.span(start))
        if operator in COMPARISONS:
            self._refuse_doubled(token)
            return Comparison(operator, left, self._binary(_SUM), span=self.span(start))
        return Arithmetic(operator, left, self._binary(level + 1), span=self.span(start))

    def _refuse_doubled(self, token: Token) -> None:
        follower = self.scan.peek()
        if follower.kind != "operator" or follower.start != token.end:
            return
        pair = token.text + follower.text
        instead = {
            "==": "`=` compares, one is enough.",
            "=>": "FEEL writes `>=`.",
            "=<": "FEEL writes `<=`.",
            "<>": "FEEL writes `!=`.",
            "!==": "FEEL writes `!=`.",
        }.get(pair)
        if instead is not None:
            whole = Token("operator", pair, token.start, follower.end)
            self.scan.fail(f"`{pair}` is not part of FEEL.", whole, instead)

    def _sign(self) -> Node:
        signs: list[int] = []
        while (token := self.scan.peek()).text == "-" and token.kind == "operator":
            signs.append(self.scan.take().start)
            if len(signs) > MAX_NESTING:
                raise limit_error("nesting", MAX_NESTING)
        start = token.start
        if signs and token.kind == "number":
            start = signs.pop()
            node = read_number(self, start)
        else:
            node = self._primary()
        follower = self.scan.peek()
        if follower.kind == "operator":
            node = self._postfix(node, start)
            follower = self.scan.peek()
        if follower.text == "instance" and follower.kind == "word":
            node = self._instance(node)
        for sign in reversed(signs):
            node = Negation(node, span=self.span(sign))
        return node

    def _instance(self, node: Node) -> Node:
        while self.scan.is_word("instance"):
            self.scan.take()
            self.expect("of", "after `instance`")
            node = InstanceOf(node, read_type(self), span=self.span(node.span.start))
        return node

    def _postfix(self, node: Node, start: int) -> Node:
        length = 0
        while True:
            length = self._longer(length)
            token = self.scan.peek()
            if token.kind != "operator":
                return node
            if token.text == ".":
                self.scan.take()
                if self.scan.peek().kind != "word":
                    self.unexpected("The name of a property is missing after the dot, before")
                name = self.scan.read_name(self.known, after_dot=True)
                node = Path(node, name.text, span=self.span(start))
            elif token.text == "[":
                if self._closing_range and not self._is_filter(node):
                    return node
                self.scan.take()
                self.scan.declare("item")
                condition = self.expression()
                self.scan.forget(1)
                self.expect("]", "to close the filter")
                node = Filter(node, condition, span=self.span(start))
            elif token.text == "(":
                node = self._call(node, start)
            else:
                return node

    def _is_filter(self, node: Node) -> bool:
        """Whether a `[` behind the upper bound of a range filters it, or ends the range (`[18..21[`)."""
        if isinstance(node, (Literal, AtLiteral)):
            return False
        text, at, depth = self.scan.text, self.scan.peek().start, 0
        for index in range(at, min(at + _FILTER_REACH, len(text))):
            depth += (text[index] == "[") - (text[index] == "]")
            if depth == 0:
                return text[index + 1 : index + 200].lstrip()[:1] in {"]", ")", "["}
        return False

    def _call(self, function: Node, start: int) -> Node:
        self.scan.take()
        arguments: list[Node] = []
        names: list[str] = []
        while not self.scan.is_operator(")"):
            name = self.scan.argument_name()
            if name is not None:
                if name.text in names:
                    self.scan.fail(f"The argument `{name.text}` is given twice.", name, "Give it once.")
                names.append(name.text)
            if (name is None and names) or (name is not None and len(names) <= len(arguments)):
                self.scan.fail("Arguments are given all by name or all by position.", None, "Name each of them.")
            arguments.append(self.expression())
            if not self.more(")"):
                break
        self.expect(")", "to close the arguments")
        return Call(function, tuple(arguments), tuple(names) if names else None, span=self.span(start))

    # -- what stands alone --

    def _primary(self) -> Node:
        token = self.scan.peek()
        if token.kind == "number":
            return read_number(self)
        if token.kind == "string":
            self.scan.take()
            return Literal(self.scan.unescape(token), span=self.span(token.start))
        if token.kind == "word":
            return self._word(token)
        match token.text if token.kind == "operator" else "":
            case "(":
                return read_bracket(self, token)
            case "[":
                return read_list(self, token)
            case "]":
                self.scan.take()
                return read_range(self, self.expression(), token.start, low_included=False)
            case "{":
                return read_context(self, token)
            case "@":
                return read_at(self, token)
            case "?":
                self.scan.take()
                return Input(span=self.span(token.start))
        return self.unexpected("A value is missing before")

    def _word(self, token: Token) -> Node:
        if token.text in BREAKING:
            return self._keyword(token)
        name = self.scan.timed_call() or self.scan.read_name(self.known)
        return Name(name.text, span=self.span(token.start))

    def _keyword(self, token: Token) -> Node:
        match token.text:
            case "true" | "false" | "null":
                self.scan.take()
                value = {"true": True, "false": False, "null": None}[token.text]
                return Literal(value, span=self.span(token.start))
            case "if":
                return read_if(self, token)
            case "for":
                return read_for(self, token)
            case "some" | "every":
                return read_quantified(self, token)
            case "function":
                return read_function(self, token)
        return self.unexpected("A value is missing before")

    def bound(self) -> Node:
        """The upper bound of a range, behind which a `[` may close the range."""
        self.deeper()
        saved, self._closing_range = self._closing_range, True
        node = self._binary(_OR)
        self._closing_range = saved
        self.shallower()
        return node

    # -- constructs with words --

    # -- tests --

    def _tests_of_in(self) -> tuple[Node, ...]:
        if not self.scan.is_operator("("):
            return (self._test(closed=False),)
        start = self.scan.take().start
        tests = self._tests()
        if len(tests) == 1 and self.scan.is_operator(".."):
            return (read_range(self, tests[0], start, low_included=False),)
        self.expect(")", "to close the list of tests")
        return tests

    def _test(self, *, closed: bool = True) -> Node:
        if closed:
            return self.expression()
        return self._unary_comparison() if self.scan.is_operator(*COMPARISONS) else self._binary(_SUM)

    def _unary_comparison(self) -> Node:
        token = self.scan.take()
        self._refuse_doubled(token)
        return UnaryComparison(token.text, self._binary(_SUM), span=self.span(token.start))

    def unary_tests(self) -> UnaryTests:
        """A whole cell."""
        start = self.scan.peek().start
        if self.scan.is_operator("-"):
            mark = self.scan.take()
            if self.scan.peek().kind == "end":
                return UnaryTests((AnyTest(span=self.span(mark.start)),), span=self.span(start))
            self.scan.go_to(mark.start)
        if self.scan.looks_ahead(_NOT_CALL):
            tests = self._negated_tests()
            if tests is not None:
                return UnaryTests(tests, negated=True, span=self.span(start))
        return UnaryTests(self._tests(), span=self.span(start))

    def _tests(self) -> tuple[Node, ...]:
        tests = [self._test()]
        while self.scan.is_operator(","):
            self.scan.take()
            tests.append(self._test())
        return tuple(tests)

    def _negated_tests(self) -> tuple[Node, ...] | None:
        """The tests in a `not(...)` that is the whole cell; None, gone back, where a condition only begins so."""
        start = self.scan.peek().start
        self.scan.take()
        self.scan.take()
        tests = self._tests()
        self.expect(")", "to close `not(`")
        if self.scan.peek().kind == "end":
            return tests
        self.scan.go_to(start)
        return None
