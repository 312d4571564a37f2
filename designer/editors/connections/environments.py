"""``EnvironmentsCard``: where a connection leads, by environment.

Law: the project holds the names of its environments, and changing them is undone as everything else. Addresses and
references to secrets are this machine's: they go into its own files, and the last writing can be put back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from designer.document.command import Command, CommandRefused
from designer.document.commands.environments import add_environment, remove_environment, rename_environment
from designer.document.names import fresh
from designer.editors.connections.try_line import TryLine
from designer.editors.connections.wording import LOCAL, field_words, refused_reference
from designer.forms.complaint import Complaint
from designer.forms.control import LineEdit
from designer.forms.environment_files import environment_files
from designer.forms.machine import (
    MachineProblem,
    bind,
    bindings_of,
    environments_of,
    is_reference,
    place_of,
    put_back,
    set_aside,
)
from designer.forms.name_dialog import ask_name
from designer.keeping.home import baton_home
from designer.pieces import IconButton, LinkButton, PlainText, plain_tooltip
from designer.pieces.emptying import emptied
from designer.pieces.page import Card
from designer.services import Services
from designer.theme.type_scale import BODY, SMALL, Size

NAME = Size(BODY.px, BODY.pt, BODY.line, 600)


class EnvironmentsCard(Card):
    """One row for each environment of the project and of this machine."""

    def __init__(self, services: Services) -> None:
        super().__init__(
            "Where it leads, by environment",
            "The project holds the names of its environments. Addresses and secrets stay on each machine.",
        )
        self.services = services
        self.connection = ""
        self.need: Mapping[str, Any] = {}
        self.add = LinkButton("Add environment")
        self.add.clicked.connect(lambda: self.ask_name("", self.add_one))
        self.secrets = LinkButton("Secrets …")
        self.secrets.setToolTip("Type passwords, keys and tokens, and see what uses them")
        self.secrets.clicked.connect(self.open_secrets)
        self.head.addWidget(self.secrets)
        self.head.addWidget(self.add)
        self.rows: dict[str, EnvironmentRow] = {}
        self._shown: tuple[Any, ...] = ()
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self.complaint = Complaint(services.theme)
        self.body.addWidget(self.complaint)
        self.body.addLayout(self._column)
        files = environment_files(services)
        files.changing.connect(self._keep_typed)
        files.changed.connect(self._show_again)
        files.failed.connect(self.complaint.say)

    def show_connection(self, name: str, need: Mapping[str, Any]) -> None:
        """Show where this connection leads; ``need`` is what the project says of it."""
        self.connection, self.need = name, need
        self.complaint.say("")
        project, here = self.services.document.project.file.environments, environments_of(baton_home())
        names = [*project, *(one for one in sorted({LOCAL, *here}) if one not in project)]
        wanted = (name, need.get("kind"), tuple(names), project)
        if wanted != self._shown:
            self._shown = wanted
            self._keep_typed()
            emptied(self._column)
            self.rows = {}
            for one in names:
                row = self.rows[one] = EnvironmentRow(self, one, in_project=one in project)
                self._column.addWidget(row)
        bindings = bindings_of(baton_home(), name)
        for one, row in self.rows.items():
            row.show_binding(bindings.get(one, {}))

    # --- what persons do ---

    def add_one(self, name: str) -> None:
        """One more environment of the project."""
        self._do(add_environment(name))

    def rename(self, old: str, new: str) -> None:
        """An environment of the project under another name; what this machine says of it goes along."""
        self._do(rename_environment(old, new))

    def remove(self, name: str) -> None:
        """An environment fewer in the project."""
        self._do(remove_environment(name))

    def set_aside(self, name: str) -> None:
        """An environment that is this machine's alone goes."""
        self._on_machine(lambda: set_aside(baton_home(), name))

    def open_secrets(self) -> None:
        """The page on which secrets of this machine are typed."""
        if self.services.window is not None:
            self.services.window.open_editor("secrets")

    def ask_name(self, name: str, then: Callable[[str], None]) -> None:
        """Another name, typed."""
        taken = self.services.document.project.file.environments
        title = "Rename environment" if name else "Add environment"
        hint = "What this machine says of it goes along." if name else "Such as test or production."
        new = ask_name(self, title, hint, name or fresh("test", taken), taken)
        if new is not None and new != name:
            then(new)

    # --- inside ---

    def _do(self, command: Command) -> bool:
        try:
            return self.services.document.do(command)
        except CommandRefused as refused:
            self.complaint.say(str(refused))
            return False

    def _show_again(self) -> None:
        self.show_connection(self.connection, self.need)

    def _keep_typed(self) -> None:
        """What stands in a field that nobody has left yet is not lost with its row."""
        for row in self.rows.values():
            row.keep()

    def _on_machine(self, run: Callable[[], Any]) -> None:
        try:
            run()
        except MachineProblem as problem:
            self.complaint.say(str(problem))
            return
        self.show_connection(self.connection, self.need)


class EnvironmentRow(QFrame):
    """One environment: the address and the secrets that it has for the connection, and its test.

    Written when a field is left.
    """

    def __init__(self, card: EnvironmentsCard, name: str, *, in_project: bool) -> None:
        super().__init__(card)
        self._card, self.name = card, name
        self._connection = card.connection
        self._binding: Mapping[str, Any] = {}
        self._before: bytes | None = None
        self.setObjectName(f"environment_{name}")
        kind = card.services.registry.connection_kinds.get(str(card.need.get("kind", "")))
        self._kind = kind
        self._secret = frozenset(kind.secret_fields if kind is not None else ())
        words = "used where no other is named" if name == LOCAL else "" if in_project else "only on this machine"
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainText(name, NAME, parent=self))
        head.addWidget(PlainText(words, SMALL, "muted", parent=self))
        head.addStretch(1)
        self.said = PlainText("", SMALL, "muted", parent=self)
        self.back = LinkButton("Put back", self)
        self.back.clicked.connect(self.put_back)
        head.addWidget(self.said)
        head.addWidget(self.back)
        self.more = IconButton(card.services.theme, "ellipsis", f"More about {name}", self)
        self.more.clicked.connect(self._menu)
        self.more.setVisible(in_project or name != LOCAL)
        head.addWidget(self.more)
        self._in_project = in_project
        self.fields: dict[str, LineEdit] = {}
        fields = QHBoxLayout()
        fields.setSpacing(12)
        for key in ("url", *sorted(self._secret)):
            fields.addWidget(self._field(key), 3 if key == "url" else 2)
        self.test = QPushButton("Test", self)
        self.test.setAccessibleName(f"Test the connection in {name}")
        self.test.setToolTip(plain_tooltip(f"One harmless call to the system, as “{name}” has it on this machine"))
        self.test.clicked.connect(self.try_it)
        fields.addWidget(self.test, 0, Qt.AlignmentFlag.AlignBottom)
        self.tried = TryLine(card.services, name, self._connection, card.open_secrets)
        self.tried.changed.connect(self._follow_test)
        self.complaint = Complaint(card.services.theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(fields)
        column.addWidget(self.complaint)
        column.addWidget(self.tried)
        self._say("")

    def try_it(self) -> None:
        """Test the connection as this environment has it, with what is typed kept first."""
        self.keep()
        if not self.complaint.message:
            self.tried.try_it(self._card.need, self._binding)

    def show_binding(self, binding: Mapping[str, Any]) -> None:
        """Show what this machine's file says; what is being typed stays."""
        self._binding = binding
        self.tried.follow(self._card.need, binding)
        for key, field in self.fields.items():
            value = str(binding.get(key) or "")
            if field.text() != value and not field.hasFocus() and not self.complaint.message:
                field.setText(value)

    def keep(self) -> None:
        """Write what is typed, if it says something else than the file and is right."""
        typed = {key: field.text().strip() for key, field in self.fields.items()}
        changed = {key: value for key, value in typed.items() if value != str(self._binding.get(key) or "")}
        wrong = self._wrong(typed) if changed else ""
        refused = bool(wrong) and any(typed[key] and not is_reference(typed[key]) for key in self._secret)
        self.complaint.say(wrong, repair="Open secrets" if refused else "", run=self._card.open_secrets)
        if not changed or wrong:
            return
        try:
            self._before = bind(baton_home(), self.name, self._connection, changed)
        except MachineProblem as problem:
            self.complaint.say(str(problem))
            return
        self._say(f"Kept in {place_of(baton_home(), self.name).name}")
        self._show_file()

    def put_back(self) -> None:
        """The file as it was before the last change."""
        try:
            put_back(baton_home(), self.name, self._before)
        except MachineProblem as problem:
            self.complaint.say(str(problem))
            return
        self._say("")
        self.complaint.say("")
        self._show_file()

    # --- inside ---

    def _follow_test(self) -> None:
        """The keyboard goes from the button to what stops the test, and back."""
        busy = self.tried.under_way
        here, there = (self.test, self.tried.stop_button) if busy else (self.tried.stop_button, self.test)
        held = here.hasFocus()
        there.setEnabled(True)
        if held:
            there.setFocus()
        self.test.setEnabled(not busy)

    def _show_file(self) -> None:
        binding = bindings_of(baton_home(), self._connection).get(self.name, {})
        self._binding = binding
        self.tried.follow(self._card.need, binding)
        for key, field in self.fields.items():
            field.setText(str(binding.get(key) or ""))

    def _wrong(self, typed: Mapping[str, str]) -> str:
        """Why this can't be written; empty if it can."""
        for key in self._secret:
            if typed[key] and not is_reference(typed[key]):
                self.fields[key].setText(str(self._binding.get(key) or ""))  # it may be the secret: nobody reads it
                return refused_reference(field_words(self._kind, key))
        if not typed["url"]:
            others = [key for key in self._secret if typed[key]]
            return "Give it an address first; the secret is kept here until then." if others else ""
        if self._kind is None:
            return ""
        settings = self._card.need.get("settings") or {}
        try:
            self._kind.Fields.model_validate({**settings, "url": typed["url"]})
        except ValidationError as error:
            own = [one for one in error.errors() if one["loc"][:1] == ("url",)]
            if own:
                return f"The address {own[0]['msg'].removeprefix('Value error, ')}."
        return ""

    def _field(self, key: str) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        words = field_words(self._kind, key)
        field = self.fields[key] = LineEdit()
        field.setPlaceholderText(
            "such as file:CRM_KEY" if key in self._secret else str(self._card.need.get("suggested_url") or "https://…")
        )
        field.setAccessibleName(f"{words} in {self.name}")
        field.left.connect(self.keep)
        field.returnPressed.connect(self.keep)
        label = PlainText(words, Size(SMALL.px, SMALL.pt, SMALL.line, 500), "secondary", parent=box)
        label.setBuddy(field)
        column.addWidget(label)
        column.addWidget(field)
        return box

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.back.setVisible(bool(words))

    def _menu(self) -> None:
        menu, card = QMenu(self), self._card
        if self._in_project:
            menu.addAction("Rename …").triggered.connect(
                lambda: card.ask_name(self.name, lambda new: card.rename(self.name, new))
            )
            menu.addAction("Remove from the project").triggered.connect(lambda: card.remove(self.name))
        else:
            menu.addAction("Add to the project").triggered.connect(lambda: card.add_one(self.name))
            menu.addAction("Set its file aside on this machine").triggered.connect(lambda: card.set_aside(self.name))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
