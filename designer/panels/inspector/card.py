"""``ReasonCard``: which way the step went, why, and what would have changed it, in sentences."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from designer.pieces import LinkButton, PlainText, rule
from designer.services import Services
from designer.session.session import Session
from designer.session.story import Story
from designer.session.what_if import changed_input
from designer.theme.type_scale import BODY, BODY_STRONG, SMALL
from nodes.contract import Pure, Value
from runtime.trace import card_of
from runtime.trace.spans import Span

TONES = {"approved": "good", "rejected": "bad", "timeout": "wait", "error": "bad"}


class ReasonCard(QFrame):
    """First the outcome, then the reason; a decision also says what would have changed it and which rule it was."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._span: tuple[str, str] | None = None
        self.setProperty("role", "card")
        self.outcome = PlainText("", BODY_STRONG)
        self.reason = PlainText("", BODY, wrap=True)
        self._head = QFrame()
        self._head.setProperty("role", "card-head")
        head = QVBoxLayout(self._head)
        head.setContentsMargins(12, 10, 12, 10)
        head.setSpacing(4)
        head.addWidget(self.outcome)
        head.addWidget(self.reason)
        self._flip_title = PlainText("What would have changed it", BODY_STRONG)
        self.flip = PlainText("", BODY, "secondary", wrap=True)
        self.rule = PlainText("", SMALL, "muted")
        self._open = LinkButton("Open rule")
        self._open.clicked.connect(self._open_rule)
        body = QVBoxLayout()
        body.setContentsMargins(12, 10, 12, 10)
        body.setSpacing(4)
        body.addWidget(self._flip_title)
        body.addWidget(self.flip)
        self.again = LinkButton("")
        self.again.clicked.connect(self._run_again)
        self._again: tuple[Value, str] | None = None
        self._session: Session | None = services.extras.get("session")
        body.addWidget(self.again, alignment=Qt.AlignmentFlag.AlignLeft)
        self._rule_line = rule()
        body.addSpacing(6)
        body.addWidget(self._rule_line)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 4, 0, 0)
        foot.addWidget(self.rule)
        foot.addStretch(1)
        foot.addWidget(self._open)
        body.addLayout(foot)
        self._body = QWidget()
        self._body.setLayout(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head)
        whole.addWidget(self._body)

    def show_span(self, story: Story, span: Span) -> None:
        """The reason of this step."""
        self._span = (story.flow_id, span.node)
        port = story.drawing.node(span.node).ports.get(span.port or "", span.port or "")
        ended = span.port is not None
        self.outcome.setText(str(port) if ended else "")
        self.outcome.setVisible(ended and span.kind not in ("effect", "start", "assign", "end"))
        node = story.flow.node(span.node)
        kinds = {known.name: str(known.kind) for known in (self._services.facts.of(node).ports or ())} if node else {}
        tone = TONES.get(kinds.get(span.port or "", ""), "plain")
        self._head.setProperty("tone", tone)
        self.outcome.restyle(tone if tone != "plain" else "primary")
        self._head.style().unpolish(self._head)
        self._head.style().polish(self._head)
        card = card_of(span, story.drawing.node(span.node))
        flip = card.sentence if card is not None else ""
        words = story.words(span).removesuffix(flip).strip()
        self.reason.setText(words)
        self.reason.setVisible(bool(words))
        self.setVisible(bool(words) or ended)
        matched = ", ".join(f"Rule {fired.number} matched" for fired in card.rules[:2]) if card is not None else ""
        self.flip.setText(flip)
        self._flip_title.setVisible(bool(flip))
        self.flip.setVisible(bool(flip))
        self.rule.setText(matched)
        self.rule.setVisible(bool(matched))
        decision = span.category == "decision"
        self._open.setVisible(decision)
        self._body.setVisible(bool(flip) or decision)
        self._again = changed_input(story, span)
        self.again.setVisible(self._again is not None and self._session is not None)
        if self._again is not None:
            self.again.setText(f"Change {self._again[1]} and run again")

    def _open_rule(self) -> None:
        window = self._services.window
        if self._span is None or window is None:
            return
        flow, node_id = self._span
        shown = self._services.document.project.flows.get(flow)
        node = shown.node(node_id) if shown is not None else None
        does = self._services.facts.of(node).behaviour if node is not None else None
        asks = does.decisions if isinstance(does, Pure) else ()
        window.show_mode("design")
        if asks:
            window.open_editor("decision_table", f"{asks[0].file}/{asks[0].decision}")
        else:
            self._services.selection.show_field(flow, node_id, "")

    def _run_again(self) -> None:
        if self._again is not None and self._span is not None and self._session is not None:
            self._session.rehearse(self._span[0], self._again[0])
