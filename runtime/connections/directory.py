"""Who is in which role. Asked by the host for each request of a person; the engine decides with what it says (A3)."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.connections.environment_file import PeopleFile, Person


class Directory:
    """The people of an environment, or nobody's list: then anyone may act in any role (a local try-out)."""

    def __init__(self, people: PeopleFile | None) -> None:
        self._people = people

    @property
    def is_kept(self) -> bool:
        """False in a local try-out without a people file; the caller tells the user so once."""
        return self._people is not None

    @property
    def users(self) -> Mapping[str, Person]:
        """All users by id; empty if no directory is kept."""
        return {} if self._people is None else self._people.users

    def knows(self, user: str) -> bool:
        """Whether this is a user of ours; always so where no directory is kept."""
        return self._people is None or user in self._people.users

    def roles_of(self, user: str) -> frozenset[str] | None:
        """The user's roles, none for a stranger; None where no directory is kept."""
        if self._people is None:
            return None
        person = self._people.users.get(user)
        return frozenset() if person is None else person.roles
