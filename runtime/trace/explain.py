"""Why this port: one sentence per step, from what the journal holds, for people who did not draw the flow.

Works on masked spans, so nothing sensitive can slip into a sentence. Total: a step of an unknown kind gets one too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from nodes.contract import Value, to_plain
from runtime.trace.drawing import NO_DRAWING, Drawing, DrawnNode
from runtime.trace.masking import MASK
from runtime.trace.phrases import HOWS, INCIDENT_KINDS, PURPOSES, clock, error_message, person_words, says_unclear
from runtime.trace.spans import Answer, Attempt, Incident, Span, Trace

if TYPE_CHECKING:
    from nodes.dmn.card import DecisionCard

_LONGEST_VALUE = 80
_exact = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
"""numbers stand as numbers, digit by digit: in quotes they would look like texts"""


def value_words(value: Value, longest: int = _LONGEST_VALUE) -> str:
    """A value on one line: texts in quotes, long ones cut."""
    plain = to_plain(_beginning(value, longest)[0])
    words = plain if isinstance(plain, str) else _one_line(plain)
    words = words if len(words) <= longest else words[: longest - 1] + "…"
    return f'"{words}"' if isinstance(plain, str) else words


def _beginning(value: Value, room: int) -> tuple[Value, int]:
    """As much of a value as fills so many characters, and how many it fills at least: nobody reads the rest."""
    if isinstance(value, str):
        return value[: room + 1], len(value)
    used = 1  # what opens it; what closes it comes behind all that is in it
    if isinstance(value, Mapping):
        fields: dict[str, Value] = {}
        for name, item in value.items():
            if used > room:
                break
            fields[name], filled = _beginning(item, room - used)
            used += len(name) + filled
        return fields, used + 1
    if isinstance(value, list | tuple):
        items: list[Value] = []
        for item in value:
            if used > room:
                break
            begun, filled = _beginning(item, room - used)
            items.append(begun)
            used += filled
        return items, used + 1
    return value, 1


def _one_line(plain: Any) -> str:
    if plain is None:
        return "null"
    if isinstance(plain, dict | list):
        return msgspec.json.format(_exact.encode(plain), indent=0).decode()
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


def span_words(span: Span, drawing: Drawing = NO_DRAWING, card: DecisionCard | None = None) -> str:
    """Why the step left by its port, or what it stands at now. `card`: that of a decision, by who has it already."""
    return _span_words(span, drawing, lambda of, node: _told_by_node(of, node, card))


def short_words(span: Span, drawing: Drawing = NO_DRAWING) -> str:
    """The same without the values that it went by and without what would have changed it: for one line of a list."""
    return _span_words(span, drawing, _reason_of_node)


def _span_words(span: Span, drawing: Drawing, told_by: Callable[[Span, DrawnNode], str]) -> str:
    node = drawing.node(span.node)
    if span.live:
        return _standing(span, drawing)
    if span.state == "cancelled":
        maybe = " It may have taken effect." if span.possibly_done else ""
        return f"Cancelled{f': {span.cancel_cause}' if span.cancel_cause else ''}.{maybe}"
    last = span.incidents[-1] if span.incidents else None
    if span.by_hand or (last is not None and last.how in {"by_hand", "other_port", "discard"}):
        return _by_person(last, span)
    told = told_by(span, node)
    if told:
        return told
    return _BY_KIND.get(span.kind, _plain_end)(span, drawing)


def attempt_words(attempt: Attempt) -> str:
    """One attempt in one sentence."""
    took = "" if attempt.ended_at is None else f" after {_seconds(attempt.ended_at - attempt.started_at)}"
    why = {"takeover": " (taken over from a lost worker)", "resolved": " (an operator asked for it)"}.get(
        attempt.reason, ""
    )
    if attempt.state == "succeeded":
        return f"Attempt {attempt.number} succeeded{took}{why}."
    if attempt.state == "failed":
        unclear = " Whether it took effect is unclear." if attempt.unclear else ""
        asked = f" The other side asked for {attempt.retry_after:g} s of patience." if attempt.retry_after else ""
        reason = _sentence(error_message(attempt.error) or "no reason given")
        return f"Attempt {attempt.number} failed{took}{why}: {reason}{unclear}{asked}"
    if attempt.state == "running":
        return f"Attempt {attempt.number} is under way{why}."
    return f"Attempt {attempt.number} was {attempt.state}{took}{why}."


def answer_words(answer: Answer, drawing: Drawing = NO_DRAWING, node: str = "") -> str:
    """One answer in one sentence."""
    title = drawing.node(node).ports.get(answer.choice, answer.choice)
    behalf = f" for {answer.on_behalf_of}" if answer.on_behalf_of else ""
    void = "" if answer.counts else " It no longer counts, since the task was changed afterwards."
    return f"{answer.by}{behalf} chose {title} at {clock(answer.at, drawing.local_times)}.{void}"


def incident_words(incident: Incident, drawing: Drawing = NO_DRAWING) -> str:
    """One incident and its end in one sentence."""
    what = f"It {INCIDENT_KINDS.get(incident.kind, incident.kind)}"
    message = error_message(incident.error)
    begin = f"{what}: {_sentence(message)}" if message else f"{what}."
    if says_unclear(message):
        begin = _sentence(message)
    if incident.ended_at is None:
        return f"{begin} A person has to decide how to go on."
    reason = f" ({incident.reason})" if incident.reason else ""
    how = f"{HOWS.get(incident.how, incident.how)}{reason}"
    # A person's id stays as it is written: "zorro", never "Zorro".
    ending = f"{how[:1].upper()}{how[1:]}" if incident.how == "closed" else f"{_operator(incident)} {how}"
    return f"{begin} {ending}, at {clock(incident.ended_at, drawing.local_times)}."


def run_words(trace: Trace, drawing: Drawing = NO_DRAWING) -> str:
    """How the run ended, or where it stands, in one sentence."""
    if trace.state == "completed":
        if trace.outcome is None:
            return "Completed without a named outcome."
        settled = "the matter is settled" if trace.resolved else "the matter is not settled"
        return f"Completed: {drawing.outcomes.get(trace.outcome, trace.outcome)} ({settled})."
    if trace.state == "cancelled":
        return "Cancelled."
    stopped = [span.title for span in trace.spans if span.state == "stopped"]
    if stopped:
        return f"Needs a person at {', '.join(stopped)}."
    live = [f"{span.title} ({span.state})" for span in trace.spans if span.live]
    where = f" at {', '.join(live)}" if live else ""
    return f"{(trace.state or 'unknown').capitalize()}{where}."


def _told_by_node(span: Span, node: DrawnNode, card: DecisionCard | None) -> str:
    """What the node type itself journaled as ``why``: ``{condition, index, values}`` or ``{words, values}`` (N4)."""
    why = span.why
    if not isinstance(why, Mapping):
        return ""
    values = why.get("values")
    used = _used(values) if isinstance(values, Mapping) else ""
    reason = _reason_of_node(span, node)
    if not reason:
        return used.strip()
    card = card or card_of(span, node)
    flip = f" {card.sentence}" if card is not None and card.sentence else ""
    return f"{reason}{used}{flip}"


def _reason_of_node(span: Span, node: DrawnNode) -> str:
    why = span.why
    if not isinstance(why, Mapping):
        return ""
    words, condition = why.get("words"), why.get("condition")
    if isinstance(words, str) and words:
        return _sentence(words)
    title = node.ports.get(span.port or "", span.port or "")
    if isinstance(condition, str) and condition:
        return f"{title}, because {condition} is true."
    if "index" in why and why.get("index") is None:
        return f"{title}, because none of the conditions is true."
    return ""


def card_of(span: Span, node: DrawnNode) -> DecisionCard | None:
    """Which rules decided a step and what would have changed it; None where a value that it went by is masked."""
    why = span.why
    if node.card is None or not isinstance(why, Mapping) or not why or span.ended_at is None or _is_masked(why):
        return None
    return node.card(why, span.ended_at)


def _is_masked(value: Value) -> bool:
    if isinstance(value, str):
        return MASK in value
    if isinstance(value, Mapping):
        return any(_is_masked(item) for item in value.values())
    return isinstance(value, list | tuple) and any(_is_masked(item) for item in value)


def _used(values: Mapping[str, Value]) -> str:
    listed = ", ".join(f"{name} = {value_words(value)}" for name, value in values.items())
    return f" With {listed}." if listed else ""


def _operator(incident: Incident | None) -> str:
    return person_words(incident.by) if incident is not None and incident.by else "An operator"


def _by_person(incident: Incident | None, span: Span) -> str:
    by = _operator(incident)
    how = HOWS.get(incident.how, "decided") if incident is not None else "decided"
    reason = f": {_sentence(incident.reason)}" if incident is not None and incident.reason else "."
    return f"{by} {how}{f' ({span.port})' if span.port else ''}{reason}"


def _standing(span: Span, drawing: Drawing) -> str:
    if span.state == "stopped" and span.incidents:
        return incident_words(span.incidents[-1], drawing)
    if span.state == "retrying" and span.attempts:
        return f"{attempt_words(span.attempts[-1])} The next attempt follows."
    if span.kind == "human_task":
        node = drawing.node(span.node)
        role = f" for {node.role}" if node.role else ""
        had = f"; {len([a for a in span.answers if a.counts])} answered so far" if span.answers else ""
        return f"Waits{role} to decide{_until(span, drawing, 'due', 'timeout')}{had}."
    if span.kind == "wait":
        return f"Waits{_until(span, drawing, 'wait')}."
    if span.kind == "await_signal":
        return f"Waits for a signal{_signal_name(span)}{_until(span, drawing, 'timeout')}."
    if span.kind in {"child", "children"}:
        open_ones = len([child for child in span.children if child.ended_at is None])
        return "Waits for the run that it called." if open_ones == 1 else f"Waits for {open_ones} called runs."
    if span.state == "collecting":
        return f"Waits for further branches; {len(span.sources)} arrived{_until(span, drawing, 'timeout')}."
    return f"{span.state.capitalize()}."


def _until(span: Span, drawing: Drawing, *purposes: str) -> str:
    due = next((span.due[purpose] for purpose in purposes if purpose in span.due), None)
    return f" until {clock(due, drawing.local_times)}" if due else ""


def _signal_name(span: Span) -> str:
    if not isinstance(span.facts, Mapping):
        return ""
    name, key = span.facts.get("name"), span.facts.get("key")
    return f" {name}{f' with the key {value_words(key)}' if key is not None else ''}" if name is not None else ""


def _effect(span: Span, drawing: Drawing) -> str:
    node, tries = drawing.node(span.node), len(span.attempts)
    failed = [attempt for attempt in span.attempts if attempt.state == "failed"]
    if span.port == "error":
        last = (
            error_message(failed[-1].error)
            if failed
            else error_message(span.output.get("error") if isinstance(span.output, Mapping) else None)
        )
        all_of = f"all {tries} attempts failed" if tries > 1 else "the attempt failed"
        return f"Left by Error, because {all_of}{f': {_sentence(last)}' if last else '.'}"
    if span.fired == "timeout":
        return f"Left by {node.ports.get(span.port or '', span.port or '')}, because its time was over."
    if failed:
        reasons = "; ".join(dict.fromkeys(error_message(attempt.error) for attempt in failed if attempt.error))
        return (
            f"The other side answered at attempt {tries}{f', after failures: {_sentence(reasons)}' if reasons else '.'}"
        )
    if tries > 1:
        return f"The other side answered at attempt {tries}; earlier ones were taken over."
    return "The other side answered, and the answer counts as success."


def _task(span: Span, drawing: Drawing) -> str:
    if span.fired == "timeout" or span.port == "timeout":
        given = len([answer for answer in span.answers if answer.counts])
        return f"Nobody decided in time ({given} answers so far)." if given else "Nobody answered in time."
    deciding = [answer for answer in span.answers if answer.counts and answer.choice == span.port]
    if not deciding:
        return _plain_end(span, drawing)
    node = drawing.node(span.node)
    needs = node.needs.get(span.port or "", 1)
    people = " and ".join(f"{a.by}{f' for {a.on_behalf_of}' if a.on_behalf_of else ''}" for a in deciding)
    quorum = f" ({needs} had to agree)" if needs > 1 else ""
    at = clock(deciding[-1].at, drawing.local_times)
    return f"{people} chose {node.ports.get(span.port or '', span.port or '')}{quorum}, at {at}."


def _waited(span: Span, drawing: Drawing) -> str:
    due = span.due.get("wait")
    return (
        f"The wait was over at {clock(due, drawing.local_times)}."
        if due
        else "The instant had passed already, so it did not wait."
    )


def _signalled(span: Span, drawing: Drawing) -> str:
    if span.fired == "timeout":
        return f"No signal{_signal_name(span)} came in time."
    return f"Signal{_signal_name(span)} arrived (id {span.signal})." if span.signal else _plain_end(span, drawing)


def _joined(span: Span, drawing: Drawing) -> str:
    came = ", ".join(dict.fromkeys(_named(source.step, drawing) for source in span.sources))
    return f"Its time was over; until then {came} had arrived." if span.fired == "timeout" else f"{came} had arrived."


def _named(step: str, drawing: Drawing) -> str:
    """A step by the title of its node; with its number where it is a later pass."""
    node, _, k = step.partition("#")
    title = drawing.node(node).title
    return title if k in {"", "1"} else f"{title} ({k})"


def _called(span: Span, drawing: Drawing) -> str:
    if span.fired == "timeout":
        return "The called runs did not end in time."
    if len(span.children) == 1:
        how = span.children[0].outcome or span.children[0].state
        return f"The called run ended with {drawing.node(span.node).ports.get(how, how)}."
    return f"All {len(span.children)} called runs have ended."


def _ended(span: Span, drawing: Drawing) -> str:
    outcome = drawing.outcomes.get(span.outcome or "", span.outcome)
    return f"Reached the outcome {outcome}." if outcome else "Ends this branch."


def _plain_end(span: Span, drawing: Drawing) -> str:
    if span.port is None:
        return "Done."
    if span.port == "done" and span.fired not in PURPOSES:
        return ""  # that it is done shows in its state already
    way = drawing.node(span.node).ports.get(span.port, span.port)
    if span.fired in PURPOSES:
        return f"Left by {way} ({PURPOSES[span.fired]})."
    return f"Went on by {way}; the step itself gives no reason."


_BY_KIND: dict[str, Callable[[Span, Drawing], str]] = {
    "effect": _effect,
    "human_task": _task,
    "wait": _waited,
    "await_signal": _signalled,
    "child": _called,
    "children": _called,
    "start": lambda span, drawing: "The run began here.",
    "assign": lambda span, drawing: (
        f"Set {', '.join(span.vars)}." if isinstance(span.vars, Mapping) and span.vars else "Nothing was set."
    ),
    "join": _joined,
    "end": _ended,
}
"""behaviour -> its sentence"""


def _seconds(length: dt.timedelta) -> str:
    seconds = length.total_seconds()
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _sentence(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "!", "?", "…")) else words + "."
