"""``ExpressionField``: where FEEL is typed: colours, what is in scope, mistakes at their place with their repair, what
it gives on the sample, and the sentence that it says.

Used wherever an expression is typed, in forms and pages. Law: an expression that can't be read is kept and shown as
one, never dropped and never taken for another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from designer.forms.code_editor import CodeEditor, Squiggle
from designer.forms.complaint import Complaint
from designer.forms.completion import CompletionList, Offer
from designer.forms.context import FormContext
from designer.forms.sample_strip import SampleStrip
from designer.forms.scope_names import Scope
from designer.forms.spoken import spoken_expression
from designer.forms.trying import Tried, sample_choice, try_expression, values_of
from designer.pieces import PlainText
from designer.pieces.marking import mark
from designer.theme.alive import alive
from designer.theme.type_scale import SMALL
from nodes.contract import Moment
from nodes.feel import Candidate, Problem, check, complete, highlight

CHECK_MS = 150
_KINDS = {"context": "group", "list": "list", "string": "text", "boolean": "yes or no"}
"""kinds of values in the words of the forms"""
QUIET_CODES = frozenset({"pattern"})


class ExpressionField(QFrame):
    """``typed`` carries the text after each change by a person."""

    typed = Signal(str)
    looked = Signal()
    """it was checked: ``problems`` are those of what stands there"""

    def __init__(
        self,
        context: FormContext,
        moment: Moment = Moment.START,
        *,
        condition: bool = False,
        names: Callable[[], Scope] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._moment, self._condition = context, moment, condition
        self._names = names
        theme = context.services.theme
        self.frame = QFrame(self)
        self.frame.setProperty("role", "field")
        self.editor = CodeEditor(theme, lambda text: highlight(text, list(self.scope.shapes) or None), self.frame)
        self.editor.setProperty("role", "inner")
        self.editor.setAccessibleName("Expression")
        self.completion = CompletionList(self.editor, theme, self._offers)
        self.strip: SampleStrip | None = None
        self.sentence: PlainText | None = None
        self._boxed = QVBoxLayout(self.frame)
        self._boxed.setContentsMargins(1, 1, 1, 1)
        self._boxed.setSpacing(0)
        self._boxed.addWidget(self.editor)
        self.complaint = Complaint(theme, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.frame)
        self._column.addWidget(self.complaint)
        self._pause = QTimer(self, singleShot=True, interval=CHECK_MS)
        self._pause.timeout.connect(self.look)
        self.editor.typed.connect(self._typed)
        self.editor.installEventFilter(self)
        sample_choice(context.services).changed.connect(self._pause.start)
        self._tried: tuple[Tried, str] | None = None
        self.problems: tuple[Problem, ...] = ()

    @property
    def scope(self) -> Scope:
        """The names that may be used here."""
        return self._names() if self._names is not None else self._context.scope(self._moment)

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.editor.toPlainText()

    def show_text(self, text: str) -> None:
        """Show this expression."""
        if text != self.text or not text:
            self.editor.show_text(text)
        self._pause.start()

    def forget(self) -> None:
        """Another step's expression comes next: what is said of this one goes at once."""
        self._pause.stop()
        self.problems, self._tried = (), None
        self.completion.close_list()
        self.editor.show_squiggles([])
        self.complaint.say("")
        self._say_sentence(None)
        self._show_result()

    def look(self) -> None:
        """Check it, try it and say it, now."""
        if not alive(self, self.editor) or self._context.resting:
            return
        text, scope = self.text, self.scope
        found = check(text, dict(scope.checked) or None) if text.strip() else []
        self.problems = tuple(problem for problem in found if problem.code not in QUIET_CODES)
        self.editor.show_squiggles([Squiggle(*_place(text, one)) for one in self.problems])
        self._say_problem(text)
        self.looked.emit()
        self._try(text)
        titles = {name.path: name.title for name in scope.names if name.title}
        flow = self._context.flow
        if flow is not None:
            titles.update({(node.id,): node.title for node in flow.nodes if node.title})
        words = None if self.problems else spoken_expression(text, titles)
        self._say_sentence(words)

    def set_invalid(self, invalid: bool) -> None:
        """A red outline."""
        mark(self.frame, "invalid", invalid or bool(self.problems))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut) and alive(self):
            mark(self.frame, "focused", event.type() == QEvent.Type.FocusIn)
            self._show_result()
        return super().eventFilter(watched, event)

    # --- inside ---

    def _typed(self, text: str) -> None:
        self.typed.emit(text)
        self._pause.start()

    def _say_sentence(self, words: str | None) -> None:
        """The expression as a colleague reads it aloud; None where there is no sentence for it."""
        if words is None:
            if self.sentence is not None:
                self.sentence.hide()
            return
        if self.sentence is None:
            self.sentence = PlainText("", SMALL, "muted", wrap=True, parent=self)
            self._column.addWidget(self.sentence)
        self.sentence.setText(words)
        self.sentence.show()

    def _say_problem(self, text: str) -> None:
        mark(self.frame, "invalid", bool(self.problems))
        if not self.problems:
            self.complaint.say("")
            return
        problem = self.problems[0]
        message = problem.message if problem.suggestion is None else f"{problem.message} {problem.suggestion}"
        instead = problem.instead
        if instead is None:
            self.complaint.say(_plain(message), other="Show all values", run_other=self._show_all)
            return
        start = min(instead.start, _offset(text, problem)) if problem.code == "unknown_property" else instead.start
        self.complaint.say(
            _plain(message),
            repair=f"Use {text[start : instead.start]}{instead.text}",
            run=lambda: self._use(*instead),
            other="Show all values",
            run_other=self._show_all,
        )

    def _use(self, start: int, length: int, wanted: str) -> None:
        self.editor.write(start, length, wanted)
        self.editor.setFocus()
        self.look()

    def _show_all(self) -> None:
        self.editor.setFocus()
        if self.problems:
            cursor = self.editor.textCursor()
            cursor.setPosition(min(_offset(self.text, self.problems[0]), len(self.text)))
            self.editor.setTextCursor(cursor)
        self.completion.offer(True)

    def _try(self, text: str) -> None:
        flow = self._context.flow
        self._tried = None
        known = self._moment in (Moment.START, Moment.LAZY)  # of an item or a reply no sample tells
        if flow is not None and known and text.strip() and not self.problems:
            values, source = values_of(self._context.services, flow)
            if source:
                self._tried = (try_expression(text, values, flow.zone), source)
        self._show_result()

    def _show_result(self) -> None:
        """The result is seen while the field is used, that of a condition always."""
        if not alive(self, self.editor):
            return
        used = self._condition or self.editor.hasFocus() or (self.strip is not None and self.strip.change.hasFocus())
        if self._tried is None or not used:
            if self.strip is not None:
                self.strip.hide()
            return
        if self.strip is None:
            self.strip = SampleStrip(self._context, self.frame)
            self._boxed.addWidget(self.strip)
        self.strip.say(*self._tried)
        self.strip.show()

    def _offers(self, text: str, position: int) -> Sequence[Offer]:
        return offers_at(text, position, self.scope)


def offers_at(text: str, position: int, scope: Scope) -> list[Offer]:
    """What can be written at a place: what this expression itself calls so, whole paths in scope, then what the
    language has. Inside a text and a remark that is nothing.
    """
    word = _word_before(text, position)
    start = position - len(word)
    found = [_offer(one, scope) for one in complete(text, position, dict(scope.shapes))]
    named = [one.label for one in complete(text[:start], start, dict(scope.shapes)) if one.kind == "name"]
    paths: list[Offer] = []
    if word and named:  # a value can stand here
        fits = [name for name in scope.names if _fits(name.text.lower(), word.lower(), named)]
        fits.sort(key=lambda name: (not name.text.lower().startswith(word.lower()), bool(name.doubt)))
        paths = [
            Offer(n.text, n.text, start, len(word), "name", n.type, _told(n.title, n.set_by), n.doubt)
            for n in fits[:40]
        ]
    own = [one for one in found if one.kind == "name" and one.label not in scope.shapes]
    seen = {one.insert for one in (*paths, *own)}
    rest = [
        one
        for one in found
        if one.insert not in seen and not any(path.insert.endswith(f".{one.insert}") for path in paths)
    ]
    return [*own, *paths, *rest][:120]


def _fits(path: str, word: str, named: Sequence[str]) -> bool:
    """Whether a path can be meant: any part of it, but only what begins so once the word's own beginning is a name."""
    if "." in word and any(word.startswith(f"{name.lower()}.") for name in named):
        return path.startswith(word)
    return word in path if "." not in word else re.search(rf"(^|[._]){re.escape(word)}", path) is not None


def _offer(one: Candidate, scope: Scope) -> Offer:
    doubt = scope.doubt(one.label) if one.kind == "name" else ""
    insert = f"{one.insert})" if one.kind == "function" and one.insert.endswith("(") else one.insert
    doc = f"{one.signature}  {one.doc}".strip() if one.kind == "function" else one.doc or one.signature
    aside = "" if one.kind == "function" else _KINDS.get(one.signature.partition("<")[0], one.signature)
    return Offer(one.label, insert, one.start, one.length, one.kind, aside, doc, doubt)


def _told(title: str, by: str) -> str:
    from_where = f"From {by}." if by.startswith("the ") else f"From “{by}”."
    return f"{title}. {from_where}" if title else from_where


def _word_before(text: str, position: int) -> str:
    found = re.search(r"[\w.]*$", text[:position])
    return found[0] if found is not None else ""


def _offset(text: str, problem: Problem) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: problem.line - 1]) + problem.column - 1


def _place(text: str, problem: Problem) -> tuple[int, int]:
    """(start, length) of what is wrong itself: of a path, the last name."""
    start, length = _offset(text, problem), problem.length
    if problem.code != "unknown_property":
        return start, length
    cut = text[start : start + length].rfind(".") + 1
    return start + cut, length - cut


def _plain(message: str) -> str:
    """Names in quotes as people write them."""
    return re.sub(r"`([^`]*)`", r"“\1”", message)
