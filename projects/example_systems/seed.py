"""The stories: a dozen customers, their bills, their past disputes, what cannot be delivered, who looks suspicious.

Called by store.py for a new file and for /seed. README.md tells each story in a sentence; the tests hold both together.
Law: every day and amount stands here literally, so that two runs of the same story are alike in every digit.
"""

import json
import sqlite3
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from projects.example_systems.exact_json import to_cents


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice; `kind` fee, usage or instalment."""

    kind: str
    text: str
    price: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Bill:
    """One invoice; paid in full on its due day, or not at all."""

    number: str
    plan: str
    month: str
    lines: tuple[Line, ...]
    paid: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """A customer and all that the five systems know about them."""

    id: str
    name: str
    tier: str
    since: str
    channel: str
    email: str
    phone: str
    language: str
    bills: tuple[Bill, ...]
    disputes: tuple[tuple[str, str, str, str], ...] = ()  # (day, topic, amount, outcome)
    undeliverable: tuple[tuple[str, str], ...] = ()  # (channel, reason)
    fraud_score: int = 5
    fraud_reasons: tuple[str, ...] = ()


# id -> (name, monthly price)
PLANS: Final = {
    "mobile-start": ("Mobile Start", "19.90"),
    "mobile-basic": ("Mobile Basic", "24.90"),
    "mobile-plus": ("Mobile Plus", "49.90"),
    "fibre-250": ("Fibre 250", "59.00"),
    "business-line": ("Business Line", "249.00"),
    "business-fibre": ("Business Fibre", "312.50"),
    "enterprise-fleet": ("Enterprise Fleet", "1840.00"),
}
PLANS_VALID_FROM: Final = "2026-01-01"
# month -> (first day, last day, issued on, due on)
MONTHS: Final = {
    "2026-09": ("2026-09-01", "2026-09-30", "2026-10-02", "2026-10-16"),
    "2026-10": ("2026-10-01", "2026-10-31", "2026-11-02", "2026-11-16"),
}


def _fee(plan: str, text: str = "Monthly fee") -> Line:
    return Line("fee", f"{text}, {PLANS[plan][0]}", PLANS[plan][1])


def _usual(customer: str, plan: str, month: str = "2026-09") -> Bill:
    """A bill as it should be: the monthly fee, once."""
    return Bill(f"INV-{month}-{customer[2:]}", plan, month, (_fee(plan),))


def _doubled(customer: str, plan: str, *, paid: bool = True) -> Bill:
    """October's bill with its monthly fee charged twice."""
    return Bill(f"INV-2026-10-{customer[2:]}", plan, "2026-10", (_fee(plan), _fee(plan)), paid)


STORIES: Final[tuple[Story, ...]] = (
    Story(
        "C-1001", "Amelia Hart", "gold", "2017-03-14", "email", "amelia.hart@example.com", "+44 7700 900101", "en",
        (_usual("C-1001", "mobile-plus"), _doubled("C-1001", "mobile-plus")),
    ),
    Story(
        "C-1002", "Jonas Weber", "standard", "2021-06-01", "email", "jonas.weber@example.com", "+44 7700 900102", "de",
        (_usual("C-1002", "business-fibre"), _doubled("C-1002", "business-fibre")),
        disputes=(("2025-02-11", "Late activation", "25.00", "refunded"),),
    ),
    Story(
        "C-1003", "Halberg Logistics", "platinum", "2012-11-05", "email", "accounts@halberg.example", "+44 7700 900103",
        "en",
        (_usual("C-1003", "enterprise-fleet"), _doubled("C-1003", "enterprise-fleet")),
    ),
    Story(
        "C-1004", "Tomás Oliveira", "standard", "2026-05-20", "email", "t.oliveira@example.com", "+44 7700 900104",
        "pt",
        (_usual("C-1004", "business-line"), _doubled("C-1004", "business-line")),
        disputes=(
            ("2026-09-03", "Bill too high", "249.00", "refunded"),
            ("2026-09-21", "Roaming charged", "84.20", "refunded"),
            ("2026-10-06", "Bill too high", "249.00", "rejected"),
            ("2026-10-30", "Service not received", "120.00", "withdrawn"),
        ),
        fraud_score=78,
        fraud_reasons=("Four disputes in three months", "Bank account changed this month", "Customer for half a year"),
    ),
    Story(
        "C-1005", "Mei Tanaka", "gold", "2019-08-23", "email", "mei.tanaka@example.com", "+44 7700 900105", "ja",
        (_usual("C-1005", "mobile-basic"), _doubled("C-1005", "mobile-basic")),
        undeliverable=(("email", "the mailbox does not exist"),),
    ),
    Story(
        "C-1006", "Peter Lindqvist", "standard", "2020-01-17", "email", "peter.lindqvist@example.com",
        "+44 7700 900106", "sv",
        (
            _usual("C-1006", "business-fibre"),
            # Looks doubled and is not: the second amount is the instalment for a router that happens to cost as much.
            Bill(
                "INV-2026-10-1006", "business-fibre", "2026-10",
                (_fee("business-fibre"), Line("instalment", "Router rack, instalment 1 of 6", "312.50")),
            ),
        ),
        disputes=(("2026-10-12", "Bill too high", "312.50", "rejected"),),
        fraud_score=20,
    ),
    Story(
        "C-1007", "Fatima Benali", "standard", "2015-02-09", "letter", "f.benali@example.com", "+44 7700 900107", "fr",
        (_usual("C-1007", "mobile-start"), _doubled("C-1007", "mobile-start")),
    ),
    Story(
        "C-1008", "Samuel Osei", "gold", "2018-12-01", "sms", "samuel.osei@example.com", "+44 7700 900108", "en",
        (
            _usual("C-1008", "fibre-250"),
            # Doubled in the other way: two invoices, both right in themselves, for one month.
            _usual("C-1008", "fibre-250", "2026-10"),
            Bill("INV-2026-10-1008-B", "fibre-250", "2026-10", (_fee("fibre-250"),)),
        ),
    ),
    Story(
        "C-1009", "Clara Dubois", "standard", "2022-04-30", "phone", "clara.dubois@example.com", "+44 7700 900109",
        "fr",
        (_usual("C-1009", "mobile-plus"), _doubled("C-1009", "mobile-plus")),
    ),
    Story(
        "C-1010", "Viktor Novak", "standard", "2016-10-10", "email", "viktor.novak@example.com", "+44 7700 900110",
        "cs",
        (_usual("C-1010", "mobile-basic"), _doubled("C-1010", "mobile-basic")),
        undeliverable=(("email", "the mailbox is full"), ("sms", "the number is no longer in service")),
    ),
    Story(
        "C-1011", "Aisha Khan", "gold", "2023-07-07", "sms", "aisha.khan@example.com", "+44 7700 900111", "en",
        (_usual("C-1011", "fibre-250"), _doubled("C-1011", "fibre-250", paid=False)),
    ),
    Story(
        "C-1012", "Lars Eriksen", "standard", "2014-05-16", "email", "lars.eriksen@example.com", "+44 7700 900112",
        "da",
        (
            _usual("C-1012", "mobile-plus"),
            Bill(
                "INV-2026-10-1012", "mobile-plus", "2026-10",
                (_fee("mobile-plus"), Line("usage", "Roaming day pass", "3.95", 3)),
            ),
        ),
    ),
)  # fmt: skip


def plant(transaction: sqlite3.Connection) -> None:
    """Write all stories into empty tables, inside the caller's transaction."""
    transaction.executemany(
        "INSERT INTO billing_plan VALUES (?, ?, ?, ?)",
        [(plan, name, _cents(price), PLANS_VALID_FROM) for plan, (name, price) in PLANS.items()],
    )
    for story in STORIES:
        _plant_customer(transaction, story)
        for bill in story.bills:
            _plant_bill(transaction, story.id, bill)


def _plant_customer(transaction: sqlite3.Connection, story: Story) -> None:
    transaction.execute(
        "INSERT INTO crm_customer VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (story.id, story.name, story.tier, story.since, story.channel, story.email, story.phone, story.language),
    )
    transaction.executemany(
        "INSERT INTO crm_dispute VALUES (?, ?, ?, ?, ?, ?)",
        [
            (f"DSP-{story.id[2:]}-{number}", story.id, day, topic, _cents(amount), outcome)
            for number, (day, topic, amount, outcome) in enumerate(story.disputes, start=1)
        ],
    )
    transaction.executemany(
        "INSERT INTO notifications_undeliverable VALUES (?, ?, ?)",
        [(story.id, channel, reason) for channel, reason in story.undeliverable],
    )
    transaction.execute(
        "INSERT INTO fraud_profile VALUES (?, ?, ?)",
        (story.id, story.fraud_score, json.dumps(story.fraud_reasons, ensure_ascii=False)),
    )


def _plant_bill(transaction: sqlite3.Connection, customer: str, bill: Bill) -> None:
    first_day, last_day, issued_on, due_on = MONTHS[bill.month]
    transaction.execute(
        "INSERT INTO billing_invoice VALUES (?, ?, ?, ?, ?, ?, ?)",
        (bill.number, customer, bill.plan, first_day, last_day, issued_on, due_on),
    )
    transaction.executemany(
        "INSERT INTO billing_line VALUES (?, ?, ?, ?, ?, ?)",
        [
            (bill.number, position, line.kind, line.text, line.quantity, _cents(line.price))
            for position, line in enumerate(bill.lines, start=1)
        ],
    )
    if bill.paid:
        total = sum(_cents(line.price) * line.quantity for line in bill.lines)
        transaction.execute(
            "INSERT INTO billing_payment VALUES (?, ?, ?, ?, 'direct debit')",
            (f"PAY-{bill.number[4:]}", bill.number, due_on, total),
        )


def _cents(price: str) -> int:
    return to_cents(Decimal(price))
