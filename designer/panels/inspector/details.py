"""The rows of attempts and technical details of one step."""

from __future__ import annotations

from dataclasses import dataclass

from designer.session.story import Story
from designer.session.words import clock, day
from runtime.trace.explain import answer_words, attempt_words, incident_words, value_words
from runtime.trace.spans import Span

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Rows for two sections."""

    attempts: Rows
    technical: Rows


def details_of(story: Story, span: Span) -> Details:
    """What testers and admins ask for when the sentence is not enough."""
    attempts = tuple((clock(attempt.started_at), attempt_words(attempt)) for attempt in span.attempts)
    technical: list[tuple[str, str]] = [
        ("Step", span.step),
        ("Type", span.type),
        ("Began", f"{day(span.started_at)} ({clock(span.started_at)})"),
    ]
    if span.ended_at is not None:
        technical.append(("Ended", f"{day(span.ended_at)} ({clock(span.ended_at)})"))
    technical.append(("Events", f"{span.first_seq} to {span.last_seq}"))
    if span.port:
        technical.append(("Left by", span.port))
    technical += [("Came from", f"{source.step} by {source.port}") for source in span.sources]
    technical += [(f"Deadline ({purpose})", day(at)) for purpose, at in span.due.items()]
    if span.facts is not None:
        technical.append(("Fixed at start", value_words(span.facts, 400)))
    technical += [("Answer", answer_words(answer, story.drawing, span.node)) for answer in span.answers]
    technical += [("Incident", incident_words(incident, story.drawing)) for incident in span.incidents]
    technical += [("Remark", remark.words) for remark in span.remarks]
    technical += [("Note", note) for note in span.notes]
    technical += [("Called run", child.run) for child in span.children]
    technical.append(("Run", story.run))
    return Details(attempts, tuple(technical))
