"""What people call the project, its version number, and what it is about."""

from __future__ import annotations

import re

from designer.document.command import Command, CommandRefused
from runtime.model.project import Project

LONGEST = 40
_SAID = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]*")
_LAST = re.compile(r"(\d+)(?!.*\d)")


def describe_project(name: str, version: str, description: str) -> Command:
    """All three at once. Raises CommandRefused when it is done, if there is no name or no version number."""

    def apply(project: Project) -> Project:
        wrong = "Give the project a name." if not name.strip() else why_no_version(version)
        if wrong:
            raise CommandRefused(wrong)
        said = {"name": name.strip(), "version": version, "description": description.strip()}
        changed = {key: value for key, value in said.items() if getattr(project.file, key) != value}
        return project.model_copy(update={"file": project.file.model_copy(update=changed)}) if changed else project

    return Command("Change what the project is called", apply)


def set_version(version: str) -> Command:
    """Raises CommandRefused when it is done, if that is no version number."""

    def apply(project: Project) -> Project:
        wrong = why_no_version(version)
        if wrong:
            raise CommandRefused(wrong)
        if project.file.version == version:
            return project
        return project.model_copy(update={"file": project.file.model_copy(update={"version": version})})

    return Command(f"Call it version {version}", apply)


def why_no_version(version: str) -> str:
    """What is wrong with it; empty if nothing is."""
    if _SAID.fullmatch(version) and len(version) <= LONGEST:
        return ""
    return "Use letters, digits, dots and dashes, such as 1.2.0."


def next_version(version: str) -> str:
    """The number that follows: the last figure is one more."""
    found = _LAST.search(version)
    if found is None:
        return f"{version}.1" if version else "0.1.0"
    return f"{version[: found.start()]}{int(found[1]) + 1}{version[found.end() :]}"
