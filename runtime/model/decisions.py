"""The decision files of a project or release, each read and compiled once, when it is first asked for.

Called by rules, the plan, the trace and the CLI. Law: pure; bytes in, models or reasons out, and never an exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodes.dmn import DecisionModel


@dataclass(frozen=True, slots=True)
class UnreadDecision:
    """Why a decision file can't be used at all; ``line`` is 0 where there is none."""

    message: str
    line: int = 0


class Decisions:
    """Decision models by the id of their file. Files import one another by their namespaces."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self._files = dict(files or {})
        self._models: dict[str, DecisionModel | UnreadDecision] = {}
        self._namespaces: dict[str, str] | None = None

    def __iter__(self) -> Iterator[str]:
        """The ids of all files."""
        return iter(self._files)

    def __contains__(self, file: object) -> bool:
        return file in self._files

    def __len__(self) -> int:
        return len(self._files)

    def get(self, file: str) -> DecisionModel | UnreadDecision | None:
        """The compiled model, why there is none, or None if there is no such file."""
        return self._get(file, ())

    def problem(self, file: str) -> str | None:
        """Why decisions of a file can't be asked, in one sentence; None if they can."""
        found = self.get(file)
        if found is None:
            return f"there is no decisions/{file}.dmn in this release."
        if isinstance(found, UnreadDecision):
            return f"decisions/{file}.dmn can't be read: {found.message}"
        serious = next((each for each in found.problems if each.serious), None)
        return None if serious is None else f"decisions/{file}.dmn has a mistake: {serious}"

    def usable(self, file: str) -> DecisionModel | None:
        """The model, if its decisions can be asked."""
        found = self.get(file)
        return None if found is None or isinstance(found, UnreadDecision) or self.problem(file) else found

    def _get(self, file: str, way: tuple[str, ...]) -> DecisionModel | UnreadDecision | None:
        if file not in self._files:
            return None
        found = self._models.get(file)
        if found is None:
            found = self._read(file, way)
            if not way or not isinstance(found, UnreadDecision):
                found = self._models.setdefault(file, found)
        return found

    def _read(self, file: str, way: tuple[str, ...]) -> DecisionModel | UnreadDecision:
        # Here, because few flows ask decisions, and all of runtime imports this shelf.
        from nodes.dmn import DecisionModel, DmnReadError, parse_model
        from nodes.dmn.reader import read_definitions
        from nodes.dmn.xml_tree import parse_xml

        if file in way:
            return UnreadDecision("Its imports go in a circle; remove one.")
        source = f"{file}.dmn"
        try:
            definitions = read_definitions(parse_xml(self._files[file], source), source)
            imports = []
            for item in definitions.imports:
                other = self._by_namespace().get(item.namespace)
                model = None if other is None else self._get(other, (*way, file))
                if isinstance(model, DecisionModel):
                    imports.append(model)
                elif isinstance(model, UnreadDecision):
                    return UnreadDecision(f"It imports {other}.dmn, which can't be used. {model.message}", item.line)
            return parse_model(self._files[file], imports, source=source)
        except DmnReadError as problem:
            return UnreadDecision(problem.message, problem.line)

    def _by_namespace(self) -> dict[str, str]:
        """Namespace -> file; only asked if a file imports another."""
        if self._namespaces is None:
            from nodes.dmn import DmnReadError
            from nodes.dmn.reader import read_definitions
            from nodes.dmn.xml_tree import parse_xml

            self._namespaces = {}
            for file, content in self._files.items():
                try:
                    definitions = read_definitions(parse_xml(content, file), file)
                except DmnReadError:
                    continue  # it is told of where it is asked for itself
                self._namespaces.setdefault(definitions.namespace, file)
        return self._namespaces


NO_DECISIONS = Decisions()
