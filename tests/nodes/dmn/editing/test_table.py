"""A table is changed as asked, and what the change is not about is written as it was read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from nodes.dmn import parse_model
from nodes.dmn.editing import Column, TableEdit, fresh_model, read_table, table_alone
from nodes.dmn.errors import DecisionError, DmnError

COLUMNS = (
    Column("input", "Amount", "claim.amount", "number"),
    Column("input", "Status", "status", "string", allowed='"open","paid"'),
    Column("output", "Outcome", "outcome", "string"),
    Column("annotation", "Note"),
)
ROWS = (
    ("<= 150.00", '"open"', '"auto"', "Small: pay out"),
    ("> 150.00", '"open"', '"finance"', "A person checks"),
    ("-", '"paid"', '"not valid"', ""),
)


@pytest.fixture
def content() -> bytes:
    made = fresh_model("Route", COLUMNS, ROWS, hit_policy="FIRST")
    stranger = b'<!-- mine --><x:note xmlns:x="urn:x" x:k="1"/>'
    return made.replace(b"<decision ", stranger + b"<decision ", 1)


def decide(content: bytes, amount: int, status: str) -> object:
    return parse_model(content).evaluate("Route", {"claim": {"amount": Decimal(amount)}, "status": status}).value


def test_a_fresh_model_decides(content: bytes) -> None:
    assert parse_model(content).problems == ()
    assert [decide(content, *case) for case in ((100, "open"), (200, "open"), (1, "paid"))] == [
        "auto",
        "finance",
        "not valid",
    ]


def test_a_sheet_shows_texts_in_columns_and_rows(content: bytes) -> None:
    sheet = TableEdit(content).sheet
    assert sheet.decision == "Route"
    assert sheet.columns == COLUMNS
    assert tuple(row.cells for row in sheet.rows) == ROWS


def test_an_edit_without_a_change_writes_the_same_bytes(content: bytes) -> None:
    once = TableEdit(content).content()
    assert TableEdit(once).content() == once
    assert b'<!-- mine --><x:note xmlns:x="urn:x" x:k="1"/>' in once


def test_a_cell_changes_and_nothing_else(content: bytes) -> None:
    before = TableEdit(content).content()
    edit = TableEdit(before)
    edit.set_cell(0, 0, "<= 90")
    after = edit.content()
    assert after == before.replace(b"&lt;= 150.00", b"&lt;= 90", 1)
    assert decide(after, 100, "open") is None
    assert edit.sheet.rows[0].cells[0] == "<= 90"


def test_the_bytes_that_came_in_stay_good(content: bytes) -> None:
    edit = TableEdit(content)
    first = edit.content()
    again = TableEdit(first)
    again.set_cell(0, 0, "<= 1")
    again.content()
    assert TableEdit(first).sheet.rows[0].cells[0] == "<= 150.00"


def test_rows_come_go_move_and_are_copied(content: bytes) -> None:
    edit = TableEdit(content)
    edit.add_row(0, ["< 10", "", '"gift"'])
    assert edit.sheet.rows[0].cells == ("< 10", "-", '"gift"', "")
    assert decide(edit.content(), 5, "open") == "gift"
    edit.move_row(0, 4)
    assert [row.cells[2] for row in edit.sheet.rows] == ['"auto"', '"finance"', '"not valid"', '"gift"']
    edit.move_row(3, 1)
    assert edit.sheet.rows[1].cells[2] == '"gift"'
    edit.copy_row(1)
    assert edit.sheet.rows[2].cells == edit.sheet.rows[1].cells
    assert edit.sheet.rows[2].id != edit.sheet.rows[1].id
    edit.remove_rows([1, 2])
    assert tuple(row.cells for row in edit.sheet.rows) == ROWS
    assert TableEdit(edit.content()).sheet == edit.sheet


@pytest.mark.parametrize("kind", ["input", "output", "annotation"])
def test_columns_come_and_go(kind: str, content: bytes) -> None:
    edit = TableEdit(content)
    before = edit.sheet
    edit.add_column(Column(kind, "More", "more", "" if kind == "annotation" else "number"))  # type: ignore[arg-type]
    fresh = edit.sheet.of_kind(kind)[-1]  # type: ignore[arg-type]
    assert edit.sheet.columns[fresh].title == "More"
    assert {row.cells[fresh] for row in edit.sheet.rows} == {"-" if kind == "input" else ""}
    assert TableEdit(edit.content()).sheet == edit.sheet
    edit.remove_column(fresh)
    assert edit.sheet.rows == before.rows
    assert edit.sheet.columns == before.columns


def test_a_column_moves_with_its_cells(content: bytes) -> None:
    edit = TableEdit(content)
    edit.move_column(1, 0)
    assert [column.title for column in edit.sheet.columns] == ["Status", "Amount", "Outcome", "Note"]
    assert edit.sheet.rows[0].cells == ('"open"', "<= 150.00", '"auto"', "Small: pay out")
    assert decide(edit.content(), 100, "open") == "auto"


def test_a_column_is_described_anew(content: bytes) -> None:
    edit = TableEdit(content)
    edit.change_column(1, Column("input", "State of the bill", "status", "string", allowed=""))
    edit.change_column(2, Column("output", "What happens", "result", "string", default='"nobody knows"'))
    assert edit.sheet.columns[1].allowed == ""
    assert edit.sheet.columns[2].default == '"nobody knows"'
    assert decide(edit.content(), 1, "closed") == "nobody knows"


def test_the_hit_policy_changes(content: bytes) -> None:
    edit = TableEdit(content)
    edit.set_hit_policy("COLLECT", "COUNT")
    assert decide(edit.content(), 100, "open") == 1
    edit.set_hit_policy("UNIQUE")
    assert (edit.sheet.hit_policy, edit.sheet.aggregation) == ("UNIQUE", "")


def test_what_can_not_be_is_refused_and_changes_nothing(content: bytes) -> None:
    edit = TableEdit(content)
    before = edit.content()
    for wrong in (
        lambda: edit.set_cell(9, 0, "1"),
        lambda: edit.set_cell(0, 9, "1"),
        lambda: edit.remove_rows([7]),
        lambda: edit.remove_column(2),
        lambda: edit.set_hit_policy("SOMETIMES"),
        lambda: edit.set_hit_policy("FIRST", "SUM"),
    ):
        with pytest.raises(DecisionError):
            wrong()
    assert edit.content() == before
    with pytest.raises(DecisionError, match="no decision “Other”"):
        TableEdit(before, "Other")


def test_what_is_typed_is_text_and_never_markup(content: bytes) -> None:
    edit = TableEdit(content)
    edit.set_cell(0, 0, '</text><evil a="1"/> & <!-- x -->')
    assert TableEdit(edit.content()).sheet.rows[0].cells[0] == '</text><evil a="1"/> & <!-- x -->'
    assert b"<evil" not in edit.content()


def test_a_table_decides_alone_on_what_its_columns_look_at() -> None:
    columns = (*COLUMNS[:2], Column("output", "Fee", "fee", "number"))
    rows = (("<= 150.00", '"open"', "claim.amount * 0.1"), ("-", "-", "0"))
    table = read_table(fresh_model("Fee", columns, rows, hit_policy="FIRST"))
    assert table_alone(table).decide({0: Decimal(20), 1: "open"}).value == 2
    assert [fired.rule_number for fired in table_alone(table).decide({0: Decimal(200), 1: "open"}).fired] == [2]

    meeting = (Column("input", "Claim", "claim"), *COLUMNS[:1], Column("output", "Fee", "fee", "number"))
    both = read_table(fresh_model("Fee", meeting, [("-", "> 5", "1")]))
    assert table_alone(both).decide({0: {"amount": 1}, 1: Decimal(9)}).value == 1, "one column lies within another"
    sums = (Column("input", "Sum", "a + b"), Column("output", "Fee", "fee", "number"))
    assert table_alone(read_table(fresh_model("Fee", sums, [("> 5", "1")]))).decide({0: Decimal(9)}).value == 1


def _with(content: bytes, at: int, expression: str) -> TableEdit:
    edit = TableEdit(content)
    edit.change_column(at, replace(edit.sheet.columns[at], expression=expression))
    return edit


def test_an_input_gets_the_name_by_which_its_column_looks_at_it(content: bytes) -> None:
    edit = _with(content, 1, "state")
    assert sorted(edit.inputs.values()) == ["claim", "state"]
    model = parse_model(edit.content())
    assert model.problems == ()
    assert model.evaluate("Route", {"claim": {"amount": Decimal(100)}, "state": "open"}).value == "auto"
    assert b'name="status"' not in edit.content()


def test_an_input_that_somebody_else_reads_keeps_its_name(content: bytes) -> None:
    edit = TableEdit(content)
    edit.set_cell(0, 0, "<= if status = null then 0 else 150")
    edit.change_column(1, replace(edit.sheet.columns[1], expression="state"))
    assert sorted(edit.inputs.values()) == ["claim", "state", "status"]


def test_a_column_asks_for_what_it_looks_at(content: bytes) -> None:
    edit = TableEdit(content)
    before = edit.inputs
    edit.add_column(Column("input", "Country", "Country of the customer", "string"))
    edit.add_column(Column("input", "Paid", "claim.paid", "boolean"))
    edit.add_column(Column("input", "Odd", "not(claim.paid)", "boolean"))
    assert sorted(edit.inputs.values()) == ["Country of the customer", "claim", "status"]
    assert before.items() < edit.inputs.items()
    model = parse_model(edit.content())
    assert model.problems == ()
    assert model.inputs_of("Route") == ["claim", "status", "Country of the customer"]
    again = TableEdit(edit.content())
    again.move_column(2, 0)
    assert sorted(again.inputs.values()) == ["Country of the customer", "claim", "status"]


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\x1f", "\ud800", "\uffff"])
def test_what_no_file_can_hold_is_refused_and_not_written(content: bytes, letter: str) -> None:
    """It made a file that nothing can read any more, this one either."""
    for change in (
        lambda edit: edit.set_cell(0, 0, f"<= {letter}5"),
        lambda edit: edit.change_column(0, Column("input", f"A{letter}", "claim.amount", "number")),
    ):
        edit = TableEdit(content)
        change(edit)
        with pytest.raises(DmnError, match=rf"no file can hold \(U\+{ord(letter):04X}\)"):
            edit.content()
    edit = TableEdit(content)
    edit.set_cell(0, 0, "größer\t大きい\n\x85 😀")
    assert read_table(bytes(bytearray(edit.content()))).rows[0].cells[0] == "größer\t大きい\n\x85 😀"
