"""Default deny, whatever the way in: FAULTS A01, T01, T02, W04, W05, W09."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from runtime.server import access as access_module
from runtime.server.access import PUBLIC
from runtime.server.guard import MAX_BODY
from tests.runtime.server.standing import HOST, ORIGIN, RELEASE, TOKEN, Standing, stand


def routes_of(server: Standing) -> list[tuple[str, str]]:
    """Every (method, path) of the application, with something in the place of each parameter."""
    found = []
    for route in _flat(server.app.routes):
        for method in sorted(route.methods or ()):
            found.append((method, route.path.format(**dict.fromkeys(route.param_convertors, "x"))))
    return found


def _flat(routes: list[BaseRoute]) -> list[Route]:
    flat: list[Route] = []
    for route in routes:
        if isinstance(route, Route):
            flat.append(route)
            continue
        inside = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        assert inside is not None, f"{route!r} is a kind of route that this test does not look into"
        flat += _flat(list(inside))
    return flat


def test_a_missing_and_a_wrong_token_are_told_apart(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        missing = await server.client.get("/runs")
        wrong = await server.client.get("/runs", headers={"Authorization": "Bearer nonsense"})
        assert [(a.status_code, a.json()["title"]) for a in (missing, wrong)] == [
            (401, "The server's token is missing."),
            (401, "The token is wrong."),
        ]

    stand(tmp_path, play)


def test_without_the_token_every_route_is_401_or_leads_to_the_login(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        walked = routes_of(server)
        assert len(walked) > 25
        assert ("GET", "/openapi.json") in walked
        open_to_all = set()
        for method, path in walked:
            answer = await server.client.request(method, path, headers={"Origin": ORIGIN})
            if (method, path) in PUBLIC:
                open_to_all.add((method, path))
                assert answer.status_code != 404
                continue
            if answer.status_code == 303:
                assert answer.headers["location"] == "/login", (method, path)
            else:
                assert answer.status_code == 401, (method, path, answer.status_code)
                assert RELEASE not in answer.text
        assert open_to_all == PUBLIC

    stand(tmp_path, play)


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/docs", "/redoc", "//runs", "/runs/", "/%2e/runs", "/runs?x=/login", "/login/../runs",
     "/runs/x/health", "/metrics", "/style.css/..%2fruns"],
)  # fmt: skip
def test_what_does_not_exist_is_401_too(tmp_path: Path, path: str) -> None:
    async def play(server: Standing) -> None:
        for method in ("GET", "POST", "DELETE", "OPTIONS", "TRACE"):
            answer = await server.client.request(method, ORIGIN + path, headers={"Origin": ORIGIN})
            assert answer.status_code == 401, (method, answer.status_code)

    stand(tmp_path, play)


def test_methods_that_a_route_does_not_have_are_401_without_and_405_with_the_token(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        assert (await server.client.delete("/runs")).status_code == 401
        answer = await server.ask("DELETE", "/runs")
        assert (answer.status_code, answer.json()["code"]) == (405, "METHOD")
        assert answer.headers["allow"]

    stand(tmp_path, play)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer é",
    ],
)
def test_only_the_token_itself_opens_the_api(tmp_path: Path, header: str) -> None:
    async def play(server: Standing) -> None:
        answer = await server.client.get("/runs", headers={"Authorization": header.encode()})  # type: ignore[dict-item]
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"

    stand(tmp_path, play)


def test_a_session_of_the_pages_does_not_open_the_api_nor_the_token_the_pages(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        answer = await server.ask("GET", "/inbox")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        await server.signed_in()
        assert (await server.client.get("/inbox")).status_code == 200
        assert (await server.client.get("/runs")).status_code == 401

    stand(tmp_path, play)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:8501", "evil.example:8500", "", "[::1]:8500"])
def test_another_host_name_is_refused_even_with_the_token(tmp_path: Path, host: str) -> None:
    """A page whose name was pointed at 127.0.0.1 (DNS rebinding) sends its own name."""

    async def play(server: Standing) -> None:
        answer = await server.ask("GET", "/runs", headers={"Host": host})
        assert (answer.status_code, answer.json()["code"]) == (421, "HOST")

    stand(tmp_path, play)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", f"https://evil.example/{HOST}", "file://", "http://127.0.0.1"]
)
def test_a_page_of_another_site_is_refused_even_with_the_token(tmp_path: Path, origin: str) -> None:
    async def play(server: Standing) -> None:
        answer = await server.ask("GET", "/runs", headers={"Origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "ORIGIN")

    stand(tmp_path, play)


def test_every_answer_forbids_frames_scripts_and_guessing(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        for answer in (
            await server.ask("GET", "/runs"),
            await server.client.get("/login"),
            await server.client.get("/runs"),
            await server.client.get("/style.css"),
            await server.ask("GET", "/runs", headers={"Host": "evil.example"}),
        ):
            policy = answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "default-src 'none'" in policy
            assert "script-src" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"

    stand(tmp_path, play)


def test_a_body_over_the_limit_is_413_whatever_its_headers_say(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        headers = {"Content-Type": "application/json"}
        told = await server.ask("POST", "/runs", content=b"x" * (MAX_BODY + 1), headers=headers)
        assert (told.status_code, told.json()["code"]) == (413, "TOO_LARGE")

        async def endless():  # type: ignore[no-untyped-def]
            for _ in range(MAX_BODY // 65_536 + 2):
                yield b" " * 65_536

        untold = await server.ask("POST", "/runs", content=endless(), headers=headers)
        assert (untold.status_code, untold.json()["code"]) == (413, "TOO_LARGE")

    stand(tmp_path, play)


def test_a_body_that_does_not_come_to_its_end_is_408(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte now and then must not hold a connection for long (FAULTS W04)."""
    monkeypatch.setattr("runtime.server.guard.BODY_SECONDS", 0.2)

    async def play(server: Standing) -> None:
        async def dripping():  # type: ignore[no-untyped-def]
            for _ in range(50):
                yield b" "
                await asyncio.sleep(0.02)

        headers = {"Content-Type": "application/json"}
        answer = await server.ask("POST", "/runs", content=dripping(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (408, "SLOW")

    stand(tmp_path, play)


def test_a_caller_who_goes_away_in_the_middle_of_a_body_is_no_mistake_of_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def play(server: Standing) -> None:
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": "/runs", "raw_path": b"/runs", "query_string": b"", "root_path": "",
            "headers": [
                (b"host", HOST.encode()),
                (b"authorization", f"Bearer {TOKEN}".encode()),
                (b"content-type", b"application/json"),
            ],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip
        coming = [{"type": "http.request", "body": b'{"flow', "more_body": True}, {"type": "http.disconnect"}]
        sent: list[Any] = []

        async def receive() -> Any:
            return coming.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        await server.app(scope, receive, send)  # type: ignore[arg-type]
        assert sent[0]["status"] == 400
        assert b'"CUT"' in sent[1]["body"]

    stand(tmp_path, play)
    assert "failed" not in caplog.text


def test_a_name_without_end_is_not_repeated_without_end(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        answer = await server.ask("GET", f"/runs/{'a' * 60_000}")
        assert answer.status_code == 404
        assert len(answer.content) < 2_000

    stand(tmp_path, play)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "JSON_EMPTY"),
        (b'{"flow": NaN}', 400, "JSON_CONSTANT"),
        (b'{"flow": "a", "flow": "b"}', 400, "JSON_DUPLICATE_KEY"),
        (b"[" * 5000 + b"]" * 5000, 400, "JSON_DEPTH"),
        (b'{"flow": "\\ud800"}', 400, "JSON_CHARACTER"),
        ('{"flow": "x"}'.encode("utf-16"), 400, "JSON_ENCODING"),
        (b"\xef\xbb\xbf{}", 400, "JSON_BOM"),
        (b"{}", 422, "UNFIT"),
        (b'{"release": "a", "flow": "b", "owner": "me"}', 422, "UNFIT"),
        (b'{"release": "a", "flow": "b", "input": {"@date": "never"}}', 422, "VALUE"),
        (b'{"release": "a", "flow": "b", "input": {"@what": 1}}', 422, "VALUE"),
        (b'{"release": "a", "flow": "b"}', 404, "FLOW_UNKNOWN"),
    ],
)
def test_bodies_that_are_no_start_are_told_so(tmp_path: Path, body: bytes, status: int, code: str) -> None:
    async def play(server: Standing) -> None:
        answer = await server.ask("POST", "/runs", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert (await server.ask("GET", "/runs")).json()["runs"] == []

    stand(tmp_path, play)


@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_415(tmp_path: Path, media_type: str) -> None:
    async def play(server: Standing) -> None:
        answer = await server.ask("POST", "/runs", content=b"{}", headers={"Content-Type": media_type})
        assert (answer.status_code, answer.json()["code"]) == (415, "MEDIA_TYPE")

    stand(tmp_path, play)


def test_compressed_bodies_are_415(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        assert (await server.ask("POST", "/runs", content=b"\x1f\x8b", headers=headers)).status_code == 415

    stand(tmp_path, play)


GARBAGE = [
    "x", "r-1:2", "' or 1=1 --", "%", "_%_", "a" * 3000, "\x01", "../../etc/passwd", "é€😀", "NaN", "-1", "0", "1e400",
    "null", "{}", "r:finance#1", ":", "::", "#1", "\u202e",
]  # fmt: skip


def test_nothing_that_is_sent_in_makes_a_5xx(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.started()
        queries = ["", "?limit=1000000000", "?limit=-1", "?limit=x", "?after=zzz", "?after=' or 1=1", "?state=; drop",
                   "?case=%25_%25", "?skip=99999999999999999999", "?after=-5"]  # fmt: skip
        bodies = [
            b"",
            b"{}",
            b"[]",
            b"null",
            b'{"by":"x"}',
            b'{"by":"x","to":"y","choice":"z","how":"retry","name":"n","key":"k"}',
        ]
        for method, path in _documented(server):
            for junk in GARBAGE:
                target = path.replace("{x}", quote(junk, safe=""))
                if method == "GET":
                    for query in queries if junk == "x" else [""]:
                        answer = await server.ask(method, target + query)
                        assert answer.status_code < 500, (method, target, query, answer.text)
                else:
                    for body in bodies if junk == "x" else bodies[-1:]:
                        answer = await server.ask(
                            method, target, content=body, headers={"Content-Type": "application/json"}
                        )
                        assert answer.status_code < 500, (method, target, body, answer.text)
                        assert "Traceback" not in answer.text

    stand(tmp_path, play)


def _documented(server: Standing) -> list[tuple[str, str]]:
    found = []
    for route in _flat(server.app.routes):
        if isinstance(route, APIRoute) and not route.path.startswith(("/inbox", "/log", "/style")):
            path = route.path.format(**dict.fromkeys(route.param_convertors, "{x}"))
            found += [(method, path) for method in sorted(route.methods)]
    return found


def test_login_opens_a_session_that_only_this_browser_has(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        answer = await server.post_form("/login", {"user": "petra", "token": TOKEN})
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert TOKEN not in answer.headers["set-cookie"]
        first = server.client.cookies["baton_session_8500"]
        server.client.cookies.clear()
        await server.post_form("/login", {"user": "petra", "token": TOKEN})
        assert server.client.cookies["baton_session_8500"] != first

    stand(tmp_path, play)


@pytest.mark.parametrize(
    ("fields", "origin", "status"),
    [
        ({"user": "petra", "token": "wrong"}, ORIGIN, 401),
        ({"user": "", "token": TOKEN}, ORIGIN, 422),
        ({"user": "nobody", "token": TOKEN}, ORIGIN, 422),
        ({"user": "pet\x00ra", "token": TOKEN}, ORIGIN, 422),
        ({"user": "petra", "token": TOKEN}, "http://evil.example", 403),
        ({"user": "petra", "token": TOKEN}, "null", 403),
        ({"user": "petra", "token": TOKEN}, None, 403),
    ],
)
def test_logins_that_are_refused(tmp_path: Path, fields: dict[str, str], origin: str | None, status: int) -> None:
    async def play(server: Standing) -> None:
        answer = await server.post_form("/login", fields, origin)
        assert answer.status_code == status
        assert "set-cookie" not in answer.headers
        assert (await server.client.get("/inbox")).status_code == 303

    stand(tmp_path, play)


def test_guessing_the_token_shuts_the_login_for_a_while(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        for _ in range(access_module.MAX_FAILURES):
            assert (await server.post_form("/login", {"user": "petra", "token": "guess"})).status_code == 401
        assert (await server.post_form("/login", {"user": "petra", "token": TOKEN})).status_code == 429

    stand(tmp_path, play)


def test_a_session_ends_by_itself_and_at_logout(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        csrf = await server.signed_in()
        assert (await server.post_form("/logout", {"csrf": "wrong"})).status_code == 403
        kept = server.client.cookies["baton_session_8500"]
        assert (await server.post_form("/logout", {"csrf": csrf})).status_code == 303
        server.client.cookies.set("baton_session_8500", kept, domain="127.0.0.1")
        again = await server.client.get("/inbox")
        assert again.status_code == 303
        await server.signed_in()
        running = server.app.state.access.running
        server.app.state.access.running = lambda: running() + 13 * 3_600
        assert (await server.client.get("/inbox")).status_code == 303

    stand(tmp_path, play)


def test_an_answer_from_elsewhere_decides_nothing(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        csrf = await server.signed_in()
        page = f"/inbox/{quote(f'{run}:finance#1', safe='')}"
        good = {"csrf": csrf, "choice": "approve"}
        tries: list[tuple[dict[str, str], str | None]] = [
            (good, "http://evil.example"), (good, None), (good, "null"),
            ({**good, "csrf": "x"}, ORIGIN), ({"choice": "approve"}, ORIGIN),
        ]  # fmt: skip
        for fields, origin in tries:
            assert (await server.post_form(page, fields, origin)).status_code == 403
        server.client.cookies.clear()
        assert (await server.post_form(page, good)).status_code == 401
        assert (await server.ask("GET", f"/runs/{run}")).json()["open_tasks"] == 1

    stand(tmp_path, play)


def test_looking_never_decides(tmp_path: Path) -> None:
    """Scanners of mail prefetch every link, each of them (FAULTS T01)."""

    async def play(server: Standing) -> None:
        run = await server.started()
        await server.signed_in()
        page = f"/inbox/{quote(f'{run}:finance#1', safe='')}"
        for query in ("", "?choice=approve", "?choice=reject&csrf=x"):
            for method in ("GET", "HEAD"):
                answer: httpx.Response = await server.client.request(method, page + query)
                assert answer.status_code in {200, 405}
        assert (await server.ask("GET", f"/runs/{run}")).json()["open_tasks"] == 1

    stand(tmp_path, play)
