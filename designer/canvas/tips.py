"""Tips and spoken words of what stands on the canvas: always plain text, escaped where Qt would read it as rich."""

from __future__ import annotations

import html

from designer.canvas.card import Card
from designer.canvas.gestures.hits import Hit
from designer.canvas.looks import SPOKEN
from designer.canvas.painting.card import CardState
from designer.canvas.painting.ink import one_line
from designer.canvas.projection.drawn_item import DrawnItem
from designer.canvas.stage import Stage
from designer.document.counted import counted


def tip_of(stage: Stage, hit: Hit) -> str:
    """What a tip says about the thing under the pointer; empty for none."""
    if hit.kind == "plus" and hit.port is not None:
        return plain(f"Add a step after “{hit.port.title}”")
    if hit.kind == "port" and hit.item is not None and hit.port is not None:
        gone = "" if hit.port.known else " (this step has no such outcome any more)"
        return plain(f"{hit.port.title}{gone}: drag to connect")
    if hit.item is not None:
        card = hit.item.card
        lines = [card.title, card.type_title, *([card.summary] if card.summary else [])]
        lines += [problem.message for problem in stage.services.checking.of(stage.flow_id, card.id)[:3]]
        return plain("\n".join(one_line(line) for line in lines))
    if hit.pipe is not None:
        return plain("Drag the end to connect it elsewhere" if hit.kind == "edge_end" else "Insert a step here")
    if hit.drawn is not None and hit.drawn.sort != "note" and hit.drawn.text:
        return plain(one_line(hit.drawn.text))
    return ""


def plain(text: str) -> str:
    """Text that Qt's tips show as it is: what looks like markup would be read as rich text."""
    return html.escape(text).replace("\n", "<br>").join(("<span>", "</span>")) if text else ""


def spoken_step(card: Card, state: CardState) -> str:
    """As a screen reader says it: ``Finance check, approval, waiting for Finance, 1 problem``."""
    words = [card.title, card.kind if card.kind != "unknown" else "unknown kind of step"]
    look = state.look
    if look.state != "idle":
        waits_for = look.state in {"waiting_person", "waiting_time"} and look.words
        words.append(f"waiting for {look.words}" if waits_for else SPOKEN[look.state])
    elif card.chips:
        words += [chip.text for chip in card.chips]
    if not look.reached:
        words.append("not reached")
    problems = state.errors + state.warnings
    if problems:
        words.append(counted(problems, "problem"))
    if look.mocked:
        words.append("mocked")
    if look.breakpoint:
        words.append("breakpoint")
    return ", ".join(one_line(word) for word in words)


def spoken_drawn(item: DrawnItem) -> str:
    """A note, group or lane: ``Gather the facts, group of 6 steps, folded``."""
    if item.sort == "note":
        return f"Note: {one_line(item.text)}" if item.text.strip() else "Note, empty"
    if item.sort == "lane":
        return f"{one_line(item.text)}, lane"
    words = [
        one_line(item.text) or "Group",
        f"group of {counted(item.count, 'step')}",
        *(["folded"] if item.folded else []),
    ]
    state, problems = item.state.look.state, item.state.errors + item.state.warnings
    if item.folded and state != "idle":
        words.append(SPOKEN[state])
    if item.folded and problems:
        words.append(counted(problems, "problem"))
    return ", ".join(words)
