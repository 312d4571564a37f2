"""XML to a tree that keeps everything: prefixes, order, strangers' elements, comments, whitespace.

Who calls it: `reader`. Law: a DOCTYPE is refused outright, so there are no entities to blow up and nothing to fetch;
limits are counted while reading. The tree is what `write_model` writes, so what nobody here understands survives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias
from xml.parsers import expat

from nodes.dmn.errors import DmnReadError
from nodes.dmn.limits import MAX_ATTRIBUTES, MAX_BYTES, MAX_CELLS, MAX_DEPTH, MAX_ELEMENTS
from nodes.dmn.versions import MODEL
from nodes.pacing import checkpoint

XML_PREFIX: Final = "http://www.w3.org/XML/1998/namespace"


_CELLS: Final = frozenset({"inputEntry", "outputEntry"})
_TOO_MANY: Final = f"The file has more than {MAX_ELEMENTS:,} elements; split the model."


class Comment(str):
    """A comment, as a child."""

    __slots__ = ()


class Instruction(str):
    """A processing instruction, as a child: its target and its text."""

    __slots__ = ()


class Element:
    """One element. `tag` and the keys of `attributes` are as written (with prefix), declarations of namespaces among
    them; `namespace` and `name` are what the tag means. `children` are elements and texts in their order."""

    __slots__ = ("attributes", "children", "line", "name", "namespace", "tag")

    def __init__(self, tag: str, namespace: str, attributes: dict[str, str], line: int = 0) -> None:
        self.tag = tag
        self.namespace = namespace
        self.name = tag.rpartition(":")[2]
        self.attributes = attributes
        self.children: list[Child] = []
        self.line = line

    def __repr__(self) -> str:
        return f"<{self.tag} of line {self.line}>"

    def get(self, attribute: str) -> str | None:
        """An attribute of DMN (they have no prefix)."""
        return self.attributes.get(attribute)

    def elements(self) -> Iterator[Element]:
        """The child elements that are DMN's."""
        for child in self.children:
            if isinstance(child, Element) and child.namespace in MODEL:
                yield child

    def all(self, *names: str) -> list[Element]:
        """The child elements of DMN with one of the names."""
        return [child for child in self.elements() if child.name in names]

    def first(self, name: str) -> Element | None:
        """The first child element of DMN with that name."""
        return next((child for child in self.elements() if child.name == name), None)

    def text(self) -> str:
        """The text directly inside, comments left out."""
        return "".join(child for child in self.children if child.__class__ is str)


Child: TypeAlias = Element | str


class Document:
    """A file: the root element, and what stands before and after it."""

    __slots__ = ("after", "before", "root")

    def __init__(self, root: Element, before: list[str], after: list[str]) -> None:
        self.root = root
        self.before = before
        self.after = after


class _Reader:
    """The handlers of one parse."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.root: Element | None = None
        self.before: list[str] = []
        self.after: list[str] = []
        self.open: list[Element] = []
        self.spaces: list[dict[str, str]] = [{"xml": XML_PREFIX, "": ""}]
        self.count = 0
        self.cells = 0
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.CommentHandler = self.comment
        parser.ProcessingInstructionHandler = self.instruction
        parser.StartDoctypeDeclHandler = self.doctype

    def refuse(self, message: str, limit: str | None = None) -> DmnReadError:
        return DmnReadError(message, source=self.source, line=self.parser.CurrentLineNumber, limit=limit)

    def doctype(self, *_: object) -> None:
        raise self.refuse(
            "The file has a DOCTYPE, which is refused because entities can blow up; remove it.", "doctype"
        )

    def start(self, tag: str, pairs: list[str]) -> None:
        self.count += 1
        checkpoint()
        if self.count > MAX_ELEMENTS:
            raise self.refuse(_TOO_MANY, "elements")
        if len(self.open) >= MAX_DEPTH:
            raise self.refuse(f"Elements are nested more than {MAX_DEPTH} levels deep; flatten the model.", "depth")
        if len(pairs) > 2 * MAX_ATTRIBUTES:
            raise self.refuse(f"<{tag}> has more than {MAX_ATTRIBUTES} attributes.", "attributes")
        attributes = dict(zip(pairs[::2], pairs[1::2], strict=True))
        spaces = self.spaces[-1]
        declared = {name: value for name, value in attributes.items() if name == "xmlns" or name.startswith("xmlns:")}
        if declared:
            spaces = {**spaces, **{name.partition(":")[2]: value for name, value in declared.items()}}
        self.spaces.append(spaces)
        prefix = tag.partition(":")[0] if ":" in tag else ""
        if prefix not in spaces:
            raise self.refuse(f"The prefix `{prefix}` of <{tag}> is not declared; add xmlns:{prefix}.")
        element = Element(tag, spaces[prefix], attributes, self.parser.CurrentLineNumber)
        if element.name == "decisionTable":
            self.cells = 0
        elif element.name in _CELLS:
            self.cells += 1
            if self.cells > MAX_CELLS:
                raise self.refuse(f"A decision table has more than {MAX_CELLS:,} cells; split it.", "cells")
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _: str) -> None:
        self.open.pop()
        self.spaces.pop()

    def _add(self, child: str) -> None:
        if self.open:
            self.open[-1].children.append(child)
        elif child.__class__ is not str:
            (self.before if self.root is None else self.after).append(child)

    def characters(self, text: str) -> None:
        self._add(text)

    def comment(self, text: str) -> None:
        self._add(Comment(text))

    def instruction(self, target: str, text: str) -> None:
        self._add(Instruction(f"{target} {text}" if text else target))


def _elements_at_least(content: bytes | str) -> int:
    """How many elements begin, judged by their brackets in no time; comments and the like are no elements."""
    if isinstance(content, str):
        return content.count("<") - content.count("</") - content.count("<!") - content.count("<?")
    return content.count(b"<") - content.count(b"</") - content.count(b"<!") - content.count(b"<?")


def parse_xml(content: bytes | str, source: str = "") -> Document:
    """The tree of a file; DmnReadError for what is no XML, has a DOCTYPE or goes beyond a limit."""
    if len(content) > MAX_BYTES:
        size = f"{MAX_BYTES // 1024 // 1024} MB"
        raise DmnReadError(f"The file is larger than {size}; split the model.", source=source, limit="bytes")
    if _elements_at_least(content) > MAX_ELEMENTS:
        raise DmnReadError(_TOO_MANY, source=source, limit="elements")
    reader = _Reader(source)
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "not well formed")
        raise DmnReadError(f"This is not XML: {reason}.", source=source, line=error.lineno) from None
    except (LookupError, ValueError):  # a name that nobody knows, or an encoding of several bytes that expat can't read
        raise DmnReadError("The file names an encoding that can't be read; save it as UTF-8.", source=source) from None
    assert reader.root is not None, "expat refuses a file without an element"
    return Document(reader.root, reader.before, reader.after)
