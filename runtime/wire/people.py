"""The people whom this runtime knows. Route ``GET /people``; the designer offers them where somebody has to act."""

from __future__ import annotations

from runtime.wire.message import View


class PersonView(View):
    """One user of the environment."""

    id: str
    name: str = ""
    """as people call them; empty where only the id is known"""
    roles: tuple[str, ...] = ()
    """ids of roles, sorted"""


class PeopleView(View):
    """All of them, by id. ``kept`` false: the environment has no list of people, anybody may act in any role."""

    kept: bool
    people: tuple[PersonView, ...] = ()
