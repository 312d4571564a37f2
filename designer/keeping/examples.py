"""The example projects that come with Baton: found beside it, opened inertly, tried as copies.

An example is never written to: trying one makes an unsaved project of it, and saving that asks for a folder.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from designer.keeping.opening import Opened, open_place
from runtime.model.flow import Flow
from runtime.model.on_disk import PROJECT
from runtime.model.project import Project

PACKAGE = "projects"
FIRST = "billing_dispute"
TOLD = {"billing_dispute": "one_approval", "merchant_check": "travel_agency"}
"""flow -> the sample that shows most in a first run: one that stops for a person"""


@dataclass(frozen=True, slots=True)
class Example:
    """A project that can be tried, and its main flow."""

    folder: Path
    project: Project
    flow: Flow

    @property
    def sample(self) -> str | None:
        """The sample to begin with; None where any will do."""
        told = TOLD.get(self.flow.id)
        return told if told in self.project.samples.get(self.flow.id, {}) else None

    @property
    def title(self) -> str:
        """As the card says it."""
        return self.project.file.name or self.project.id

    @property
    def words(self) -> str:
        """What it is about, in a sentence."""
        return self.project.file.description or self.flow.description


def examples() -> list[Example]:
    """All that can be read; Billing dispute first, then by name."""
    found = []
    for folder in _folders():
        opened = open_place(folder)
        if opened.project is None or not opened.project.flows:
            continue
        flow = max(opened.project.flows.values(), key=lambda flow: len(flow.nodes))
        found.append(Example(folder, opened.project, flow))
    return sorted(found, key=lambda example: (example.folder.name != FIRST, example.title))


def as_copy(example: Example) -> Opened:
    """The example as a project that was never saved."""
    return Opened(example.folder, example.project)


def _folders() -> list[Path]:
    spec = importlib.util.find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return sorted(
        folder for place in places for folder in Path(place).iterdir() if (folder / PROJECT.pattern).is_file()
    )
