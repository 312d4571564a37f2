"""Text to syntax tree: expressions, unary tests and types of FEEL (DMN 1.5, chapter 10.3).

Who calls it: `expression`, `check`, `template`; later the decision tables.
Law: the tree is bounded before it exists (text, nesting, nodes, height), so that no text makes Python recurse too
deep.
Precedence, weakest first: `or`, `and`, comparison, `+ -`, `* /`, `**`, sign, `instance of`, path / filter / call.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Final

from nodes.feel.arithmetic import NUMBERS, in_reach
from nodes.feel.errors import FeelLimitError
from nodes.feel.limits import MAX_EXPONENT, MAX_HEIGHT, MAX_LITERAL_DIGITS, MAX_NESTING, MAX_NODES, limit_error
from nodes.feel.scanner import Scanner, Token
from nodes.feel.temporal_text import parse_at
from nodes.feel.tree import (
    AnyTest,
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    Conjunction,
    ContextLiteral,
    ContextType,
    Disjunction,
    Entry,
    Filter,
    For,
    FunctionDefinition,
    FunctionType,
    GenericType,
    If,
    In,
    Input,
    InstanceOf,
    Iterator,
    ListLiteral,
    Literal,
    Name,
    NamedType,
    Negation,
    Node,
    Parameter,
    Path,
    Quantified,
    RangeLiteral,
    Span,
    Type,
    UnaryComparison,
    UnaryTests,
    children,
)
from nodes.feel.words import BREAKING, TYPES

_COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
_NOT_CALL: Final = re.compile(r"not\s*\(")
_TYPE: Final = re.compile("|".join(re.escape(name).replace(r"\ ", r"\s+") for name in TYPES), re.ASCII)
_TIMED_CALL: Final = re.compile(r"(date\s+and\s+time|years\s+and\s+months\s+duration)(?=\s*\()", re.ASCII)
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
    parser = Parser(text, names, known, properties)
    node = parser.unary_tests()
    parser.expect_end()
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
        self.scan = Scanner(text, names, properties, start=start)
        self.known = known
        self._nesting = 0
        self._nodes = 0
        self._closing_range = False

    # -- bookkeeping --

    def _span(self, start: int) -> Span:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise limit_error("nodes", MAX_NODES)
        text, end = self.scan.text, self.scan.position
        while end > start and text[end - 1].isspace():
            end -= 1
        return Span(start, end)

    def _deeper(self) -> None:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise limit_error("nesting", MAX_NESTING)

    def _longer(self, length: int) -> int:
        """Count a link of a chain; one longer than a tree may be high is refused while it is read."""
        if length >= MAX_HEIGHT:
            raise limit_error("nesting", MAX_HEIGHT)
        return length + 1

    def expect(self, sign: str, why: str) -> Token:
        """Take the operator or word, or say why it is needed."""
        if not (self.scan.is_operator(sign) or self.scan.is_word(sign)):
            self._unexpected(f"`{sign}` is missing here {why}, before")
        return self.scan.take()

    def expect_end(self) -> None:
        """Nothing may follow."""
        if self.scan.peek().kind != "end":
            self._unexpected("The expression is complete, but then comes")

    def _unexpected(self, message: str) -> None:
        token = self.scan.peek()
        shown = token.text if token.kind != "string" else f'"{token.text[:20]}"'
        suggestion = None
        before = self.scan.text[: token.start].rstrip()
        if token.text == "=" and before.endswith("="):
            suggestion = "`=` compares, one is enough."
        elif token.kind == "operator" and token.text == "?":
            suggestion = "FEEL writes `if condition then a else b`."
        elif token.text == ":":
            suggestion = "Only contexts `{key: value}` and named arguments take a colon."
        elif token.kind in {"word", "number", "string"} and message.startswith("The expression is complete"):
            suggestion = "Is an operator missing before it?"
        where = f"the {shown}" if token.kind == "end" else f"`{shown}`"
        self.scan.fail(f"{message} {where}.", token, suggestion)

    # -- expressions, weakest operator first --

    def expression(self) -> Node:
        """Any expression, a unary comparison (`< 5`) among them."""
        self._deeper()
        saved, self._closing_range = self._closing_range, False
        node = self._unary_comparison() if self.scan.is_operator(*_COMPARISONS) else self._disjunction()
        self._closing_range = saved
        self._nesting -= 1
        return node

    def _disjunction(self) -> Node:
        start = self.scan.peek().start
        parts = [self._conjunction()]
        while self.scan.is_word("or"):
            self.scan.take()
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Disjunction(tuple(parts), span=self._span(start))

    def _conjunction(self) -> Node:
        start = self.scan.peek().start
        parts = [self._comparison()]
        while self.scan.is_word("and"):
            self.scan.take()
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else Conjunction(tuple(parts), span=self._span(start))

    def _comparison(self) -> Node:
        start = self.scan.peek().start
        node = self._sum()
        while True:
            token = self.scan.peek()
            if token.kind == "operator" and token.text in _COMPARISONS:
                self.scan.take()
                self._refuse_doubled(token)
                node = Comparison(token.text, node, self._sum(), span=self._span(start))
            elif self.scan.is_word("between"):
                self.scan.take()
                low = self._sum()
                self.expect("and", "after `between` and its lower bound")
                node = Between(node, low, self._sum(), span=self._span(start))
            elif self.scan.is_word("in"):
                self.scan.take()
                node = In(node, self._tests_of_in(), span=self._span(start))
            else:
                return node

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
            self.scan.take()
            rest = self.scan.text[self.scan.position :].strip().split("\n")[0][:60]
            before = self.scan.text[: token.start].rstrip().split("\n")[-1][-60:]
            right = {"==": "=", "=>": ">=", "=<": "<=", "<>": "!=", "!==": "!="}[pair]
            self.scan.fail(
                f"`{pair}` is not part of FEEL.",
                whole,
                f"{instead} Did you mean `{before.strip()} {right} {rest.lstrip('= ').rstrip('} ')}`?",
            )

    def _sum(self) -> Node:
        start = self.scan.peek().start
        node = self._product()
        length = 0
        while self.scan.is_operator("+", "-"):
            token = self.scan.take()
            length = self._longer(length)
            node = Arithmetic(token.text, node, self._product(), span=self._span(start))
        return node

    def _product(self) -> Node:
        start = self.scan.peek().start
        node = self._power()
        length = 0
        while self.scan.is_operator("*", "/"):
            token = self.scan.take()
            length = self._longer(length)
            node = Arithmetic(token.text, node, self._power(), span=self._span(start))
        return node

    def _power(self) -> Node:
        start = self.scan.peek().start
        node = self._sign()
        length = 0
        while self.scan.is_operator("**"):
            self.scan.take()
            length = self._longer(length)
            node = Arithmetic("**", node, self._sign(), span=self._span(start))
        return node

    def _sign(self) -> Node:
        start = self.scan.peek().start
        signs: list[int] = []
        while self.scan.is_operator("-"):
            signs.append(self.scan.take().start)
            if len(signs) > MAX_NESTING:
                raise limit_error("nesting", MAX_NESTING)
        token = self.scan.peek()
        if signs and token.kind == "number":
            node = self._postfix(self._number(signs.pop()), start)
        else:
            node = self._postfix(self._primary(), token.start)
        node = self._instance(node)
        for sign in reversed(signs):
            node = Negation(node, span=self._span(sign))
        return node

    def _instance(self, node: Node) -> Node:
        while self.scan.is_word("instance"):
            self.scan.take()
            self.expect("of", "after `instance`")
            node = InstanceOf(node, self.type(), span=self._span(node.span.start))
        return node

    def _postfix(self, node: Node, start: int) -> Node:
        length = 0
        while True:
            length = self._longer(length)
            if self.scan.is_operator("."):
                self.scan.take()
                if self.scan.peek().kind != "word":
                    self._unexpected("The name of a property is missing after the dot, before")
                name = self.scan.read_name(self.known, after_dot=True)
                node = Path(node, name.text, span=self._span(start))
            elif self.scan.is_operator("["):
                if self._closing_range and not self._is_filter(node):
                    return node
                self.scan.take()
                self.scan.declare("item")
                condition = self.expression()
                self.scan.forget(1)
                self.expect("]", "to close the filter")
                node = Filter(node, condition, span=self._span(start))
            elif self.scan.is_operator("("):
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
            if not self.scan.is_operator(","):
                break
            self.scan.take()
        self.expect(")", "to close the arguments")
        return Call(function, tuple(arguments), tuple(names) if names else None, span=self._span(start))

    # -- what stands alone --

    def _number(self, start: int | None = None) -> Node:
        token = self.scan.take()
        mantissa, _, exponent = token.text.lower().partition("e")
        if len(mantissa) > MAX_LITERAL_DIGITS or len(exponent) > 6 or abs(int(exponent or 0)) > MAX_EXPONENT:
            error = limit_error("digits", MAX_EXPONENT)
            line, column = self.scan.place(token.start)
            raise FeelLimitError("digits", f"Line {line}, column {column}: {error.message}", allowed=MAX_EXPONENT)
        value = in_reach(lambda: NUMBERS.create_decimal(token.text))
        assert value is not None, "a number token is a number"
        if start is not None:
            value = -value if value else Decimal(0)
        return Literal(value, span=self._span(token.start if start is None else start))

    def _primary(self) -> Node:
        token = self.scan.peek()
        if token.kind == "number":
            return self._number()
        if token.kind == "string":
            self.scan.take()
            return Literal(self.scan.unescape(token), span=self._span(token.start))
        if token.kind == "word":
            return self._word(token)
        match token.text if token.kind == "operator" else "":
            case "(":
                return self._bracket(token)
            case "[":
                return self._list(token)
            case "]":
                self.scan.take()
                return self._range(self.expression(), token.start, low_included=False)
            case "{":
                return self._context(token)
            case "@":
                return self._at(token)
            case "?":
                self.scan.take()
                return Input(span=self._span(token.start))
            case _:
                self._unexpected("A value is missing before")
                raise AssertionError("unreachable")

    def _word(self, token: Token) -> Node:
        match token.text:
            case "true" | "false" | "null":
                self.scan.take()
                value = {"true": True, "false": False, "null": None}[token.text]
                return Literal(value, span=self._span(token.start))
            case "if":
                return self._if(token)
            case "for":
                return self._for(token)
            case "some" | "every":
                return self._quantified(token)
            case "function":
                return self._function(token)
            case word if word in BREAKING:
                self._unexpected("A value is missing before")
        found = _TIMED_CALL.match(self.scan.text, token.start)
        if found is not None and not self.scan.is_local(token.text):
            while self.scan.peek().start < found.end():
                self.scan.take()
            return Name(" ".join(found[0].split()), span=self._span(token.start))
        name = self.scan.read_name(self.known)
        return Name(name.text, span=self._span(token.start))

    def _at(self, token: Token) -> Node:
        self.scan.take()
        text = self.scan.peek()
        if text.kind != "string":
            self.scan.fail("A text must follow `@`.", text, 'Write a date, time or duration as `@"2026-05-01"`.')
        self.scan.take()
        plain = self.scan.unescape(text)
        if parse_at(plain) is None:
            self.scan.fail(
                f'`@"{plain[:40]}"` is no date, time or duration.', text,
                'Write `@"2026-05-01"`, `@"13:20:00"`, `@"2026-05-01T13:20:00Z"` or `@"P2DT3H"`.',
            )  # fmt: skip
        return AtLiteral(plain, span=self._span(token.start))

    def _bracket(self, token: Token) -> Node:
        self.scan.take()
        node = self.expression()
        if self.scan.is_operator(".."):
            return self._range(node, token.start, low_included=False)
        self.expect(")", "to close the bracket")
        return node

    def _list(self, token: Token) -> Node:
        self.scan.take()
        items: list[Node] = []
        while not self.scan.is_operator("]"):
            items.append(self.expression())
            if len(items) == 1 and self.scan.is_operator(".."):
                return self._range(items[0], token.start, low_included=True)
            if not self.scan.is_operator(","):
                break
            self.scan.take()
        self.expect("]", "to close the list")
        return ListLiteral(tuple(items), span=self._span(token.start))

    def _range(self, low: Node, start: int, *, low_included: bool) -> Node:
        self.expect("..", "between the bounds of the range")
        high = self.bound()
        if not self.scan.is_operator("]", ")", "["):
            self._unexpected("`]` or `)` is missing here to close the range, before")
        closing = self.scan.take()
        return RangeLiteral(low, high, low_included, closing.text == "]", span=self._span(start))

    def bound(self) -> Node:
        """The upper bound of a range, behind which a `[` may close the range."""
        self._deeper()
        saved, self._closing_range = self._closing_range, True
        node = self._disjunction()
        self._closing_range = saved
        self._nesting -= 1
        return node

    def _context(self, token: Token) -> Node:
        self.scan.take()
        entries: list[Entry] = []
        while not self.scan.is_operator("}"):
            at = self.scan.peek()
            if at.kind == "string":
                self.scan.take()
                key = self.scan.unescape(at)
            else:
                found = self.scan.read_key()
                if found is None:
                    self.scan.fail("A key and a colon are missing here.", at, "Write `{key: value}`.")
                key = found.text
            if any(entry.key == key for entry in entries):
                self.scan.fail(f"The key `{key}` stands twice in this context.", at, "Rename one of them.")
            self.expect(":", f"after the key `{key[:40]}`")
            self.scan.declare(key)
            entries.append(Entry(key, self.expression(), span=self._span(at.start)))
            if not self.scan.is_operator(","):
                break
            self.scan.take()
        self.scan.forget(len(entries))
        self.expect("}", "to close the context")
        return ContextLiteral(tuple(entries), span=self._span(token.start))

    # -- constructs with words --

    def _if(self, token: Token) -> Node:
        branches: list[tuple[Node, Node]] = []
        while self.scan.is_word("if"):
            self.scan.take()
            condition = self.expression()
            self.expect("then", "after the condition of `if`")
            branches.append((condition, self.expression()))
            self.expect("else", "because every `if` says both ways")
        otherwise = self.expression()
        if isinstance(otherwise, If):  # written in brackets; it means the same
            branches.extend(otherwise.branches)
            otherwise = otherwise.otherwise
        return If(tuple(branches), otherwise, span=self._span(token.start))

    def _iterators(self) -> tuple[Iterator, ...]:
        iterators: list[Iterator] = []
        while True:
            at = self.scan.peek()
            if at.kind != "word" or at.text in BREAKING:
                self._unexpected("The name of a variable is missing before")
            name = self.scan.read_name((), after_dot=True)
            self.expect("in", f"after the variable `{name.text}`")
            source = self.expression()
            until = None
            if self.scan.is_operator(".."):
                self.scan.take()
                until = self.expression()
            iterators.append(Iterator(name.text, source, until, span=self._span(at.start)))
            self.scan.declare(name.text)
            if not self.scan.is_operator(","):
                return tuple(iterators)
            self.scan.take()

    def _for(self, token: Token) -> Node:
        self.scan.take()
        iterators = self._iterators()
        self.expect("return", "after the lists of `for`")
        self.scan.declare("partial")
        body = self.expression()
        self.scan.forget(len(iterators) + 1)
        return For(iterators, body, span=self._span(token.start))

    def _quantified(self, token: Token) -> Node:
        self.scan.take()
        iterators = self._iterators()
        self.expect("satisfies", f"after the lists of `{token.text}`")
        condition = self.expression()
        self.scan.forget(len(iterators))
        return Quantified(token.text == "some", iterators, condition, span=self._span(token.start))

    def _function(self, token: Token) -> Node:
        self.scan.take()
        self.expect("(", "after `function`")
        parameters: list[Parameter] = []
        while not self.scan.is_operator(")"):
            at = self.scan.peek()
            if at.kind != "word":
                self._unexpected("The name of a parameter is missing before")
            name = self.scan.read_name((), after_dot=True)
            of: Type | None = None
            if self.scan.is_operator(":"):
                self.scan.take()
                of = self.type()
            parameters.append(Parameter(name.text, of, span=self._span(at.start)))
            if not self.scan.is_operator(","):
                break
            self.scan.take()
        self.expect(")", "to close the parameters")
        external = self.scan.is_word("external")
        if external:
            self.scan.take()
        for parameter in parameters:
            self.scan.declare(parameter.name)
        body = self.expression()
        self.scan.forget(len(parameters))
        return FunctionDefinition(tuple(parameters), body, external, span=self._span(token.start))

    # -- tests --

    def _tests_of_in(self) -> tuple[Node, ...]:
        if not self.scan.is_operator("("):
            return (self._test(closed=False),)
        start = self.scan.take().start
        tests = [self._test()]
        if self.scan.is_operator(".."):
            return (self._range(tests[0], start, low_included=False),)
        while self.scan.is_operator(","):
            self.scan.take()
            tests.append(self._test())
        self.expect(")", "to close the list of tests")
        return tuple(tests)

    def _test(self, *, closed: bool = True) -> Node:
        if closed:
            return self.expression()
        return self._unary_comparison() if self.scan.is_operator(*_COMPARISONS) else self._sum()

    def _unary_comparison(self) -> Node:
        token = self.scan.take()
        self._refuse_doubled(token)
        return UnaryComparison(token.text, self._sum(), span=self._span(token.start))

    def unary_tests(self) -> UnaryTests:
        """A whole cell."""
        start = self.scan.peek().start
        if self.scan.is_operator("-"):
            mark = self.scan.take()
            if self.scan.peek().kind == "end":
                return UnaryTests((AnyTest(span=self._span(mark.start)),), span=self._span(start))
            self.scan._move(mark.start)  # noqa: SLF001 - a parser goes back in its own scanner
        negated = False
        if self.scan.looks_ahead(_NOT_CALL):
            negated = self._negates_all()
        if negated:
            self.scan.take()
            self.scan.take()
        tests = [self._test()]
        while self.scan.is_operator(","):
            self.scan.take()
            tests.append(self._test())
        if negated:
            self.expect(")", "to close `not(`")
        return UnaryTests(tuple(tests), negated, span=self._span(start))

    def _negates_all(self) -> bool:
        """Whether the bracket of a leading `not(` reaches to the end of the cell."""
        text, depth, quoted, index = self.scan.text, 0, False, self.scan.peek().start
        while index < len(text):
            sign = text[index]
            if quoted:
                index += sign == "\\"
                quoted = sign != '"'
            elif sign == '"':
                quoted = True
            elif sign == "(":
                depth += 1
            elif sign == ")":
                depth -= 1
                if depth == 0:
                    return not text[index + 1 :].strip()
            index += 1
        return True  # never closed: the parser says so

    # -- types --

    def type(self) -> Type:
        """The name of a type, with what it is made of."""
        self._deeper()
        token = self.scan.peek()
        if token.kind != "word":
            self._unexpected("The name of a type is missing before")
        found = _TYPE.match(self.scan.text, token.start)
        if found is not None and not self.scan.text[found.end() : found.end() + 1].isalnum():
            while self.scan.peek().start < found.end() and self.scan.peek().kind != "end":
                self.scan.take()
            name = " ".join(found[0].split())
        else:
            name = self.scan.read_name((), after_dot=True).text
            while self.scan.is_operator("."):
                self.scan.take()
                name += "." + self.scan.read_name((), after_dot=True).text
        made = self._type_of(name)
        self._nesting -= 1
        return made

    def _type_of(self, name: str) -> Type:
        if not self.scan.is_operator("<"):
            return NamedType(name)
        if name in {"list", "range"}:
            self.scan.take()
            of = self.type()
            self.expect(">", f"to close `{name}<`")
            return GenericType(name, of)
        if name == "context":
            self.scan.take()
            entries: list[tuple[str, Type]] = []
            while not self.scan.is_operator(">"):
                key = self.scan.read_key()
                if key is None:
                    self.scan.fail("A name and a colon are missing here.", None, "Write `context<name: string>`.")
                self.expect(":", "after the name")
                entries.append((key.text, self.type()))
                if not self.scan.is_operator(","):
                    break
                self.scan.take()
            self.expect(">", "to close `context<`")
            return ContextType(tuple(entries))
        if name == "function":
            self.scan.take()
            parameters: list[Type] = []
            while not self.scan.is_operator(">"):
                parameters.append(self.type())
                if not self.scan.is_operator(","):
                    break
                self.scan.take()
            self.expect(">", "to close the parameters of the function")
            self.expect("->", "before the type of the result")
            return FunctionType(tuple(parameters), self.type())
        return NamedType(name)
