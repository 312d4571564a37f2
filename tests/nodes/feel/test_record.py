"""Records: fields by position and by name, defaults, equality, and that they never change."""

from __future__ import annotations

import pytest

from nodes.feel.record import Form, Record


class Point(Record):
    x: int
    y: int = 0


class Named(Record, kw_only=True):
    name: str = "nobody"


class Person(Named):
    age: int


class Box(Form, frozen=False):
    size: int
    label: str = ""


def test_fields_come_by_position_and_by_name_and_have_defaults() -> None:
    assert (Point(1).x, Point(1).y) == (1, 0)
    assert Point(1, 2) == Point(y=2, x=1) == Point(1, y=2)
    assert Point.__match_args__ == ("x", "y")
    assert (Person(3).name, Person(3, name="Anna").name) == ("nobody", "Anna")
    assert Person(3) == Person(3, name="Anna"), "what is given by name alone is no part of equality"


@pytest.mark.parametrize("make", [Point, lambda: Point(1, 2, 3), lambda: Point(1, z=2), lambda: Point(1, x=2), Box])
def test_wrong_fields_are_refused(make) -> None:
    with pytest.raises(TypeError):
        make()


def test_records_never_change_and_forms_may() -> None:
    point = Point(1)
    with pytest.raises(AttributeError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del point.x
    with pytest.raises(AttributeError):
        point.z = 1  # type: ignore[attr-defined]
    box = Box(1)
    box.size = 2
    assert (box.size, box.label) == (2, "")
    with pytest.raises(AttributeError):
        box.colour = "red"  # type: ignore[attr-defined]
    assert box != Box(2)


def test_records_are_equal_by_class_and_fields_and_truth_is_no_number() -> None:
    assert Point(1) == Point(1)
    assert hash(Point(1)) == hash(Point(1))
    assert Point(1) != Point(True)
    assert Point(1) != (1, 0)
    assert len({Point(1), Point(1), Point(2)}) == 2
    assert repr(Point(1)) == "Point(x=1, y=0)"
