"""A run's trace as a tree of text: steps in order, under each its attempts, answers, incidents, input and output."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text
from rich.tree import Tree

from runtime.cli.printing import length, local_time, marked, safe
from runtime.cli.telling import one_line
from runtime.wire import SpanView, TraceView

_GLYPHS = {
    "completed": ("✓", "green"),
    "cancelled": ("✗", "dim"),
    "stopped": ("!", "red"),
    "retrying": ("↻", "yellow"),
    "waiting": ("…", "magenta"),
    "collecting": ("…", "magenta"),
    "running": ("▶", "cyan"),
    "cancelling": ("✗", "yellow"),
}
_HIDDEN = frozenset({"RunClaimed"})


def trace_tree(trace: TraceView, *, values: bool = True, longest: int | None = 160) -> Tree:
    """The whole page of a trace. ``values`` False leaves inputs and outputs out; ``longest`` cuts each."""
    took = ""
    if trace.started_at and trace.ended_at:
        took = f" in {length((trace.ended_at - trace.started_at).total_seconds())}"
    head = Text.from_markup(
        f"[bold]{marked(trace.title or trace.flow)}[/bold]  {marked(trace.run)}\n"
        f"{marked(trace.words.rstrip('.'))}{took}. Started {local_time(trace.started_at)}"
        + (f" for {marked(trace.requester)}" if trace.requester else "")
        + f", release {marked(trace.release[:12])}, environment {marked(trace.environment)}."
    )
    tree = Tree(head, guide_style="dim")
    if values and trace.input is not None:
        tree.add(_value("input", trace.input, longest))
    if trace.skipped:
        tree.add(Text(f"({trace.skipped} steps before these)", style="dim"))
    before = ""
    for span in trace.spans:
        _add(tree, span, before, values, longest)
        before = span.step
    if trace.beyond:
        tree.add(Text(f"({trace.beyond} steps after these; see --skip and --limit)", style="dim"))
    for remark in trace.remarks:
        if remark.what not in _HIDDEN or "lost" in remark.words:
            tree.add(Text(f"{local_time(remark.at)[11:]}  {safe(remark.words)}", style="yellow"))
    return tree


def _add(tree: Tree, span: SpanView, before: str, values: bool, longest: int | None) -> None:
    glyph, colour = _GLYPHS.get(span.state, ("·", "dim"))
    port = f" [dim]->[/dim] [bold]{marked(span.port_title)}[/bold]" if span.port_title else ""
    sources = [source.step for source in span.sources]
    came = f"  [dim]from {marked(', '.join(sources))}[/dim]" if sources and sources != [before] else ""
    took = length((span.ended_at - span.started_at).total_seconds()) if span.ended_at else "…"
    line = Text.from_markup(
        f"[{colour}]{glyph}[/{colour}] {marked(span.title)} [dim]{marked(span.step)}[/dim]{port}"
        f"  [dim]{local_time(span.started_at)[11:]}  {took}[/dim]{came}"  # last, as it is what may need a second line
    )
    branch = tree.add(line)
    for text, style in _lines(span):
        branch.add(Text(safe(text), style=style))
    if values:
        for name, value in (("input", span.input), ("output", span.output), ("set", span.vars)):
            if value is not None and not (name == "set" and span.output == span.vars):
                branch.add(_value(name, value, longest))


def _lines(span: SpanView) -> Iterator[tuple[str, str]]:
    if span.words:
        yield span.words, ""
    eventful = len(span.attempts) > 1 or any(attempt.state != "succeeded" for attempt in span.attempts)
    for attempt in span.attempts if eventful else ():
        late = " Its result came after the step had gone on." if attempt.late is not None else ""
        yield f"{local_time(attempt.started_at)[11:]}  {attempt.words}{late}", "yellow" if attempt.error else "dim"
        for note in attempt.notes:
            yield f"          {note}", "dim"
    for answer in span.answers:
        comment = answer.form.get("comment") if isinstance(answer.form, dict) else None
        yield answer.words + (f' "{comment}"' if comment else ""), "magenta"
    for incident in span.incidents:
        if incident.words == span.words:
            continue
        yield incident.words, "red" if incident.ended_at is None else "yellow"
    for child in span.children:
        yield f"called {child.run}: {child.outcome or child.state}", "cyan"
    for remark in span.remarks:
        yield f"{local_time(remark.at)[11:]}  {remark.words}", "dim"
    for note in span.notes:
        yield note, "dim"


def _value(name: str, value: object, longest: int | None) -> Text:
    text = Text.from_markup(f"[dim]{name:<6}[/dim] {marked(one_line(value, longest))}")
    text.no_wrap, text.overflow = True, "ellipsis"  # JSON broken by the branches of the tree can't be copied
    return text
