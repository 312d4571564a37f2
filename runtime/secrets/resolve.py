"""From a reference to the secret, at the moment that a connection is opened."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from runtime.secrets.reference import Reference
from runtime.secrets.secret import Secret, SecretProblem
from runtime.secrets.secrets_file import read_entry


def resolve(reference: str | Reference, home: Path, *, environ: Mapping[str, str] | None = None) -> Secret:
    """The secret behind ``env:NAME`` or ``file:NAME`` (an entry of the secrets file in ``home``).

    Raises ``SecretProblem`` if it is missing or empty, or if its file could be read by others.
    """
    found = reference if isinstance(reference, Reference) else Reference.parse(reference)
    if found.source == "file":
        return read_entry(home, found.name)
    value = (os.environ if environ is None else environ).get(found.name, "")
    if not value:
        raise SecretProblem(
            f"The environment variable {found.name} is not set. Set it before Baton starts, or store "
            f"the secret with 'baton secret set NAME' and refer to it as file:NAME."
        )
    return Secret(value, str(found))
