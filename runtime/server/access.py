"""Who may come in: one token for the API, and for people's pages a session that the token has opened once.

Default deny: the factory puts ``Access.token`` before every route of the API and ``Access.session`` before every page;
``PUBLIC`` names the only exceptions, and a test walks all routes to prove it. A session's cookie is HttpOnly and
SameSite=Strict, its id lives in memory only, and every form carries the session's own CSRF token.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request

from runtime.host import running
from runtime.wire import Problem

PUBLIC = frozenset({("GET", "/login"), ("POST", "/login"), ("GET", "/style.css"), ("GET", "/icon.svg")})
"""All that may be asked without a token: the page where one gives it, and its looks."""
SESSION_LIFE = dt.timedelta(hours=12)
MAX_SESSIONS = 1_000
MAX_FAILURES = 10
"""Wrong tokens at the login page in one minute, before it stays shut for the rest of it."""
SHUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Session:
    """A person at the pages."""

    id: str
    user: str
    csrf: str
    ends: float
    """of ``Access.running``"""


@dataclass
class Access:
    """The door of one server. ``port`` keeps two servers' cookies on one machine apart; ``running`` is a watch, since
    the clock on the wall may be set while people are signed in."""

    token: str
    port: int = 0
    running: Callable[[], float] = running
    _sessions: OrderedDict[str, Session] = field(default_factory=OrderedDict)
    _failures: list[float] = field(default_factory=list)

    @property
    def cookie(self) -> str:
        """Name of the session's cookie. Cookies do not heed ports, so the name does."""
        return f"baton_session_{self.port}"

    def knows(self, given: str) -> bool:
        """Whether this is the token; takes the same time whatever is given."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def bears_token(self, request: Request) -> bool:
        """Whether the request has the token in its Authorization header (never in the address, where logs keep it)."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.knows(given.strip())

    async def require_token(self, request: Request) -> None:
        """The dependency of every route of the API."""
        if not request.headers.get("authorization", "").strip():
            todo = "Send it as: Authorization: Bearer TOKEN."
            raise Problem(401, "TOKEN", "The server's token is missing.", todo=todo)
        if not self.bears_token(request):
            todo = "Copy it from where `baton serve` was started, and send it as: Authorization: Bearer TOKEN."
            raise Problem(401, "TOKEN", "The token is wrong.", todo=todo)

    async def require_session(self, request: Request) -> Session:
        """The dependency of every page."""
        session = self.session_of(request)
        if session is None:
            raise SignInFirst(request.url.path if request.method == "GET" else "/inbox")
        return session

    def session_of(self, request: Request) -> Session | None:
        """The session that the request's cookie names, if it is still good."""
        session = self._sessions.get(request.cookies.get(self.cookie, ""))
        if session is None or session.ends <= self.running():
            return None
        return session

    def sign_in(self, given: str, user: str, knows_user: Callable[[str], bool]) -> Session:
        """Open a session for a person who has the token. Raises ``Problem`` 401, 422 or 429."""
        self._failures = [at for at in self._failures if at > self.running() - SHUT_SECONDS]
        if len(self._failures) >= MAX_FAILURES:
            raise Problem(429, "TOO_MANY", "Too many wrong tokens.", todo="Wait a minute, then try again.")
        if not self.knows(given.strip()):
            self._failures.append(self.running())
            raise Problem(401, "TOKEN", "That is not the token.", todo="Copy it from where baton serve was started.")
        user = user.strip()
        if not user or len(user) > 200 or not user.isprintable():
            raise Problem(422, "USER", "Say who you are.", where="user", todo="Use the name that your tasks go by.")
        if not knows_user(user):
            raise Problem(422, "USER", f"Nobody here is known as {user}.", where="user", todo="Check the name.")
        ends = self.running() + SESSION_LIFE.total_seconds()
        session = Session(secrets.token_urlsafe(32), user, secrets.token_urlsafe(32), ends)
        self._sessions[session.id] = session
        while len(self._sessions) > MAX_SESSIONS:
            self._sessions.popitem(last=False)
        return session

    def sign_out(self, session: Session) -> None:
        """End a session here, not only in the browser."""
        self._sessions.pop(session.id, None)


class SignInFirst(Exception):
    """A page was asked for without a session; the answer leads to the login page and back to ``path``."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


async def form_of(request: Request, own_origins: frozenset[str]) -> dict[str, str]:
    """The fields of a posted form. ``Origin`` must be there and be ours: browsers send it with every POST (T02)."""
    if request.headers.get("origin", "").lower() not in own_origins:
        raise Problem(403, "ORIGIN", "This form did not come from this server's own page.", todo="Open the page anew.")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise Problem(415, "MEDIA_TYPE", "A form is expected.", todo="Use the page's own form.")
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise Problem(400, "FORM", "The form could not be read.", todo="Open the page anew and fill it in.") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Problem(400, "FORM", "The form has a field twice.", todo="Open the page anew and fill it in.")
    return fields


def check_csrf(session: Session, fields: dict[str, str]) -> None:
    """Raises ``Problem`` 403 unless the form is one that this session was given."""
    if not hmac.compare_digest(fields.get("csrf", "").encode("utf-8", "replace"), session.csrf.encode()):
        raise Problem(403, "CSRF", "This form is not from your session.", todo="Open the page anew and try again.")
