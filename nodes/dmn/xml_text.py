"""The tree to XML text again, as DMN 1.5.

Who calls it: `model.write_model`. Law: elements, attributes, prefixes, order, comments and texts are written as they
were read; only the namespaces of older versions of DMN become those of 1.5, wherever they are named. What XML has no
way to write is refused (``DmnError``): a file with it could be read by nobody.
"""

from __future__ import annotations

import re
from typing import Final

from nodes.dmn.errors import DmnError
from nodes.dmn.versions import UPGRADE
from nodes.dmn.xml_tree import Comment, Document, Element, Instruction

_IN_TEXT: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_ATTRIBUTE: Final = {**_IN_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_NEVER: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_TEXT: Final = re.compile(f"[&<>\r{_NEVER}]")
_ATTRIBUTE: Final = re.compile(f'[&<>\r"\n\t{_NEVER}]')
_NAMING: Final = frozenset({"expressionLanguage", "typeLanguage", "importType"})
"""Attributes whose value names a language by its namespace."""


def xml_text(document: Document) -> str:
    """The text of a file, with its declaration; UTF-8 is meant."""
    pieces = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    for child in document.before:
        _write_text(child, pieces)
        pieces.append("\n")
    _write(document.root, pieces)
    pieces.append("\n")
    for child in document.after:
        _write_text(child, pieces)
        pieces.append("\n")
    return "".join(pieces)


def _write(element: Element, pieces: list[str]) -> None:
    pieces.append(f"<{element.tag}")
    for name, value in element.attributes.items():
        pieces.append(f' {name}="{_ATTRIBUTE.sub(_escaped_attribute, _as_15(name, value))}"')
    if not element.children:
        pieces.append("/>")
        return
    pieces.append(">")
    for child in element.children:
        if isinstance(child, Element):
            _write(child, pieces)
        else:
            _write_text(child, pieces)
    pieces.append(f"</{element.tag}>")


def _as_15(name: str, value: str) -> str:
    if name.startswith("xmlns") or name in _NAMING:
        return UPGRADE.get(value, value)
    if name.endswith(":schemaLocation"):
        return " ".join(UPGRADE.get(word, word) for word in value.split())
    return value


def _write_text(child: str, pieces: list[str]) -> None:
    if isinstance(child, Comment):
        pieces.append(f"<!--{child}-->")
    elif isinstance(child, Instruction):
        pieces.append(f"<?{child}?>")
    else:
        pieces.append(_TEXT.sub(_escaped, child))


def _escaped(found: re.Match[str]) -> str:
    return _IN_TEXT.get(found[0]) or _refuse(found[0])


def _escaped_attribute(found: re.Match[str]) -> str:
    return _IN_ATTRIBUTE.get(found[0]) or _refuse(found[0])


def _refuse(letter: str) -> str:
    raise DmnError(f"A text has a character that no file can hold (U+{ord(letter):04X}). Write it without that.")
