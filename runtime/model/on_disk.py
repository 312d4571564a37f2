"""Which files a project consists of: the one table that reading, saving, packing and hashing go by.

``flows/refund.flow.json`` is the file of kind ``flow`` with the name ``("refund",)``; ``samples/refund/gold.json``
that of kind ``sample`` with the name ``("refund", "gold")``. Files that are not in the table belong to others: they are
never read, never packed and never touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from runtime.model.names import id_fault

OWN_FOLDER = ".baton"
"""Below the project's folder: what is Baton's own and no part of the project."""
BACKUP_FOLDER = f"{OWN_FOLDER}/backup"
"""Below the project's folder: the last readable version of each file that was saved over."""
GIT_ATTRIBUTES = ".gitattributes"
GIT_ATTRIBUTES_TEXT = """\
# Baton compares files by their bytes, so git must not turn their line ends.
* text=auto eol=lf
*.baton binary
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of file: ``{}`` in ``pattern`` stands for one id each."""

    kind: str
    pattern: str
    hashed: bool = True
    """whether it belongs to the content hash"""

    def path(self, *names: str) -> str:
        """The path of the file with these names."""
        return self.pattern.format(*names)

    @property
    def folder(self) -> str:
        """The folder in which such files (or the folders of such files) lie; empty for the project's own."""
        return self.pattern.rpartition("/")[0].partition("/")[0]

    @property
    def depth(self) -> int:
        """How many ids name a file."""
        return self.pattern.count("{}")

    def names_in(self, path: str) -> tuple[str, ...] | None:
        """The names in a path of this shape, whatever they are; None if it has another shape."""
        found = re.fullmatch(re.escape(self.pattern).replace(r"\{\}", "([^/]+)"), path)
        return found.groups() if found else None


PROJECT = Shape("project", "project.json")
CONNECTIONS = Shape("connections", "connections.json")
FLOW = Shape("flow", "flows/{}.flow.json")
LAYOUT = Shape("layout", "flows/{}.layout.json", hashed=False)
DECISION = Shape("decision", "decisions/{}.dmn")
FORM = Shape("form", "forms/{}.json")
SAMPLE = Shape("sample", "samples/{}/{}.json")
SCENARIO = Shape("scenario", "scenarios/{}/{}.json")
DECISION_TEST = Shape("decision_test", "decision_tests/{}/{}.json")
TEXTS = Shape("texts", "texts/{}.json", hashed=False)

SHAPES = (PROJECT, CONNECTIONS, FLOW, LAYOUT, DECISION, FORM, SAMPLE, SCENARIO, DECISION_TEST, TEXTS)
"""All kinds, in the order in which they are read and packed."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def shape_of(path: str) -> tuple[Shape, tuple[str, ...]] | None:
    """What a path in a project is, with its names; None if it is no file of a project."""
    for shape in SHAPES:
        names = shape.names_in(path)
        if names is not None:
            return shape, names
    return None


def name_fault(shape: Shape, names: tuple[str, ...]) -> str | None:
    """Why a file can't bear these names, to be read after them; None if it can."""
    if shape is TEXTS:
        return None if _LANGUAGE.fullmatch(names[0]) else "should be the code of a language, such as de or pt-BR"
    return next((f"({name}) {fault}" for name in names if (fault := id_fault(name)) is not None), None)


def parts_below(path: str) -> tuple[str, ...]:
    """``flows/a.json`` -> ``flows`` and ``flows/a.json``: all that may be a link on the way to a file."""
    parts = path.split("/")
    return tuple("/".join(parts[: n + 1]) for n in range(len(parts)))
