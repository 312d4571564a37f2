"""The API from a release to a trace: what is accepted, what is refused and why, and that refusals change nothing."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

from runtime.model.content_hash import content_hash
from runtime.model.package import read_package
from runtime.wire import EventView, RunView, StartRequest, from_bytes
from tests.runtime.server.standing import PACKAGE, RELEASE, TOKEN, Standing, exact, stand

ZIP = {"Content-Type": "application/octet-stream"}


def task_path(run: str, rest: str = "") -> str:
    return f"/tasks/{quote(f'{run}:finance#1', safe='')}{rest}"


def test_a_release_is_named_by_its_hash_and_taken_once(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        first = await server.ask("PUT", f"/releases/{RELEASE}", content=PACKAGE, headers=ZIP)
        assert (first.status_code, first.json()["repeated"]) == (201, False)
        assert first.json()["flows"] == ["broken", "refund"]
        again = await server.ask("PUT", f"/releases/{RELEASE}", content=PACKAGE, headers=ZIP)
        assert (again.status_code, again.json()["repeated"]) == (200, True)

    stand(tmp_path, play)


def test_a_release_under_another_name_is_refused_and_not_kept(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        wrong = "0" * 64
        answer = await server.ask("PUT", f"/releases/{wrong}", content=PACKAGE, headers=ZIP)
        assert (answer.status_code, answer.json()["code"]) == (422, "HASH")
        assert await server.host.store.release(wrong) is None
        assert await server.host.store.release(RELEASE) is None
        for junk in (b"", b"PK\x03\x04", b"\x80\x04}", PACKAGE[:-40], b"x" * 1000):
            answer = await server.ask("PUT", f"/releases/{RELEASE}", content=junk, headers=ZIP)
            assert answer.status_code == 422, answer.text
            assert answer.json()["code"].startswith("PKG_")

    stand(tmp_path, play)


def test_a_start_is_201_its_repetition_200_and_another_body_409(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.started(10)
        body = {"release": RELEASE, "flow": "refund", "input": {"amount": 10}, "key": "k1"}
        first = await server.ask("POST", "/runs", body)
        again = await server.ask("POST", "/runs", body)
        other = await server.ask("POST", "/runs", {**body, "input": {"amount": 11}})
        assert [first.status_code, again.status_code, other.status_code] == [201, 200, 409]
        assert first.json()["run"] == again.json()["run"]
        assert first.headers["location"] == f"/runs/{first.json()['run']}"
        assert other.json()["code"] == "KEY_REUSED"
        assert len((await server.ask("GET", "/runs")).json()["runs"]) == 2

    stand(tmp_path, play)


def test_fifty_starts_with_one_key_are_one_run(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.started(10)
        body = {"release": RELEASE, "flow": "refund", "input": {"amount": 10}, "key": "k1"}
        answers = await asyncio.gather(*(server.ask("POST", "/runs", body) for _ in range(50)))
        assert sorted({answer.status_code for answer in answers}) == [200, 201]
        assert len({answer.json()["run"] for answer in answers}) == 1

    stand(tmp_path, play)


def test_an_input_that_does_not_fit_names_the_field(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.started(10)
        answer = await server.ask("POST", "/runs", {"release": RELEASE, "flow": "refund", "input": {"amount": "lots"}})
        assert (answer.status_code, answer.json()["code"]) == (422, "INPUT")
        assert "amount" in answer.json()["title"]

    stand(tmp_path, play)


def test_another_environment_and_unknown_people_are_refused(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.started(10)
        body = {"release": RELEASE, "flow": "refund", "input": {"amount": 1}}
        assert (await server.ask("POST", "/runs", {**body, "environment": "production"})).json()[
            "code"
        ] == "ENVIRONMENT"
        stranger = await server.ask("POST", "/runs", {**body, "by": "mallory"})
        assert (stranger.status_code, stranger.json()["code"]) == (403, "USER_UNKNOWN")

    stand(tmp_path, play)


def test_numbers_keep_their_digits_from_the_start_to_the_trace(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.started(10)
        text = (
            b'{"release":"%s","flow":"refund","input":{"amount":0.10000000000000000001,"name":"N"}}' % RELEASE.encode()
        )
        answer = await server.ask("POST", "/runs", content=text, headers={"Content-Type": "application/json"})
        run = answer.json()["run"]
        trace = exact(await server.ask("GET", f"/runs/{run}/trace"))
        assert trace["input"]["amount"] == Decimal("0.10000000000000000001")
        assert trace["spans"][1]["why"]["values"]["input.amount"] == Decimal("0.10000000000000000001")

    stand(tmp_path, play)


def test_a_decision_has_its_card_in_the_trace_and_in_the_history_of_a_task(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started(case={"key": "C-20914"})
        started, asked, *_ = (await server.ask("GET", f"/runs/{run}/trace")).json()["spans"]
        assert started["card"] is None
        card = asked["card"]
        assert card["outcome"] == "Above 150"
        assert card["rules"] == [
            {
                "table": "", "rule": 1, "rule_id": None, "note": "input.amount > 150", "owner": "",
                "result": "Above 150", "because": [{"column": "input.amount", "text": "", "value": 312}],
            }
        ]  # fmt: skip
        assert card["flip"]["changes"] == [
            {
                "column": "the amount", "input": "input.amount", "value": 312, "text": "<= 150", "example": 150,
                "words": "the amount were at most 150",
            }
        ]  # fmt: skip
        assert card["sentence"] == "It would have gone to Otherwise if the amount were at most 150."
        assert card["sentence"] in asked["words"]
        task = (await server.ask("GET", task_path(run))).json()
        assert [line["card"] for line in task["history"]] == [None, card]
        await server.signed_in()
        page = (await server.client.get(f"/inbox/{run}:finance%231")).text
        assert page.count(card["sentence"]) == 2  # for a wide and for a narrow window

    stand(tmp_path, play)


def test_a_task_tells_all_and_takes_one_answer(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started(case={"key": "C-20914"})
        listed = (await server.ask("GET", "/tasks")).json()["tasks"]
        assert [(task["title"], task["role"], task["case_key"]) for task in listed] == [
            ("Refund 312 EUR to Elena Marsh?", "finance", "C-20914")
        ]
        task = (await server.ask("GET", task_path(run))).json()
        assert task["show"] == {"Customer": "Elena Marsh", "Amount, EUR": 312}
        assert [line["words"] for line in task["history"]] == ["Dispute opened", "Check amount: Above 150"]
        answer = {"choice": "approve", "by": "petra", "revision": task["revision"], "form": {"amount": 312}}
        first = await server.ask("POST", task_path(run, "/answers"), answer)
        assert (first.status_code, first.json()["decided"], first.json()["port"]) == (200, True, "approve")
        again = await server.ask("POST", task_path(run, "/answers"), answer)
        assert (again.status_code, again.json()["repeated"]) == (200, True)
        late = await server.ask("POST", task_path(run, "/answers"), {"choice": "reject", "by": "omar"})
        assert (late.status_code, late.json()["code"]) == (409, "TASK_CLOSED")
        closed = (await server.ask("GET", task_path(run))).json()
        assert closed["state"] == "answered"
        assert closed["decided"].startswith("petra approved this at ")
        assert (await server.ask("GET", "/tasks")).json()["tasks"] == []
        view = (await server.ask("GET", f"/runs/{run}")).json()
        assert (view["state"], view["outcome"], view["resolved"]) == ("completed", "paid", True)

    stand(tmp_path, play)


def test_who_may_not_answer_is_told_why_and_nothing_changes(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started(by="omar")
        tries = [
            ({"choice": "approve", "by": "omar"}, 403, "SOD"),
            ({"choice": "approve", "by": "clara"}, 403, "ROLE"),
            ({"choice": "approve", "by": "mallory"}, 403, "USER_UNKNOWN"),
            ({"choice": "approve", "by": "petra", "on_behalf_of": "omar"}, 403, "SOD"),
            ({"choice": "maybe", "by": "petra"}, 422, "CHOICE_UNKNOWN"),
            ({"choice": "approve", "by": "petra", "revision": "0" * 16}, 409, "REVISED"),
            ({"choice": "reject", "by": "petra"}, 422, "COMMENT"),
            ({"choice": "approve", "by": "petra", "form": {"amount": 5000}}, 422, "FORM"),
            ({"choice": "approve", "by": "petra", "role": "admin"}, 422, "UNFIT"),
        ]
        for body, status, code in tries:
            answer = await server.ask("POST", task_path(run, "/answers"), body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), body
        assert (await server.ask("GET", task_path(run))).json()["given"] == []

    stand(tmp_path, play)


def test_a_task_is_taken_given_back_delegated_and_handed_over(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        claimed = await server.ask("POST", task_path(run, "/claim"), {"by": "petra"})
        assert (claimed.status_code, claimed.json()["claimed_by"]) == (200, "petra")
        assert (await server.ask("POST", task_path(run, "/claim"), {"by": "omar"})).status_code == 409
        released = await server.ask("POST", task_path(run, "/release"), {"by": "petra"})
        assert released.json()["claimed_by"] is None
        delegated = await server.ask("POST", task_path(run, "/delegate"), {"by": "petra", "to": "clara"})
        assert delegated.status_code == 200
        moved = await server.ask("POST", task_path(run, "/hand-over"), {"by": "petra", "to": "agent"})
        assert (moved.status_code, moved.json()["role"]) == (200, "agent")

    stand(tmp_path, play)


def test_an_incident_is_listed_with_its_ways_and_resolved_once(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.started(10)
        run = await server.started(flow="broken", input={"a": "not a number"})
        (incident,) = (await server.ask("GET", "/incidents")).json()["incidents"]
        assert (incident["run"], incident["kind"], incident["node"]) == (run, "expression", "ask")
        assert "by_hand" in incident["ways"]
        assert incident["todo"]
        path = f"/incidents/{quote(incident['incident'], safe='')}"
        assert (await server.ask("GET", path)).json() == incident
        wrong = await server.ask("POST", f"{path}/resolution", {"how": "discard", "by": "omar"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "HOW")
        body = {"how": "by_hand", "by": "omar", "port": "default", "output": {"choice": "default"}, "reason": "Looked."}
        assert (await server.ask("POST", f"{path}/resolution", body)).status_code == 200
        assert (await server.ask("POST", f"{path}/resolution", body)).status_code == 409
        assert (await server.ask("GET", path)).status_code == 404
        assert (await server.ask("GET", f"/runs/{run}")).json()["outcome"] == "ok"
        spans = (await server.ask("GET", f"/runs/{run}/trace")).json()["spans"]
        assert spans[2]["words"] == "omar gave the result by hand (default): Looked."

    stand(tmp_path, play)


def test_runs_are_paged_filtered_and_never_sorted_by_a_caller(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        made = [await server.started(amount) for amount in (10, 312, 20)]
        page = (await server.ask("GET", "/runs?limit=2")).json()
        rest = (await server.ask("GET", f"/runs?limit=2&after={page['next']}")).json()
        assert [run["run"] for run in page["runs"] + rest["runs"]] == made[::-1]
        assert rest["next"] is None
        done = (await server.ask("GET", "/runs?state=completed")).json()["runs"]
        assert [run["run"] for run in done] == [made[2], made[0]]
        for query in ("limit=501", "limit=0", "state=nonsense", "after=nonsense"):
            assert (await server.ask("GET", f"/runs?{query}")).status_code == 422

    stand(tmp_path, play)


def test_suspend_resume_and_cancel(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        suspended = await server.ask("POST", f"/runs/{run}/suspend", {"by": "petra", "reason": "Audit."})
        assert suspended.json()["state"] == "suspended"
        assert (await server.ask("POST", f"/runs/{run}/resume", {"by": "petra"})).json()["state"] == "running"
        assert (await server.ask("POST", f"/runs/{run}/cancel", {"by": "petra"})).json()["state"] == "cancelled"
        again = await server.ask("POST", f"/runs/{run}/cancel", {"by": "petra"})
        assert again.status_code == 409
        closed = (await server.ask("GET", task_path(run))).json()
        assert closed["state"] == "withdrawn"
        assert "withdrawn" in closed["decided"]

    stand(tmp_path, play)


def test_a_stranger_changes_no_run_where_people_are_kept(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        await server.started(flow="broken", input={"a": "not a number"})
        (incident,) = (await server.ask("GET", "/incidents")).json()["incidents"]
        before = await server.host.journal(run)
        asked = {
            f"/runs/{run}/cancel": {},
            f"/runs/{run}/suspend": {},
            f"/runs/{run}/resume": {},
            f"/incidents/{quote(incident['incident'], safe='')}/resolution": {"how": "cancel"},
            "/signals": {"name": "paid", "key": "C-1", "id": "bank-7", "payload": {}},
        }
        for number, (path, body) in enumerate(asked.items(), 1):
            refused = await server.ask("POST", path, {**body, "by": "zorro"})
            assert (refused.status_code, refused.json()["code"]) == (403, "USER_UNKNOWN"), path
            assert refused.json()["title"].startswith("Nobody here is known as zorro.")
            assert server.host.health().refused_strangers == number
        assert await server.host.journal(run) == before
        assert (await server.ask("POST", "/signals", {**asked["/signals"], "by": "petra"})).status_code == 202

    stand(tmp_path, play)


def test_signals_are_taken_repeated_and_in_conflict(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        body = {"name": "paid", "key": "C-1", "id": "bank-7", "payload": {"amount": 5}}
        assert (await server.ask("POST", "/signals", body)).status_code == 202
        assert (await server.ask("POST", "/signals", body)).status_code == 200
        other = await server.ask("POST", "/signals", {**body, "payload": {"amount": 6}})
        assert (other.status_code, other.json()["code"]) == (409, "SIGNAL_REUSED")

    stand(tmp_path, play)


def test_events_come_in_pages_and_as_a_stream_that_resumes(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started(10)
        page = (await server.ask("GET", f"/runs/{run}/events?limit=3")).json()
        assert [event["seq"] for event in page["events"]] == [1, 2, 3]
        assert page["events"][0]["type"] == "RunStarted"
        assert page["events"][0]["words"] == "The run started at Dispute opened for clara"
        assert page["next"] == 3
        headers = {"Accept": "text/event-stream", "Last-Event-ID": "3"}
        stream = await server.ask("GET", f"/runs/{run}/events", headers=headers)
        assert stream.headers["content-type"].startswith("text/event-stream")
        blocks = [block for block in stream.text.split("\n\n") if "data:" in block]
        events = [from_bytes(EventView, block.partition("data: ")[2]) for block in blocks[:-1]]
        assert [event.seq for event in events] == list(range(4, events[-1].seq + 1))
        last = from_bytes(RunView, blocks[-1].partition("data: ")[2])
        assert (last.state, last.outcome) == ("completed", "paid")
        for bad in ("x", "-1", "9" * 12):
            refused = await server.ask("GET", f"/runs/{run}/events", headers={**headers, "Last-Event-ID": bad})
            assert refused.status_code == 422

    stand(tmp_path, play)


def test_a_run_is_followed_until_it_rests_and_on(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        desk = server.app.state.desk
        seen: list[str] = []
        async for item in desk.follow(run):
            if isinstance(item, RunView):
                seen.append(f"{item.state} {'busy' if item.busy else 'rests'}")
                if not item.ended:
                    await server.ask("POST", task_path(run, "/answers"), {"choice": "approve", "by": "petra"})
            elif item.type in {"TaskAnswered", "RunCompleted"}:
                seen.append(item.type)
        assert seen == ["running rests", "TaskAnswered", "RunCompleted", "completed rests"]

    stand(tmp_path, play)


def test_a_secret_that_this_process_knows_is_in_no_view(tmp_path: Path) -> None:
    """A canary (FAULTS I8): typed into an input, it reaches the journal, and still nobody reads it."""

    async def play(server: Standing) -> None:
        server.host.redactor.add("canary-4711-secret")
        run = await server.started(input={"amount": 312, "name": "key canary-4711-secret"}, case={"key": "C-1"})
        for path in (f"/runs/{run}", f"/runs/{run}/trace", f"/runs/{run}/events", task_path(run), "/tasks"):
            answer = await server.ask("GET", path)
            assert answer.status_code == 200
            assert "canary-4711-secret" not in answer.text
        headers = {"Accept": "text/event-stream"}
        await server.ask("POST", f"/runs/{run}/cancel", {"by": "petra"})
        assert "canary-4711-secret" not in (await server.ask("GET", f"/runs/{run}/events", headers=headers)).text

    stand(tmp_path, play)


def test_a_closing_host_takes_nothing_new_and_says_so(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        server.host.closing = True
        refused = await server.ask("POST", task_path(run, "/answers"), {"choice": "approve", "by": "petra"})
        assert (refused.status_code, refused.json()["code"]) == (503, "CLOSING")
        health = await server.ask("GET", "/health")
        assert (health.status_code, health.json()["status"]) == (503, "unavailable")
        server.host.closing = False
        assert (await server.ask("GET", "/health")).json()["status"] == "ok"

    stand(tmp_path, play)


def test_a_mistake_of_ours_is_a_sentence_without_a_traceback(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        async def fail(*args: object, **kwargs: object) -> None:
            raise RuntimeError(f"secret {TOKEN}")

        server.app.state.desk.runs = fail
        answer = await server.ask("GET", "/runs")
        assert (answer.status_code, answer.json()["code"]) == (500, "FAULT")
        assert "secret" not in answer.text

    stand(tmp_path, play)


def test_the_description_names_every_route_with_its_body(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        described = (await server.ask("GET", "/openapi.json")).json()
        start = described["paths"]["/runs"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert set(start["properties"]) == set(StartRequest.model_fields)
        assert "/inbox" not in described["paths"]
        card = described["components"]["schemas"]["DecisionCardView"]["properties"]
        assert {"outcome", "rules", "flip", "sentence"} <= set(card)

    stand(tmp_path, play)


def test_node_types_people_and_connections(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        types = (await server.ask("GET", "/node-types")).json()["node_types"]
        assert ("approval", 1) in [(each["id"], each["version"]) for each in types]
        assert all(each["config_schema"]["type"] == "object" for each in types)
        people = (await server.ask("GET", "/people")).json()
        assert people["kept"] is True
        assert [(each["id"], each["roles"]) for each in people["people"]] == [
            ("clara", ["agent"]),
            ("omar", ["finance"]),
            ("petra", ["finance"]),
        ]
        found = await server.ask("POST", "/connections/test", {"connection": "crm"})
        assert found.status_code == 200
        assert found.json()["ok"] is False
        assert "no address" in found.json()["message"]
        smuggled = await server.ask("POST", "/connections/test", {"connection": "crm", "url": "http://169.254.169.254"})
        assert smuggled.status_code == 422

    stand(tmp_path, play)


def test_a_release_hash_is_that_of_its_content() -> None:
    assert content_hash(read_package(PACKAGE)) == RELEASE
