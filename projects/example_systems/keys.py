"""The API keys: one per system and one, optional, for the judge's own routes (/ledger, /faults, /seed).

Called by route.py before anything else of a request is read. Law: a wrong key, a missing key and the key of another
system get the same answer, compared in constant time.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from fastapi import Request

from projects.example_systems.problems import Problem

SystemName = Literal["crm", "billing", "ticketing", "notifications", "fraud"]
SYSTEMS: Final[tuple[str, ...]] = get_args(SystemName)
JUDGE: Final = "judge"  # the name under which the routes that are no system ask for their key
HEADER: Final = "X-Api-Key"


def _demo_keys() -> dict[str, str]:
    return {system: f"demo-{system}-key" for system in SYSTEMS}


@dataclass(frozen=True)
class Keys:
    """`by_system` must hold every system. `admin` None leaves the judge's routes open, which is fine on loopback."""

    by_system: Mapping[str, str] = field(default_factory=_demo_keys)
    admin: str | None = None

    def check(self, request: Request, system: str) -> None:
        """Raise Problem 401 unless the request carries the key of this system (or of the judge)."""
        expected = self.admin if system == JUDGE else self.by_system[system]
        if expected is None:
            return
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise Problem(
                401,
                "key_refused",
                f"Send the API key of {system} in the header {HEADER}.",
                headers={"WWW-Authenticate": f'ApiKey realm="{system}"'},
            )
