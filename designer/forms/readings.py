"""What is typed in one line, read as a plain value: pure. Each raises ``ValueError`` with words to be shown."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from designer.forms.duration_words import HINT, iso_of, seconds_of
from nodes.feel import parse_date_time


def read_number(text: str) -> Decimal | int:
    """An exact number. Raises ValueError."""
    typed = text.strip().replace(" ", "")
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", typed) or len(typed) > 60:
        raise ValueError("This should be a number, such as 150.00. It is kept here until it is one.")
    try:
        return int(typed) if re.fullmatch(r"[+-]?\d+", typed) else Decimal(typed)
    except InvalidOperation:
        raise ValueError("This should be a number, such as 150.00.") from None


def read_whole(text: str) -> int:
    """A whole number. Raises ValueError."""
    if not re.fullmatch(r"\s*[+-]?\d{1,30}\s*", text):
        raise ValueError("This should be a whole number, such as 3. It is kept here until it is one.")
    return int(text)


def read_duration(text: str) -> str:
    """ISO text. Raises ValueError."""
    iso = iso_of(text)
    if iso is None:
        raise ValueError(f"This is no length of time. {HINT}")
    return iso


def read_seconds(text: str) -> Decimal | int:
    """Seconds as a number. Raises ValueError."""
    seconds = seconds_of(text)
    if seconds is None:
        raise ValueError(f"This is no length of time. {HINT}")
    return int(seconds) if seconds == seconds.to_integral_value() else seconds


def read_instant(text: str) -> str:
    """ISO text with a zone. Raises ValueError."""
    made = parse_date_time(text.strip())
    if made is None or getattr(made, "tzinfo", None) is None:
        raise ValueError("This should be a date and time with a zone, such as 2026-05-01T10:00:00Z.")
    return text.strip()
