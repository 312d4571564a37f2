"""The test button of a connection against a runtime and a system that are really there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.editors.connections.page import Connections
from designer.services import Services

WAIT = 60_000


class System(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "https://login.example/sso?ticket=1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def system() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), System)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def tried(page: Connections, qtbot: QtBot) -> str:
    page.test.click()
    qtbot.waitUntil(page.test.isEnabled, timeout=WAIT)
    return page.result.text()


@pytest.mark.timeout(180)
def test_what_stops_it_is_said_with_what_to_do(
    services: Services, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    monkeypatch.setenv("CRM_TOKEN", "abc")
    page = Connections(services, "crm")
    qtbot.addWidget(page)
    fields = page.here.rows["local"].fields
    fields["url"].setText(system)
    fields["secret"].setText("file:CRM_KEY")
    page.here.rows["local"].keep()
    assert tried(page, qtbot) == "The secret CRM_KEY is not kept on this machine yet."
    assert page.to_secrets.isVisibleTo(page)
    fields["secret"].setText("env:CRM_TOKEN")
    page.here.rows["local"].keep()
    assert tried(page, qtbot) == (
        "The system sends on to https://login.example (302), where no step follows. Is that the address to use?"
    )
    assert not page.to_secrets.isVisibleTo(page)
