"""What a binding holds in place of a secret: ``env:NAME`` (an environment variable) or ``file:NAME`` (an entry of the
secrets file that ``baton secret set`` writes)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runtime.secrets.secret import SecretProblem

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\Z")
"""Names of entries and variables: letters, digits, ``_``, ``.`` and ``-``, at most 64."""


@dataclass(frozen=True, slots=True)
class Reference:
    """``source`` is ``env`` or ``file``."""

    source: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """The reference that ``text`` spells. Raises ``SecretProblem``; its message never repeats ``text``, which may
        be a secret that somebody wrote in clear."""
        source, colon, name = text.partition(":")
        if not colon or source not in {"env", "file"} or not NAME.match(name):
            raise SecretProblem(
                "A secret must be given as a reference: env:NAME for an environment variable, or file:NAME for a "
                "secret that was stored with 'baton secret set NAME'. It is never written into the file itself."
            )
        return cls(source, name)

    def __str__(self) -> str:
        return f"{self.source}:{self.name}"
