"""``Connections``: the connections at the left; what the project asks of one, how this machine has it, and a test.

Law: nothing secret and no machine's own address is written into the project; a test goes through the runtime, and only
when a person asks for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from designer.document.command import Command, CommandRefused
from designer.document.commands.change_parts import delete_part, rename_part
from designer.document.commands.set_field import put, value_at
from designer.document.commands.set_part import set_connection
from designer.document.counted import counted
from designer.document.document import Change
from designer.document.lookup import uses_of_name
from designer.document.names import fresh
from designer.editors.connections.environments import EnvironmentsCard
from designer.forms.arrangement import cause_of
from designer.forms.complaint import Complaint
from designer.forms.context import FormContext
from designer.forms.control import ChoiceControl
from designer.forms.field_box import FieldBox, HelpFollower
from designer.forms.field_plan import FieldPlan, plan_of
from designer.forms.making import make_control
from designer.forms.name_dialog import ask_name
from designer.pieces import EmptyState, LinkButton, PlainText
from designer.pieces.emptying import emptied
from designer.pieces.list_page import ListPage
from designer.pieces.page import Card
from designer.pieces.when_seen import WhenSeen
from designer.services import Services
from designer.theme.type_scale import SMALL
from nodes.contract import ConnectionKind

Path = tuple[str | int, ...]
NEED = (
    FieldPlan("title", "line", "Title", "What people call this system."),
    FieldPlan(
        "help", "words", "What it is for", "What the flows do there, so that who sets it up knows what to allow."
    ),
    FieldPlan(
        "suggested_url",
        "line",
        "Suggested address",
        "Only a hint for who sets it up; each machine has its own address.",
    ),
)


class Connections(ListPage):
    """All connections of the project."""

    def __init__(self, services: Services, key: str = "") -> None:
        hint = "A connection is a system that steps read from or write to."
        super().__init__(
            "Connections",
            "The systems that the flows speak with. Addresses and secrets belong to each machine.",
            EmptyState("No connections yet", hint, "New connection", self.new),
        )
        self.services, self.name = services, key
        self.context = FormContext(services, lambda _path, _value, _inside: None)
        self._help = HelpFollower(self)
        self.add = QPushButton("New connection")
        self.head.addWidget(self.add, 0, Qt.AlignmentFlag.AlignBottom)
        self.need = Card("What the project needs")
        rename, delete = LinkButton("Rename"), LinkButton("Delete")
        self.need.head.addWidget(rename)
        self.need.head.addWidget(delete)
        self.complaint = Complaint(services.theme)
        self.need.body.addWidget(self.complaint)
        self.boxes: dict[str, FieldBox] = {}
        self.settings: dict[str, FieldBox] = {}
        kinds = services.registry.connection_kinds
        kind = FieldPlan("kind", "choice", "Kind", "How Baton speaks with it.", required=True)
        chooser = ChoiceControl(self.context, kind, "kind", lambda: [(one, kinds[one].title) for one in sorted(kinds)])
        self._put(self.boxes, self.need.body, kind, ("kind",), chooser)
        for plan in NEED:
            self._put(self.boxes, self.need.body, plan, (plan.name,), make_control(self.context, plan, plan.name))
        self.of_kind = Card("Sign-in and settings", "What is the same on every machine. Secrets never stand here.")
        self._kind_shown = ""
        self.here = EnvironmentsCard(services)
        self.put_cards(self.need, self.of_kind, self.here)
        self.add.clicked.connect(self.new)
        rename.clicked.connect(self._ask_name)
        delete.clicked.connect(self.delete)
        self.chosen.connect(self._turn)
        self._refreshed = WhenSeen(self, self.refresh)
        services.document.changed.connect(self._follow)  # a method: it is let go of with the page
        self.refresh()

    def _follow(self, change: Change) -> None:
        self.follow(change.before.connections, change.after.connections)
        self._refreshed.wish()

    def show_part(self, field: str) -> None:
        """A field of a connection, a path as in ``Where.field``: ``connections.crm.settings.user``."""
        wanted = field.removeprefix("connections.")
        names = [name for name in self.services.document.project.connections if f"{wanted}.".startswith(f"{name}.")]
        if not names:
            return
        name = max(names, key=len)
        self.show_one(name)
        inside = wanted[len(name) + 1 :]
        box = self.boxes.get(inside) or self.settings.get(inside.removeprefix("settings.")) or self.boxes["title"]
        box.take_focus()
        self.ensureWidgetVisible(box)

    def refresh(self) -> None:
        """Show what the document says now."""
        connections = self.services.document.project.connections
        self.show_names([(name, need.title or name) for name, need in connections.items()])
        if self.name:
            self._show()

    def new(self) -> None:
        """One more, of the first kind there is."""
        taken = self.services.document.project.connections
        self.name = fresh("new_system", taken)
        kinds = sorted(self.services.registry.connection_kinds)
        kind = "http" if "http" in kinds or not kinds else kinds[0]
        self._do(set_connection(self.name, {"kind": kind, "title": "New system"}))
        self.boxes["title"].take_focus()

    def rename(self, new: str) -> None:
        """Under another name, in every step that uses it."""
        old, self.name = self.name, new
        if self._do(rename_part("connection", old, new)):
            self.refresh()
        else:
            self.name = old

    def delete(self) -> None:
        """It is gone; the status line says where it was used."""
        name = self.name
        uses = uses_of_name(self.services.document.project, "connection", name)
        title = self.services.document.project.connections[name].title or name
        if self._do(delete_part("connection", name)) and uses and self.services.window is not None:
            number = counted(len(uses), "step")
            self.services.window.say(
                f"“{title}” was used by {number}; the problems list names them. Ctrl Z brings it back."
            )

    # --- inside ---

    def _kind(self) -> ConnectionKind | None:
        return self.services.registry.connection_kinds.get(str(self._raw().get("kind", "")))

    def _ask_name(self) -> None:
        taken = self.services.document.project.connections
        new = ask_name(self, "Rename connection", "Steps that use it go along; its title stays.", self.name, taken)
        if new is not None:
            self.rename(new)

    def _turn(self, _name: str) -> None:
        self._show()

    def _raw(self) -> dict[str, Any]:
        need = self.services.document.project.connections.get(self.name)
        return {} if need is None else need.model_dump(by_alias=True, exclude_unset=True)

    def _show(self) -> None:
        raw = self._raw()
        self.need.about.setText(f"Steps know it as {self.name}.")
        self.need.about.show()
        self.complaint.say("")
        self._make_settings(str(raw.get("kind", "")))
        for name, box in self.boxes.items():
            box.show_value(value_at(raw, (name,)))
        said = raw.get("settings") or {}
        values = [said.get(name, box.plan.default) for name, box in self.settings.items()]
        for name, box in self.settings.items():
            box.show_value(value_at(said, (name,)))
            cause = cause_of(box.plan)
            box.setVisible(cause is None or cause in values or name in said)
        self.here.show_connection(self.name, raw)

    def _make_settings(self, kind: str) -> None:
        """The fields of the kind that may belong to a project: neither the address nor a secret."""
        if kind == self._kind_shown:
            return
        self._kind_shown = kind
        emptied(self.of_kind.body)
        self.settings = {}
        known = self._kind()
        if known is None:
            words = f"“{kind}” is no kind of connection that is installed here. Its settings are kept as they are."
            self.of_kind.body.addWidget(PlainText(words, SMALL, "muted", wrap=True))
            return
        kept_away = {"url", *known.secret_fields}
        for plan in plan_of(known.Fields).fields:
            if plan.name not in kept_away:
                plan = replace(plan, required=False)
                path = f"settings.{plan.name}"
                control = make_control(self.context, plan, path)
                self._put(self.settings, self.of_kind.body, plan, ("settings", plan.name), control)

    def _put(self, boxes: dict[str, FieldBox], into: QVBoxLayout, plan: FieldPlan, path: Path, control: Any) -> None:
        box = FieldBox(self.context, plan, ".".join(map(str, path)), control)
        control.edited.connect(lambda value, inside: self._write(path, value, tuple(inside)))
        boxes[plan.name] = box
        into.addWidget(box)

    def _write(self, path: Path, value: Any, inside: Path = ()) -> None:
        raw = put(self._raw(), path, value)
        if not raw.get("settings", True):
            del raw["settings"]
        self._do(set_connection(self.name, raw, (path, inside)))

    def _do(self, command: Command) -> bool:
        try:
            return self.services.document.do(command)
        except (CommandRefused, ValueError) as refused:
            self.complaint.say(str(refused).split("\n", 1)[0])
            return False
