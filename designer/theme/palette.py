"""The colours of Baton in light and dark. Everything that is drawn takes its colours from here, by role.

``light.text.primary`` and so on; a colour is text that QColor reads (#RRGGBB, or #AARRGGBB for veils).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Surface:
    """What things lie on."""

    window: str
    panel: str
    canvas: str
    raised: str
    sunken: str
    hover: str
    selected: str
    grid_dot: str
    lane: str
    note: str
    scrim: str


@dataclass(frozen=True, slots=True)
class Text:
    """Writing."""

    primary: str
    secondary: str
    muted: str
    on_accent: str
    link: str
    disabled: str
    note: str


@dataclass(frozen=True, slots=True)
class Border:
    """Lines around things."""

    subtle: str
    default: str
    strong: str
    node_edge: str
    note: str


@dataclass(frozen=True, slots=True)
class Accent:
    """The one colour that asks to be pressed."""

    base: str
    hover: str
    pressed: str
    tint: str
    focus: str


@dataclass(frozen=True, slots=True)
class Category:
    """The kinds of steps."""

    trigger: str
    adapter: str
    decision: str
    approval: str
    control: str
    logging: str
    end: str


@dataclass(frozen=True, slots=True)
class CategoryTint:
    """Their tiles."""

    trigger: str
    adapter: str
    decision: str
    approval: str
    control: str
    logging: str
    end: str


@dataclass(frozen=True, slots=True)
class State:
    """States of a step in a run."""

    idle: str
    running: str
    waiting_person: str
    waiting_time: str
    done: str
    failed: str
    incident: str


@dataclass(frozen=True, slots=True)
class StateTint:
    """The same as a ground for words."""

    idle: str
    running: str
    waiting_person: str
    waiting_time: str
    done: str
    failed: str
    incident: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Ways out of a step."""

    neutral: str
    approved: str
    rejected: str
    timed_out: str
    error: str


@dataclass(frozen=True, slots=True)
class Edge:
    """Edges on the canvas."""

    default: str
    hover: str
    selected: str
    visited: str
    not_reached: str


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours of one theme."""

    name: str
    surface: Surface
    text: Text
    border: Border
    accent: Accent
    category: Category
    category_tint: CategoryTint
    state: State
    state_tint: StateTint
    outcome: Outcome
    edge: Edge


LIGHT = Palette(
    name="light",
    surface=Surface(
        window="#F3F4F7",
        panel="#FFFFFF",
        canvas="#F8F9FB",
        raised="#FFFFFF",
        sunken="#EEF0F4",
        hover="#E9ECF2",
        selected="#E4EBFC",
        grid_dot="#D5DAE3",
        lane="#F1F3F8",
        note="#FFF6D6",
        scrim="#661B2130",
    ),
    text=Text(
        primary="#1A2030",
        secondary="#465064",
        muted="#5F697C",
        on_accent="#FFFFFF",
        link="#2450C8",
        disabled="#8C95A5",
        note="#5B4708",
    ),
    border=Border(
        subtle="#E2E6EC",
        default="#C9D0DB",
        strong="#7C8698",
        node_edge="#C3CAD6",
        note="#E8D48A",
    ),
    accent=Accent(
        base="#2B5BDB",
        hover="#234CBC",
        pressed="#1C3E9C",
        tint="#E4EBFC",
        focus="#2B5BDB",
    ),
    category=Category(
        trigger="#6741D9",
        adapter="#0B6E80",
        decision="#945600",
        approval="#A01C75",
        control="#4A5B76",
        logging="#7A5638",
        end="#2F3744",
    ),
    category_tint=CategoryTint(
        trigger="#EEE9FC",
        adapter="#E0F2F5",
        decision="#FBEFDA",
        approval="#FAE6F3",
        control="#E8ECF3",
        logging="#F4EBE3",
        end="#E6E8EC",
    ),
    state=State(
        idle="#5F697C",
        running="#2B5BDB",
        waiting_person="#945600",
        waiting_time="#6741D9",
        done="#18743C",
        failed="#C0262D",
        incident="#0A6592",
    ),
    state_tint=StateTint(
        idle="#EEF0F4",
        running="#E4EBFC",
        waiting_person="#FBEFDA",
        waiting_time="#EEE9FC",
        done="#E1F3E7",
        failed="#FCE7E7",
        incident="#DFF0F9",
    ),
    outcome=Outcome(
        neutral="#465064",
        approved="#18743C",
        rejected="#AF3F22",
        timed_out="#945600",
        error="#B81F56",
    ),
    edge=Edge(
        default="#7F899C",
        hover="#4A5568",
        selected="#2B5BDB",
        visited="#2B5BDB",
        not_reached="#C9D0DB",
    ),
)


DARK = Palette(
    name="dark",
    surface=Surface(
        window="#14171D",
        panel="#1A1E26",
        canvas="#101318",
        raised="#222833",
        sunken="#12151B",
        hover="#272E3A",
        selected="#22335C",
        grid_dot="#272D38",
        lane="#161A21",
        note="#3A3215",
        scrim="#99000000",
    ),
    text=Text(
        primary="#E9ECF2",
        secondary="#B7BFCD",
        muted="#98A2B3",
        on_accent="#0B1330",
        link="#9CB6FF",
        disabled="#687284",
        note="#F3E2A6",
    ),
    border=Border(
        subtle="#2A303B",
        default="#3B4453",
        strong="#77839A",
        node_edge="#414B5B",
        note="#5E5120",
    ),
    accent=Accent(
        base="#8FACFF",
        hover="#A8BFFF",
        pressed="#7998F5",
        tint="#22335C",
        focus="#8FACFF",
    ),
    category=Category(
        trigger="#B8A4FF",
        adapter="#62CCDD",
        decision="#F0B65E",
        approval="#F295CE",
        control="#AEBCD2",
        logging="#D6B393",
        end="#D6DBE4",
    ),
    category_tint=CategoryTint(
        trigger="#332B57",
        adapter="#163B43",
        decision="#413115",
        approval="#472440",
        control="#2C3543",
        logging="#3B2F25",
        end="#343B47",
    ),
    state=State(
        idle="#98A2B3",
        running="#8FACFF",
        waiting_person="#F0B65E",
        waiting_time="#B8A4FF",
        done="#6FD196",
        failed="#FF8F8C",
        incident="#7CC8EE",
    ),
    state_tint=StateTint(
        idle="#272E3A",
        running="#22335C",
        waiting_person="#413115",
        waiting_time="#332B57",
        done="#173A26",
        failed="#4A2023",
        incident="#16384A",
    ),
    outcome=Outcome(
        neutral="#B7BFCD",
        approved="#6FD196",
        rejected="#FF9E80",
        timed_out="#F0B65E",
        error="#FF8DB3",
    ),
    edge=Edge(
        default="#6C778A",
        hover="#B7BFCD",
        selected="#8FACFF",
        visited="#8FACFF",
        not_reached="#343C49",
    ),
)
