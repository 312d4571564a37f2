"""``People``: who may act in the runtime that a window works with; anybody in a rehearsal, and where no list is kept.

On this computer whoever tries a flow may act as anybody of them: that is what a test needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designer.session.waiting import OpenTask
    from runtime.wire import PeopleView, PersonView

DESIGNER = "designer"
"""who acts where nobody is known by name"""


@dataclass(frozen=True, slots=True)
class People:
    """``known`` is empty where anybody may act in any role."""

    known: tuple[PersonView, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    """role -> what people call it"""

    @classmethod
    def of(cls, view: PeopleView) -> People:
        """As a runtime tells."""
        return cls(view.people if view.kept else ())

    def called(self, titles: Mapping[str, str]) -> People:
        """The same, with the titles that a project gives to its roles."""
        return replace(self, titles=titles)

    def offered(self, role: str | None = None) -> tuple[tuple[str, str], ...]:
        """(id, name and roles) of all, or of those in a role."""
        return tuple(
            (person.id, f"{person.name or person.id}: {', '.join(map(self._title, person.roles)) or 'no role'}")
            for person in self.known
            if role is None or role in person.roles
        )

    def _title(self, role: str) -> str:
        return self.titles.get(role) or role.replace("_", " ")

    def somebody(self) -> str:
        """One who may act at all: for what any person may do, such as to stop a run."""
        return self.known[0].id if self.known else DESIGNER

    def for_task(self, task: OpenTask) -> str:
        """Who could answer next: somebody of the role who has not answered and did not ask for it."""
        done = {who for who, _ in task.given}
        if task.not_requester and task.requester:
            done.add(task.requester)
        able = [person for person, _ in self.offered(task.role)]
        if not self.known:
            able = [f"{task.role_title} person", *(f"{task.role_title} person {n}" for n in range(2, len(done) + 3))]
        return next((person for person in able if person not in done), "")
