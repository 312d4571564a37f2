"""journal -> what people look at: the trace of a run, why each step went where it went, its state at any event."""

from runtime.trace.build import TraceBuilder, build_trace
from runtime.trace.drawing import NO_DRAWING, Drawing, DrawnNode, draw
from runtime.trace.explain import (
    answer_words,
    attempt_words,
    card_of,
    incident_words,
    run_words,
    span_words,
    value_words,
)
from runtime.trace.masking import MASK, Masker, mask_envelope, mask_trace
from runtime.trace.phrases import error_message, event_words
from runtime.trace.spans import Answer, Attempt, Child, Incident, Remark, Span, Trace

__all__ = [
    "MASK",
    "NO_DRAWING",
    "Answer",
    "Attempt",
    "Child",
    "Drawing",
    "DrawnNode",
    "Incident",
    "Masker",
    "Remark",
    "Span",
    "Trace",
    "TraceBuilder",
    "answer_words",
    "attempt_words",
    "build_trace",
    "card_of",
    "draw",
    "error_message",
    "event_words",
    "incident_words",
    "mask_envelope",
    "mask_trace",
    "run_words",
    "span_words",
    "value_words",
]
