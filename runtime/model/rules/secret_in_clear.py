"""Secrets never stand in a project's files: they would be packed, shared and kept in git for ever.

Found by the name of a field (``password``, ``api_key``, ``Authorization``), by known shapes of keys, by sign-ins inside
an address, and by chance-looking text. Expressions, texts with holes and references (``env:NAME``) are no secrets.
The message never repeats what was found.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runtime.model.canonical import plain
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Fix, Problem, Rule, Severity, Where

RULE = Rule("SECRET_IN_CLEAR", Severity.ERROR, "No secret stands in the project's files")

_TELLING = re.compile(
    r"(^|[_\-.])(password|passwd|passphrase|pwd|secret|api[_\-]?key|apikey|access[_\-]?key|private[_\-]?key|credentials?"
    r"|auth[_\-]?token|access[_\-]?token|refresh[_\-]?token|bearer|token|authorization|client[_\-]?secret)$",
    re.IGNORECASE,
)
"""Names of fields whose literal value is a secret."""
_REFERENCE = re.compile(r"(env|file|secret):\S+")
_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\b[sr]k_(live|test)_[0-9A-Za-z]{10,}"
    r"|\bsk-[0-9A-Za-z_\-]{20,}"
    r"|\bgh[pousr]_[0-9A-Za-z]{20,}|\bgithub_pat_[0-9A-Za-z_]{20,}|\bglpat-[0-9A-Za-z_\-]{16,}"
    r"|\bxox[abprs]-[0-9A-Za-z\-]{10,}"
    r"|\bAIza[0-9A-Za-z_\-]{30,}"
    r"|\beyJ[0-9A-Za-z_\-]{8,}\.eyJ[0-9A-Za-z_\-]{8,}"
    r"|\b(Basic|Bearer) [0-9A-Za-z+/_\-.=]{12,}"
)
"""What keys of well-known services, tokens and private keys look like."""
_IN_ADDRESS = re.compile(r"[a-z][a-z0-9+.\-]*://[^/\s:@{}]*:[^/\s@{}]+@", re.IGNORECASE)
"""A sign-in inside an address."""
_DENSE = re.compile(r"(?<![0-9A-Za-z+/_\-])[0-9A-Za-z+/_\-]{32,}={0,2}(?![0-9A-Za-z+/_\-])")
_CHANCE = 4.3
"""Bits per character from which on a long word looks drawn by chance; words and paths have fewer."""


def check(context: Checked) -> Iterable[Problem]:
    """Configs of nodes, and ``connections.json``."""
    advice = "Keep it in the connection's binding (baton secret set), and change it, for others may have seen it."
    for drawing in context.drawings:
        for node in drawing:
            for field, why in _secrets(node.node.config, "config"):
                message = f"{node.label} seems to hold a secret in clear text ({why}). {advice}"
                edit = {"do": "unset", "flow": drawing.flow.id, "node": node.id, "field": field}
                yield RULE.problem(drawing.where(node, field), message, Fix("Remove it here", edit))
    for name, need in context.project.connections.items():
        for field, why in _secrets(plain(need), f"connections.{shortened(name)}"):
            message = f'The connection "{shortened(name)}" seems to hold a secret in clear text ({why}). {advice}'
            yield RULE.problem(Where(file="connections.json", field=field), message)


def _secrets(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """(place, why) of each text below that looks like a secret."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            place = f"{path}.{shortened(str(key))}"
            if isinstance(item, str) and _TELLING.search(str(key)) and _is_literal(item):
                yield place, f"a field called {shortened(str(key))}"
            else:
                yield from _secrets(item, place)
    elif isinstance(value, list | tuple):
        for n, item in enumerate(value, 1):
            yield from _secrets(item, f"{path}[{n}]")
    elif isinstance(value, str) and (why := _why(value)) is not None:
        yield path, why


def _is_literal(text: str) -> bool:
    return bool(text.strip()) and "{" not in text and not _REFERENCE.fullmatch(text.strip())


def _why(text: str) -> str | None:
    if _SHAPES.search(text):
        return "it has the shape of a key"
    if _IN_ADDRESS.search(text):
        return "a sign-in stands inside an address"
    if any(_looks_drawn(word) for word in _DENSE.findall(text)):
        return "it looks like a key"
    return None


def _looks_drawn(word: str) -> bool:
    if not (re.search("[0-9]", word) and re.search("[a-z]", word) and re.search("[A-Z]", word)):
        return False
    bits = -sum(n / len(word) * math.log2(n / len(word)) for n in Counter(word).values())
    return bits >= _CHANCE
