"""Templates to HTML. Jinja2 with autoescape on everything; templates are Baton's own files, never a user's text."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from nodes.contract import Document, Value, to_plain
from runtime.server.access import Access, Session
from runtime.server.pages.glyphs import glyph

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def visible(text: object) -> str:
    """Text with nothing hidden: marks that turn the reading direction and other invisible ones show as their number."""
    words = str(text)
    if words.isascii():
        return words
    return "".join(f"[U+{ord(c):04X}]" if unicodedata.category(c) in {"Cf", "Co", "Cn"} else c for c in words)


def moment(at: dt.datetime, now: dt.datetime) -> Markup:
    """An instant in this machine's zone, with the exact one behind it: ``14:02``, ``Mon 09:02`` or ``3 Nov 09:02``."""
    local, today = at.astimezone(), now.astimezone()
    if local.date() == today.date():
        words = f"{local:%H:%M}"
    elif abs((local.date() - today.date()).days) < 7:
        words = f"{_DAYS[local.weekday()]} {local:%H:%M}"
    else:
        year = "" if local.year == today.year else f" {local.year}"
        words = f"{local.day} {_MONTHS[local.month - 1]}{year} {local:%H:%M}"
    exact = f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), exact, words)


def time_left(due: dt.datetime, now: dt.datetime, overdue: bool = False) -> str:
    """``4 h left``, ``2 days left``, ``1 h over``. ``overdue``: an earlier time has passed; ``due`` is the next."""
    seconds = (due - now).total_seconds()
    if overdue and seconds >= 0:
        return "overdue"
    amount = abs(seconds)
    if amount < 55 * 60:
        words = f"{max(1, round(amount / 60))} min"
    elif amount < 36 * 3600:
        words = f"{max(1, round(amount / 3600))} h"
    else:
        words = f"{round(amount / 86_400)} days"
    return f"{words} {'over' if seconds < 0 else 'left'}"


SOON = dt.timedelta(hours=6)
"""what is due within it is shown in the colour of what is urgent"""


def urgency(due: dt.datetime, now: dt.datetime, overdue: bool = False) -> str:
    """``late``, ``soon`` or ``calm``: the class of a time that is left."""
    if overdue or due < now:
        return "late"
    return "soon" if due - now <= SOON else "calm"


def shown(value: Value) -> Markup:
    """A value of any kind, for people: texts as they stand, yes and no, lists as lists, contexts as small tables."""
    if value is None:
        return Markup('<span class="muted">nothing</span>')
    if isinstance(value, bool):
        return escape("Yes" if value else "No")
    if isinstance(value, Decimal | int):
        return Markup('<span class="number">{}</span>').format(f"{value:f}" if isinstance(value, Decimal) else value)
    if isinstance(value, Document):
        return Markup("{} <span class='muted'>{}</span>").format(visible(value.name), _size(value.size))
    if isinstance(value, dt.datetime):
        return Markup("{}").format(f"{value:%Y-%m-%d %H:%M} {value.tzname() or ''}".strip())
    if isinstance(value, dict):
        rows = Markup("").join(
            Markup("<div><dt><bdi>{}</bdi></dt><dd>{}</dd></div>").format(visible(key), shown(item))
            for key, item in value.items()
        )
        return Markup('<dl class="inner">{}</dl>').format(rows)
    if isinstance(value, list | tuple):
        if not value:
            return Markup('<span class="muted">none</span>')
        return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(shown(v)) for v in value))
    return Markup("<bdi>{}</bdi>").format(visible(to_plain(value)))


def _size(size: int) -> str:
    return f"{size} bytes" if size < 1024 else f"{size // 1024} KB" if size < 1024**2 else f"{size / 1024**2:.1f} MB"


def spoken(name: str) -> str:
    """An id as people say it: ``finance_lead`` -> ``Finance lead``."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def quoted(words: str) -> str:
    """Names between marks of code, as people quote them: ``decision `Tier` `` -> ``decision “Tier”``."""
    return re.sub(r"`([^`]*)`", r"“\1”", words)


def initials(name: str) -> str:
    """One or two letters for the round badge of a person."""
    words = [word for word in name.replace(".", " ").replace("@", " ").split() if word]
    return "".join(word[0] for word in words[:2]).upper() or "?"


_environment = Environment(
    loader=PackageLoader("runtime.server.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(visible=visible, shown=shown, initials=initials, spoken=spoken, quoted=quoted)
_environment.globals.update(glyph=glyph, moment=moment, time_left=time_left, urgency=urgency)


async def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page. Templates may use ``now``, ``session``, ``me`` (None before the login) with ``my_roles`` as people call
    them, and all of ``values``."""
    access: Access = request.app.state.access
    session: Session | None = values.pop("session", None) or access.session_of(request)
    desk = request.app.state.desk
    me = None if session is None else desk.person(session.user)
    titles = {} if me is None or not me.roles else await desk.role_titles()
    roles = [titles.get(role) or spoken(role) for role in (me.roles if me is not None else ())]
    values = {"now": desk.now(), "session": session, "me": me, "my_roles": roles, **values}
    page = _environment.get_template(template).render(values)
    return HTMLResponse(page, status_code=status)
