"""Text to the names of types: `list<number>`, `context<a: string>`, `function<number> -> boolean`.

Who calls it: `parser`, at `instance of` and at the types of parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodes.feel.tree import ContextType, FunctionType, GenericType, NamedType, Type
from nodes.feel.words import type_pattern

if TYPE_CHECKING:
    from nodes.feel.parser import Parser


def read_type(parser: Parser) -> Type:
    """The name of a type, with what it is made of."""
    parser.deeper()
    scan = parser.scan
    token = scan.peek()
    if token.kind != "word":
        parser.unexpected("The name of a type is missing before")
    found = type_pattern().match(scan.text, token.start)
    if found is not None and not scan.text[found.end() : found.end() + 1].isalnum():
        while scan.peek().start < found.end() and scan.peek().kind != "end":
            scan.take()
        name = " ".join(found[0].split())
    else:
        name = scan.read_name((), after_dot=True).text
        while scan.is_operator("."):
            scan.take()
            name += "." + scan.read_name((), after_dot=True).text
    made = _type_of(parser, name)
    parser.shallower()
    return made


def _type_of(parser: Parser, name: str) -> Type:
    scan = parser.scan
    if not scan.is_operator("<"):
        return NamedType(name)
    if name in {"list", "range"}:
        scan.take()
        of = read_type(parser)
        parser.expect(">", f"to close `{name}<`")
        return GenericType(name, of)
    if name == "context":
        scan.take()
        entries: list[tuple[str, Type]] = []
        while not scan.is_operator(">"):
            key = scan.read_key()
            if key is None:
                scan.fail("A name and a colon are missing here.", None, "Write `context<name: string>`.")
            parser.expect(":", "after the name")
            entries.append((key.text, read_type(parser)))
            if not scan.is_operator(","):
                break
            scan.take()
        parser.expect(">", "to close `context<`")
        return ContextType(tuple(entries))
    if name == "function":
        scan.take()
        parameters: list[Type] = []
        while not scan.is_operator(">"):
            parameters.append(read_type(parser))
            if not scan.is_operator(","):
                break
            scan.take()
        parser.expect(">", "to close the parameters of the function")
        parser.expect("->", "before the type of the result")
        return FunctionType(tuple(parameters), read_type(parser))
    return NamedType(name)
