"""``GrowingTrace``: the trace of a run that goes on, ready after each event without being built anew.

Called by the designer, which shows a run while it is watched. Law: at every moment it equals what ``build_trace`` makes
of the same events, but that a text which was ever found at a sensitive place stays hidden.
"""

from __future__ import annotations

from copy import copy

from runtime.engine.events import Envelope
from runtime.trace.build import TraceBuilder
from runtime.trace.drawing import NO_DRAWING, Drawing
from runtime.trace.masking import Masker, mask_run, mask_span, note_run, note_span
from runtime.trace.spans import Span, Trace


class GrowingTrace:
    """``add`` each event as it comes; ``trace`` is the whole, masked. Spans that nothing happened to stay the same
    objects from one trace to the next."""

    def __init__(self, drawing: Drawing = NO_DRAWING) -> None:
        self._drawing = drawing
        self._builder = TraceBuilder(drawing)
        self._masker = Masker(drawing.sensitive_names)
        self._shown: dict[str, Span] = {}
        self._trace: Trace | None = None

    def add(self, envelope: Envelope) -> None:
        """The next event of the journal."""
        self._builder.add(envelope)
        self._trace = None

    @property
    def trace(self) -> Trace:
        """As of the newest event. Costs what the steps cost that something happened to since it was last asked for;
        all of them where a text came to be hidden that may stand anywhere."""
        if self._trace is None:
            self._trace = self._renewed()
        return self._trace

    def _renewed(self) -> Trace:
        whole, fresh = self._builder.unmasked(), self._builder.touched
        known = self._masker.known
        note_run(whole, self._masker)
        for span in fresh.values():
            note_span(span, self._masker, self._drawing)
        for span in whole.spans if self._masker.known != known else fresh.values():
            self._shown[span.step] = self._masked(span)
        fresh.clear()
        shown = copy(whole)
        shown.spans = list(self._shown.values())
        shown.remarks = [copy(remark) for remark in whole.remarks]
        mask_run(shown, self._masker)
        return shown

    def _masked(self, span: Span) -> Span:
        shown = copy(span)
        for parts in ("attempts", "answers", "incidents", "children", "remarks"):
            setattr(shown, parts, [copy(part) for part in getattr(span, parts)])
        shown.sources, shown.absorbed, shown.due = list(span.sources), list(span.absorbed), dict(span.due)
        mask_span(shown, self._masker, self._drawing)
        return shown
