"""The page, as data. It has no key: secrets belong to the machine."""

from __future__ import annotations

from designer.editors import Editor
from designer.editors.secrets.page import Secrets

EDITOR = Editor("secrets", "Secrets", "key-round", Secrets, lambda _services, _key: "Secrets on this machine")
