"""The test of a connection, against a runtime and systems that are really there: in the environment that is looked at,
by one process for all, stopped on demand, and with an answer that says what was found where.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from designer.document.commands.environments import add_environment
from designer.document.commands.set_part import set_connection
from designer.editors.connections.page import Connections
from designer.editors.connections.try_line import TryLine
from designer.services import Services
from designer.session.running import Running
from designer.session.session import Session

WAIT = 60_000
ELSEWHERE = {"Location": "https://login.example/sso?ticket=1"}


class Systems:
    """``begin`` makes one more; those that never answer break off once ``over`` is set."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._servers = ExitStack()

    def begin(self, status: int | None, headers: dict[str, str] | None = None) -> str:
        """The address of one that answers so; None: never."""
        over = self.over

        class System(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if status is None:
                    over.wait()
                    return
                self.send_response(status)
                for name, value in {"Content-Length": "0", **(headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        server = self._servers.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), System))
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self._servers.callback(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def end(self) -> None:
        self.over.set()
        self._servers.close()


@pytest.fixture
def systems() -> Iterator[Systems]:
    made = Systems()
    yield made
    made.end()


@pytest.fixture
def session(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    made = Session(services.document, services.registry, tmp_path / "designer")
    services.extras["session"] = made
    yield made
    made.close()


@pytest.fixture
def started(session: Session) -> list[Running]:
    """Every runtime that is started to test something."""
    found: list[Running] = []
    session.runtime.aside.began.connect(found.append)
    return found


def opened(services: Services, qtbot: QtBot) -> Connections:
    page = Connections(services, "crm")
    qtbot.addWidget(page)
    page.resize(900, 900)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.timeout(180)
def test_all_tests_of_an_environment_share_a_process_and_say_what_was_found_where(
    services: Services,
    session: Session,
    started: list[Running],
    qtbot: QtBot,
    tmp_path: Path,
    systems: Systems,
) -> None:
    fine, port = systems.begin(200), free_port()
    wanted = {
        fine: "The system answered with 200.",
        "https://nosuch.invalid": "its host name is not known",
        f"http://127.0.0.1:{port}": "nothing listens at this address",
        fine.replace("http:", "https:"): "does not answer encrypted",
        systems.begin(401): "refused the sign-in (401)",
        systems.begin(302, ELSEWHERE): "sends on to https://login.example (302), where no step follows",
        systems.begin(None): "did not answer in time",
    }
    bindings = {f"system_{number}": {"url": url, "timeout": 2} for number, url in enumerate(wanted)}
    bindings["hangs"] = {"url": systems.begin(None)}
    bindings["locked"] = {"url": fine, "auth": "bearer", "secret": "file:NOT_KEPT"}
    file = tmp_path / "environments" / "staging.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"format_version": 1, "connections": bindings}))
    need = {"kind": "http", "title": "A system"}
    lines = {}
    for name, binding in bindings.items():
        services.document.do(set_connection(name, need))
        lines[name] = TryLine(services, "staging", name, lambda: None)
        qtbot.addWidget(lines[name])
        lines[name].try_it(need, binding)
    hangs, locked = lines.pop("hangs"), lines.pop("locked")
    qtbot.waitUntil(lambda: not any(line.under_way for line in [locked, *lines.values()]), timeout=WAIT)
    for line, (url, words) in zip(lines.values(), wanted.items(), strict=True):
        assert line.words.text().startswith(f"{url.partition('//')[2]}: ")
        assert words in line.words.text()
    assert locked.words.text() == "The secret NOT_KEPT is not kept on this machine yet."
    assert locked.secrets.isVisible()
    assert hangs.under_way
    with qtbot.waitSignal(started[0].gone, timeout=WAIT):
        hangs.stop_button.click()
        systems.over.set()
    assert hangs.words.text() == "Stopped. Nothing was found out."
    assert len(started) == 1
    hangs.follow(need, {"url": fine})
    assert not hangs.isVisible(), "what was found out was of another address"


def test_it_is_asked_in_the_environment_that_is_looked_at(
    services: Services, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It always asked as “local”, and called whatever was wrong there wrong here."""
    monkeypatch.setenv("BATON_RUNTIME", sys.executable)  # which ends at once
    asked: list[str] = []
    real = session.runtime.aside.ask

    def ask(environment: str, *more: Any) -> Any:
        asked.append(environment)
        return real(environment, *more)

    monkeypatch.setattr(session.runtime.aside, "ask", ask)
    services.document.do(add_environment("staging"))
    page = opened(services, qtbot)
    row = page.here.rows["staging"]
    row.test.click()
    assert row.tried.words.text() == "Type the address for “staging” first; then it can be tested."
    row.fields["url"].setText("https://crm.example")
    row.test.click()
    assert row.tried.words.text() == (
        "Signing in needs a secret: name it here, such as file:CRM_KEY; then it can be tested."
    )
    assert row.tried.secrets.isVisible()
    row.fields["secret"].setText("file:CRM_KEY")
    row.test.setFocus()
    row.test.click()  # what is typed is kept first
    assert asked == ["staging"]
    assert row.tried.words.text() == "Testing crm.example …"
    assert (row.test.isEnabled(), row.tried.stop_button.hasFocus()) == (False, True)
    row.tried.stop_button.click()
    assert (row.test.isEnabled(), row.test.hasFocus()) == (True, True)
    assert page.here.rows["local"].tried.words.text() == ""
