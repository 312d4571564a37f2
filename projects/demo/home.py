"""A Baton home for the example systems: where they are, which keys open them, and who works in which role.

Called by the show, by `--by-hand` and by the end-to-end tests. Law: nothing of it lies in a project. Keys are stored in
the home's own secrets file and only referred to by the environment; the whole home is a throw-away folder.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from projects.example_systems.launch import Systems
from runtime.secrets import set_secret

ENVIRONMENT: Final = "local"
"""The environment that Baton takes where no other is named, so that commands typed by hand stay short."""

# user -> (name, roles); the roles are those that projects/billing_dispute declares
PEOPLE: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "ana": ("Ana Ruiz", ("agents",)),
    "leo": ("Leo Brandt", ("agents",)),
    "mia": ("Mia Keller", ("agent_leads",)),
    "noah": ("Noah Lind", ("agent_leads",)),
    "petra": ("Petra Novak", ("finance",)),
    "tom": ("Tom Becker", ("finance",)),
    "ines": ("Ines Moreau", ("finance",)),
    "helen": ("Helen Scott", ("finance_leads",)),
    "omar": ("Omar Haddad", ("finance_leads",)),
    "ruth": ("Ruth Vogel", ("finance_leads",)),
    "olga": ("Olga Berg", ("operations",)),
}


def write_home(folder: Path, systems: Systems, *, with_people: bool = True) -> Path:
    """Write environment, people and keys into `folder` (made if missing); gives the folder, for BATON_HOME.

    Without people Baton takes anybody in any role: whoever draws a flow of their own knows nobody of the example.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for system, key in systems.keys.items():
        set_secret(folder, _secret(system), key)
    file = folder / "environments" / f"{ENVIRONMENT}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(_environment(systems, with_people), indent=2) + "\n", encoding="utf-8")
    return folder


def _environment(systems: Systems, with_people: bool) -> dict[str, object]:
    said: dict[str, object] = {
        "format_version": 1,
        "title": "The example systems on this machine",
        "connections": {
            # How to sign in stands in the project; address and key are a matter of the machine.
            system: {"url": systems.url_of(system), "secret": f"file:{_secret(system)}"}
            for system in systems.keys
        },
    }
    if with_people:
        users = {user: {"name": name, "roles": list(roles)} for user, (name, roles) in PEOPLE.items()}
        said["people"] = {"users": users}
    return said


def _secret(system: str) -> str:
    return f"example-{system}"
