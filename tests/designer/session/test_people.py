"""Who may act: those whom the runtime knows, in their roles; anybody in a rehearsal."""

from __future__ import annotations

from designer.session.people import DESIGNER, People
from designer.session.waiting import OpenTask
from runtime.wire import PeopleView, PersonView

KEPT = PeopleView(
    kept=True,
    people=(
        PersonView(id="ines", name="Ines", roles=("finance",)),
        PersonView(id="petra", name="Petra", roles=("finance", "agents")),
        PersonView(id="tom", roles=()),
    ),
)


def task(**more: object) -> OpenTask:
    return OpenTask("r", "approve#1", "approve", "Approve", "Pay?", "finance", "Finance", (), **more)  # type: ignore[arg-type]


def test_those_in_the_role_are_offered_and_the_next_who_can_is_proposed() -> None:
    people = People.of(KEPT)
    assert people.offered("finance") == (("ines", "Ines: finance"), ("petra", "Petra: finance, agents"))
    assert people.offered()[-1] == ("tom", "tom: no role")
    assert people.for_task(task()) == "ines"
    assert people.for_task(task(not_requester=True, requester="ines")) == "petra"
    assert people.for_task(task(given=(("ines", "approve"),))) == "petra"
    assert people.for_task(task(given=(("ines", "approve"), ("petra", "approve")))) == ""
    assert people.somebody() == "ines"


def test_roles_are_called_by_their_titles() -> None:
    people = People.of(KEPT).called({"finance": "Payments desk"})
    assert people.offered("finance") == (("ines", "Ines: Payments desk"), ("petra", "Petra: Payments desk, agents"))
    assert people.for_task(task()) == "ines"


def test_where_nobody_keeps_a_list_anybody_is_proposed_but_each_once() -> None:
    people = People.of(PeopleView(kept=False))
    assert people.offered("finance") == ()
    assert people.for_task(task()) == "Finance person"
    assert people.for_task(task(given=(("Finance person", "approve"),))) == "Finance person 2"
    assert people.somebody() == DESIGNER
