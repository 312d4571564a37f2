"""What no view may show: sealed values, fields that are declared sensitive, and keys whose name gives them away.

Law: masking goes by place *and* by value. A text found at a sensitive place is masked wherever else it turns up in the
same trace, because an output or an error message often repeats what was sent. Numbers and short texts are masked by
place only: hiding every "1" would hide the trace.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TypeAlias

from nodes.contract import Sealed, Value
from runtime.engine.events import VALUES, Envelope
from runtime.trace.drawing import NO_DRAWING, Drawing
from runtime.trace.spans import Answer, Attempt, Child, Incident, Remark, Span, Trace

MASK = "•••"
"""Stands where something is hidden."""

_SHORTEST = 6
"""Texts shorter than this are masked by place only."""

_TELLING = re.compile(
    r"(^|[_\-. ])(password|passwd|passphrase|pwd|secret|token|api[_\-]?key|apikey|authorization|cookie|set-cookie"
    r"|private[_\-]?key|access[_\-]?key|credentials?|cvv|cvc|pin)$",
    re.IGNORECASE,
)


class Masker:
    """Hides sensitive places of values; ``note`` every value first, then ``mask`` each."""

    def __init__(self, names: Iterable[str] = (), texts: Iterable[str] = ()) -> None:
        self._names = frozenset(names)
        self._texts = {text for text in texts if len(text) >= _SHORTEST}
        self._pattern: re.Pattern[str] | None = None

    @property
    def known(self) -> int:
        """How many texts are hidden wherever they turn up."""
        return len(self._texts)

    def note(self, value: Value, paths: frozenset[str] = frozenset(), _path: str = "", _hidden: bool = False) -> None:
        """Remembers the texts that stand at sensitive places of ``value``."""
        if isinstance(value, str):
            if _hidden and len(value) >= _SHORTEST:
                self._texts.add(value)
                self._pattern = None
        elif isinstance(value, Mapping):
            for key, item in value.items():
                inner = f"{_path}.{key}" if _path else str(key)
                self.note(item, paths, inner, _hidden or self._is_hidden(key, inner, paths))
        elif isinstance(value, list | tuple):
            for number, item in enumerate(value, 1):
                inner = f"{_path}[{number}]"
                self.note(item, paths, inner, _hidden or inner in paths)

    def mask(self, value: Value, paths: frozenset[str] = frozenset(), _path: str = "") -> Value:
        """A copy of ``value`` that may be shown."""
        if isinstance(value, Sealed):
            return MASK
        if isinstance(value, str):
            return self.mask_text(value)
        if isinstance(value, Mapping):
            shown = {}
            for key, item in value.items():
                inner = f"{_path}.{key}" if _path else str(key)
                hidden = item is not None and self._is_hidden(key, inner, paths)
                shown[key] = MASK if hidden else self.mask(item, paths, inner)
            return shown
        if isinstance(value, list | tuple):
            masked = []
            for number, item in enumerate(value, 1):
                inner = f"{_path}[{number}]"
                masked.append(MASK if inner in paths and item is not None else self.mask(item, paths, inner))
            return masked
        return value

    def mask_text(self, text: str) -> str:
        """``text`` with every remembered sensitive text in it hidden."""
        if not self._texts or not text:
            return text
        if self._pattern is None:
            # The longest first, so that no remainder of a longer one stays visible.
            self._pattern = re.compile("|".join(re.escape(t) for t in sorted(self._texts, key=lambda t: (-len(t), t))))
        return self._pattern.sub(MASK, text)

    def _is_hidden(self, key: object, path: str, paths: frozenset[str]) -> bool:
        # Values that a decision went by stand under their whole path: `input.iban` is as sensitive as `iban`.
        named = key in self._names or (isinstance(key, str) and key.rpartition(".")[2] in self._names)
        return path in paths or named or (isinstance(key, str) and bool(_TELLING.search(key)))


_Part: TypeAlias = Trace | Span | Attempt | Answer | Incident | Child | Remark


def mask_trace(trace: Trace, drawing: Drawing = NO_DRAWING) -> Trace:
    """The same trace (changed in place), fit to be shown."""
    masker = Masker(drawing.sensitive_names)
    note_run(trace, masker)
    for span in trace.spans:
        note_span(span, masker, drawing)
    mask_run(trace, masker)
    for span in trace.spans:
        mask_span(span, masker, drawing)
    return trace


def note_run(trace: Trace, masker: Masker) -> None:
    """Notes the values of the run as a whole."""
    for value in _values_of(trace):
        masker.note(value)


def note_span(span: Span, masker: Masker, drawing: Drawing) -> None:
    """Notes the values of one step."""
    paths = drawing.node(span.node).sensitive
    parts: tuple[_Part, ...] = (span, *span.attempts, *span.answers, *span.incidents, *span.children)
    for part in parts:
        for value in _values_of(part):
            masker.note(value, paths)


def mask_run(trace: Trace, masker: Masker) -> None:
    """Masks what is told of the run as a whole, in place; its spans are left alone."""
    parts: tuple[_Part, ...] = (trace, *trace.remarks)
    for part in parts:
        _mask_fields(part, masker, frozenset())


def mask_span(span: Span, masker: Masker, drawing: Drawing) -> None:
    """Masks one step, in place."""
    paths = drawing.node(span.node).sensitive
    parts: tuple[_Part, ...] = (
        span,
        *span.attempts,
        *span.answers,
        *span.incidents,
        *span.children,
        *span.remarks,
    )
    for part in parts:
        _mask_fields(part, masker, paths)
    span.notes = tuple(masker.mask_text(note) for note in span.notes)


def mask_envelope(envelope: Envelope, drawing: Drawing = NO_DRAWING) -> Envelope:
    """An event fit to be shown on its own: masked by place, and by the values that stand in this one event."""
    event = envelope.event
    names = VALUES.get(type(event), ())
    if not names:
        return envelope
    step = getattr(event, "step", "")
    paths = drawing.node(step.rpartition("#")[0]).sensitive if step else frozenset()
    masker = Masker(drawing.sensitive_names)
    for name in names:
        masker.note(getattr(event, name), paths)
    shown = {name: masker.mask(getattr(event, name), paths) for name in names}
    kind = type(event)
    rebuilt = kind(**{field: shown.get(field, getattr(event, field)) for field in kind.__struct_fields__})
    return Envelope(envelope.stream, envelope.seq, envelope.at, envelope.actor, rebuilt)


_VALUE_FIELDS = frozenset({"input", "case", "output", "facts", "why", "vars", "payload", "error", "late", "form"})
_TEXT_FIELDS = frozenset({"reason", "words", "cancel_cause"})


def _values_of(part: _Part) -> Iterable[Value]:
    return (getattr(part, field.name) for field in fields(part) if field.name in _VALUE_FIELDS)


def _mask_fields(part: _Part, masker: Masker, paths: frozenset[str]) -> None:
    for field in dataclasses.fields(part):
        if field.name in _VALUE_FIELDS:
            setattr(part, field.name, masker.mask(getattr(part, field.name), paths))
        elif field.name in _TEXT_FIELDS:
            setattr(part, field.name, masker.mask_text(getattr(part, field.name)))
