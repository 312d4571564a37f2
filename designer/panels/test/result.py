"""``ResultCard``: how the run that is shown stands, in a sentence, and the way on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from designer.document.counted import counted
from designer.pieces import Chip, LinkButton, PlainText
from designer.services import Services
from designer.session.session import Session
from designer.session.words import ran_words, standing_words, story_words
from designer.theme.type_scale import BODY

if TYPE_CHECKING:  # see session.py
    from designer.session.story import Story

NOT_KEPT = "It is not kept when this window is closed, because the project is open in another one, too"


class ResultCard(QFrame):
    """Hidden until something ran."""

    def __init__(self, services: Services, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._session = services, session
        self.setProperty("role", "card")
        self.chip = Chip(services.theme)
        self.words = PlainText("", BODY, "secondary", wrap=True)
        self.way = LinkButton("")
        self.way.clicked.connect(self._go)
        line = QHBoxLayout()
        line.addWidget(self.chip)
        line.addStretch(1)
        line.addWidget(self.way)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self.words)
        session.story_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """As the run stands now."""
        story = self._session.story
        self.setVisible(story is not None)
        if story is None:
            return
        if story.ended:
            title = story.outcome_title()
            cancelled = story.state == "cancelled"
            self.chip.say(*(story_words(story) if cancelled else (title or "Finished", "done", "check")))
            sent = "Nothing was sent" if story.rehearsed else self._ran(story)
            self.words.setText(f"{counted(len(story.trace.spans), 'step')}. {sent}.")
            self.way.setText("Look at every step")
        elif story.state == "suspended":
            self.chip.say(*story_words(story))
            self.words.setText(standing_words(story))
            self.way.setText("Resume")
        elif self._session.incidents:
            self.chip.say("Needs a decision", "incident", "snowflake")
            self.words.setText(f"“{self._session.incidents[0].step_title}”: {self._session.incidents[0].message}")
            self.way.setText("Decide")
        elif self._session.tasks:
            task = self._session.tasks[0]
            self.chip.say("Waits for a person", "waiting_person", "user")
            self.words.setText(task.title)
            self.way.setText(f"Answer as {task.role_title}")
        elif self._session.can_go_on:
            self.chip.say("Stopped here", "waiting_time", "pause")
            self.words.setText("The rest is played when you want it.")
            self.way.setText("Go on")
        else:
            timed = self._session.can_skip_time
            self.chip.say(*(("Waits for time", "waiting_time", "hourglass") if timed else story_words(story)))
            self.words.setText("The clock can be moved on." if timed else standing_words(story))
            self.way.setText("Skip the wait" if timed else "")
        if not story.ended and not story.rehearsed:
            self.words.setText(f"{self.words.text()} {self._ran(story)}.".strip())
        self.words.setVisible(bool(self.words.text()))
        self.way.setVisible(bool(self.way.text()))

    def _ran(self, story: Story) -> str:
        ran = ran_words(story, practised=self._session.practised)
        return ran if self._session.kept else f"{ran}. {NOT_KEPT}"

    def _go(self) -> None:
        story, window = self._session.story, self._services.window
        if story is None:
            return
        if story.ended:
            decisions = [span.node for span in story.trace.spans if span.category == "decision"]
            if window is not None:
                window.show_mode("replay")
            if decisions:
                self._services.selection.select((decisions[-1],))
        elif story.state == "suspended":
            self._session.resume()
        elif self._session.incidents or self._session.tasks:
            waiting = self._session.incidents or self._session.tasks
            self._services.selection.select((waiting[0].node,))
            if window is not None:
                window.show_panel("inspector")
        elif self._session.can_go_on:
            self._session.go_on()
        else:
            self._session.skip_time()
