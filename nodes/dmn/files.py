"""Files to models and back.

Who calls it: everybody who wants a model. Law: only the files that the caller names are opened, none that a file names;
a file that can't be read is refused whole, with its name, the line and the reason.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from nodes.dmn.elements import Definitions
from nodes.dmn.errors import DmnReadError, Problem
from nodes.dmn.limits import MAX_BYTES, MAX_IMPORT_DEPTH
from nodes.dmn.model import DecisionModel
from nodes.dmn.reader import read_definitions
from nodes.dmn.xml_text import xml_text
from nodes.dmn.xml_tree import parse_xml

if TYPE_CHECKING:
    from pathlib import Path

Source: TypeAlias = "str | Path | DecisionModel"
"""A file to import, or a model that was read before."""


def read_model(path: str | Path, imports: Sequence[Source] = ()) -> DecisionModel:
    """Read and compile a `.dmn` file. `imports` are the other files (or models) that it may import, in any order.

    Nothing else is ever opened, whatever the file says. DmnReadError names the file, the line and the reason.
    """
    content, source = _content(path)
    return parse_model(content, imports, source=source)


def parse_model(content: bytes | str, imports: Sequence[Source] = (), *, source: str = "") -> DecisionModel:
    """As `read_model`, of a text."""
    return _Reading(imports).model(content, source, ())


def write_model(model: DecisionModel, path: str | Path) -> None:
    """Write a model as DMN 1.5 with all that was in the file: diagrams, strangers' elements, comments.

    A model without a drawing gets one, so that other tools show it.
    """
    from pathlib import Path  # here and below: it takes a fifth of the import of this package

    Path(path).write_text(model_text(model), encoding="utf-8", newline="\n")


def model_text(model: DecisionModel) -> str:
    """The text that `write_model` writes."""
    from nodes.dmn.drawing import with_drawing  # here: whoever only decides draws nothing

    return xml_text(with_drawing(model.definitions.document))


def _content(path: str | Path) -> tuple[bytes, str]:
    """What is in a file, and its name; one byte more than may be is enough to refuse it."""
    from pathlib import Path

    try:
        with open(path, "rb", opener=_open) as file:
            if hasattr(os, "mkfifo"):
                os.set_blocking(file.fileno(), True)
            return file.read(MAX_BYTES + 1), Path(path).name
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DmnReadError(f"The file can't be read: {reason}.", source=Path(path).name) from None


def _open(name: str, flags: int) -> int:
    """Without waiting for somebody who writes to it, if it is a named pipe."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


class _Reading:
    """One reading of a file and those that it imports, each read once."""

    def __init__(self, imports: Sequence[Source]) -> None:
        self._models: dict[str, DecisionModel] = {}
        self._waiting: dict[str, tuple[Definitions, str, str]] = {}
        for given in imports:
            if isinstance(given, DecisionModel):
                self._models[given.definitions.namespace] = given
            else:
                content, source = _content(given)
                definitions = read_definitions(parse_xml(content, source), source)
                self._waiting[definitions.namespace] = definitions, source, _digest(content)

    def model(self, content: bytes | str, source: str, way: tuple[str, ...]) -> DecisionModel:
        return self._built(read_definitions(parse_xml(content, source), source), source, _digest(content), way)

    def _built(self, definitions: Definitions, source: str, digest: str, way: tuple[str, ...]) -> DecisionModel:
        if definitions.namespace in way or len(way) > MAX_IMPORT_DEPTH:
            raise DmnReadError("The imports of the models go in a circle, or too deep; remove one.", source=source)
        imported: dict[str, DecisionModel] = {}
        missing: list[Problem] = []
        for item in definitions.imports:
            model = self._of(item.namespace, (*way, definitions.namespace))
            if model is not None:
                imported[item.name] = model
            else:
                message = f"The model imports `{item.namespace}`, which was not given; give its file along."
                missing.append(Problem("reference", message, f"import `{item.name}`", item.line))
        return DecisionModel(definitions, imported, missing, source=source, digest=digest)

    def _of(self, namespace: str, way: tuple[str, ...]) -> DecisionModel | None:
        if namespace not in self._models and namespace in self._waiting:
            definitions, source, digest = self._waiting[namespace]
            self._models[namespace] = self._built(definitions, source, digest, way)
        return self._models.get(namespace)


def _digest(content: bytes | str) -> str:
    import hashlib

    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
