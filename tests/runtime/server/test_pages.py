"""The pages: what people read, what they post, and what can't hurt them (FAULTS T04, T06)."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from nodes.contract import Document
from runtime.server.pages.forms import controls_of, read_form
from runtime.server.pages.inbox import grouped
from runtime.server.pages.rendering import moment, shown, time_left, urgency, visible
from runtime.wire import TaskSummary
from tests.runtime.server.standing import Standing, stand

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


def page_of(run: str) -> str:
    return f"/inbox/{quote(f'{run}:finance#1', safe='')}"


def revision_in(html: str) -> str:
    return html.partition('name="revision" value="')[2].partition('"')[0]


def test_the_inbox_lists_what_is_mine_by_the_time_that_is_left(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.started(case={"key": "C-20914"})
        await server.signed_in("petra")
        html = (await server.client.get("/inbox")).text
        assert "Refund 312 EUR to Elena Marsh?" in html
        assert "C-20914" in html
        assert "4 h left" in html
        assert "1 waiting for you" in html
        assert "Refund" not in (await server.client.get("/inbox?q=nothing+like+it")).text
        assert "Refund" in (await server.client.get("/inbox?q=marsh+c-209")).text
        await server.signed_in("clara")
        assert "Nothing waits for you." in (await server.client.get("/inbox")).text

    stand(tmp_path, play)


def test_a_task_is_read_and_approved_without_a_script(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        csrf = await server.signed_in("petra")
        html = (await server.client.get(page_of(run))).text
        for words in (
            "Why you are asked",
            "The amount 312 is above 150.",
            "What we know",
            "Elena Marsh",
            "What happened so far",
            "Check amount: Above 150",
            "Amount to refund, EUR",
            "Approve",
            "Reject",
        ):
            assert words in html, words
        assert "<script" not in html
        fields = {"csrf": csrf, "revision": revision_in(html), "choice": "approve", "form.amount": "1 00,50"}
        answered = await server.post_form(page_of(run), fields)
        assert (answered.status_code, unquote(answered.headers["location"])) == (303, unquote(page_of(run)))
        after = (await server.client.get(page_of(run))).text
        assert re.search(r"petra approved this at \d\d:\d\d\. Nothing is left to do\.", after)
        assert "Your decision" not in after
        answers = (await server.ask("GET", f"/tasks/{quote(f'{run}:finance#1', safe='')}")).json()["given"]
        assert [(a["by"], a["choice"], a["form"]) for a in answers] == [("petra", "approve", {"amount": 100.50})]

    stand(tmp_path, play)


def test_roles_are_called_by_their_titles(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        await server.signed_in("petra")
        inbox = (await server.client.get("/inbox")).text
        assert "Payments desk" in inbox
        assert '<span class="roles">Payments desk</span>' in inbox, "who is signed in, too"
        assert "Payments desk" in (await server.client.get("/inbox?q=payments")).text
        page = (await server.client.get(page_of(run))).text
        assert "After that it goes to <bdi>Head of payments</bdi>." in page
        handed = await server.ask(
            "POST", f"/tasks/{quote(f'{run}:finance#1', safe='')}/hand-over", {"by": "petra", "to": "head"}
        )
        assert handed.status_code == 200, handed.text
        page = (await server.client.get(page_of(run))).text
        assert "After that it goes to" not in page
        events = (await server.ask("GET", f"/runs/{run}/events?limit=50")).json()["events"]
        assert events[-1]["words"] == "Finance check: handed over to Head of payments by petra"
        task = (await server.ask("GET", f"/tasks/{quote(f'{run}:finance#1', safe='')}")).json()
        assert (task["role"], task["role_title"], task["escalate_title"]) == (
            "head",
            "Head of payments",
            "Head of payments",
        )

    stand(tmp_path, play)


def test_a_task_that_is_not_there_is_no_matter_of_the_command_line(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.signed_in("petra")
        gone = await server.client.get("/inbox/nope%3A1")
        assert gone.status_code == 404
        assert "What waits for you stands in My tasks." in gone.text
        assert "`" not in gone.text

    stand(tmp_path, play)


def test_what_is_due_soon_is_shown_as_urgent() -> None:
    hours = [urgency(NOW + dt.timedelta(hours=left), NOW) for left in (-1, 0, 6, 7)]
    assert hours == ["late", "soon", "soon", "calm"]
    assert urgency(NOW + dt.timedelta(hours=7), NOW, overdue=True) == "late"


def test_who_comes_second_reads_who_was_first(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        csrf = await server.signed_in("omar")
        html = (await server.client.get(page_of(run))).text
        body = {"choice": "approve", "by": "petra"}
        await server.ask("POST", f"/tasks/{quote(f'{run}:finance#1', safe='')}/answers", body)
        fields = {"csrf": csrf, "revision": revision_in(html), "choice": "reject", "form.comment": "No."}
        late = await server.post_form(page_of(run), fields)
        assert late.status_code == 409
        assert "petra approved this at" in late.text
        assert "Nothing is left to do." in late.text
        assert (await server.ask("GET", f"/runs/{run}")).json()["outcome"] == "paid"

    stand(tmp_path, play)


def test_mistakes_are_told_beside_their_fields_and_nothing_typed_is_lost(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        csrf = await server.signed_in("petra")
        base = {"csrf": csrf, "revision": revision_in((await server.client.get(page_of(run))).text)}
        unreadable = await server.post_form(page_of(run), {**base, "choice": "approve", "form.amount": "much"})
        assert unreadable.status_code == 422
        assert "This should be a number, such as 312.50." in unreadable.text
        assert 'value="much"' in unreadable.text
        too_much = await server.post_form(
            page_of(run), {**base, "choice": "approve", "form.amount": "5000", "form.comment": "Kept words"}
        )
        assert too_much.status_code == 422
        assert "1000" in too_much.text
        assert "Nothing was decided yet. Correct what is marked and decide again." in too_much.text
        assert "is not filled in" not in too_much.text, "the words of the API, with the name of a field"
        assert "Kept words" in too_much.text
        silent = await server.post_form(page_of(run), {**base, "choice": "reject"})
        assert silent.status_code == 422
        assert "needs a comment" in silent.text
        marked = re.findall(r'<textarea[^>]* name="form.comment"[^>]*>', silent.text)
        assert ["aria-invalid" in field and "autofocus" in field for field in marked] == [True]
        assert "Say why, then decide again." in silent.text
        assert (await server.ask("GET", f"/runs/{run}")).json()["open_tasks"] == 1

    stand(tmp_path, play)


def test_a_form_for_what_was_shown_before_is_refused(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        csrf = await server.signed_in("petra")
        fields = {"csrf": csrf, "revision": "0" * 16, "choice": "approve"}
        old = await server.post_form(page_of(run), fields)
        assert old.status_code == 409
        assert "was changed since you read it" in old.text
        assert "Your decision" in old.text

    stand(tmp_path, play)


def test_the_requester_reads_that_another_person_has_to_decide(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started(by="petra")
        csrf = await server.signed_in("petra")
        html = (await server.client.get(page_of(run))).text
        fields = {"csrf": csrf, "revision": revision_in(html), "choice": "approve"}
        barred = await server.post_form(page_of(run), fields)
        assert barred.status_code == 403
        assert "Who asked for it may not decide" in barred.text

    stand(tmp_path, play)


def test_what_people_typed_is_shown_and_never_run(tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=a()> javascript:alert(1) \u202egnp.exe {{7*7}} {% x %}"

    async def play(server: Standing) -> None:
        run = await server.started(input={"amount": 312, "name": nasty}, case={"key": nasty})
        await server.signed_in("petra")
        for path in ("/inbox", page_of(run), f"/inbox?q={quote(nasty)}"):
            html = (await server.client.get(path)).text
            assert "<script" not in html
            assert "<img" not in html
            assert 'href="javascript' not in html
            assert "{{7*7}}" in html
        for path in ("/inbox", page_of(run)):
            assert "\u202e" not in (await server.client.get(path)).text
        assert "[U+202E]gnp.exe" in (await server.client.get(page_of(run))).text

    stand(tmp_path, play)


def test_a_task_that_is_not_there_is_a_page_that_leads_back(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        csrf = await server.signed_in("petra")
        for path in ("/inbox/nope", "/inbox/r-1%3Afinance%231"):
            answer = await server.client.get(path)
            assert answer.status_code == 404
            assert "My tasks" in answer.text
            assert (await server.post_form(path, {"csrf": csrf, "choice": "approve"})).status_code == 404

    stand(tmp_path, play)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("312.50", Decimal("312.50")), ("312,50", Decimal("312.50")), ("1 240.00", Decimal("1240.00")),
        ("-7", Decimal(-7)), ("1,000", None), ("1.000,50", None), ("1e5", None), ("NaN", None), ("0x10", None),
        ("٣", None), ("1" * 61, None), ("--1", None),
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(text: str, value: Decimal | None) -> None:
    schema = {"properties": {"amount": {"type": "number"}}}
    read, mistakes = read_form(schema, {"form.amount": text})
    assert (read.get("amount"), bool(mistakes)) == (value, value is None)


def test_a_form_becomes_values_of_its_kinds() -> None:
    schema = {
        "properties": {
            "why": {"type": "string", "maxLength": 2000},
            "reason": {"enum": ["late", "wrong"]},
            "level": {"enum": [1, 2]},
            "tell": {"type": "boolean"},
            "on": {"type": "string", "format": "date"},
            "empty": {"type": "string"},
        },
        "required": ["why"],
    }
    given = {
        "form.why": " a\r\nb ",
        "form.reason": "late",
        "form.level": "2",
        "form.tell": "yes",
        "form.on": "2026-11-20",
    }
    assert read_form(schema, given) == (
        {"why": "a\nb", "reason": "late", "level": Decimal(2), "tell": True, "on": "2026-11-20"},
        {},
    )
    assert read_form(schema, {})[0] == {"tell": False}
    assert [control.kind for control in controls_of(schema, given, {})] == [
        "lines",
        "choice",
        "choice",
        "yes_no",
        "date",
        "text",
    ]


def test_time_left_reads_as_people_say_it() -> None:
    def left(**length: float) -> str:
        return time_left(NOW + dt.timedelta(**length), NOW)

    assert [left(hours=3, minutes=59), left(minutes=20), left(seconds=5)] == ["4 h left", "20 min left", "1 min left"]
    assert [left(days=2), left(hours=-1), left(days=-3)] == ["2 days left", "1 h over", "3 days over"]
    assert time_left(NOW + dt.timedelta(days=9), NOW, overdue=True) == "overdue", (
        "its next time is no time that is left"
    )
    assert time_left(NOW - dt.timedelta(hours=2), NOW, overdue=True) == "2 h over"


def test_instants_say_the_day_only_where_it_is_another() -> None:
    assert re.search(r">\d\d:\d\d<", moment(NOW, NOW))
    assert re.search(r">(Mon|Tue|Wed) \d\d:\d\d<", moment(NOW - dt.timedelta(days=3), NOW))
    assert "2026-11-17 12:00:00 UTC" in moment(NOW - dt.timedelta(days=3), NOW)
    assert re.search(r">\d+ Nov 2024 ", moment(dt.datetime(2024, 11, 3, 12, tzinfo=dt.UTC), NOW))


def test_values_of_every_kind_are_shown() -> None:
    value = {
        "yes": True,
        "n": Decimal("1E+3"),
        "none": None,
        "lines": ["a", "<b>"],
        "file": Document("a.pdf", "x/y", 2048, "0"),
    }
    html = shown(value)
    for words in ("Yes", "1000", "nothing", "&lt;b&gt;", "a.pdf", "2 KB"):
        assert words in html, words


def test_invisible_marks_become_visible_and_words_of_any_script_stay() -> None:
    assert visible("a\u200bb\u2066") == "a[U+200B]b[U+2066]"
    assert visible("Žofie 张伟 سلام") == "Žofie 张伟 سلام"


def test_tasks_are_grouped_by_urgency() -> None:
    def task(name: str, due: dt.datetime | None, overdue: bool = False) -> TaskSummary:
        return TaskSummary(
            task=name, run="r", step="s#1", node="s", flow="f", title=name, role="x", created_at=NOW, due=due,
            overdue=overdue, revision="0",
        )  # fmt: skip

    tasks = [
        task("late", NOW - dt.timedelta(hours=1)), task("marked", None, True),
        task("soon", NOW + dt.timedelta(minutes=5)), task("far", NOW + dt.timedelta(days=9)), task("open", None),
    ]  # fmt: skip
    groups = {name: [each.task for each in members] for name, members in grouped(tasks, NOW)}
    assert groups == {"Overdue": ["late", "marked"], "Today": ["soon"], "Later": ["far"], "No deadline": ["open"]}


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def measured(
    folder: Path, pages: dict[str, str], style: bytes, probe: str, width: int, height: int
) -> dict[str, list[int]]:
    """page -> the numbers that ``probe``, an expression of JavaScript, gives for it in a window of that size."""
    assert CHROMIUM is not None
    (folder / "style.css").write_bytes(style)
    found = {}
    for name, html in pages.items():
        script = f"<script>document.title=[{probe}].map(Math.round).join(' ')</script></body>"
        page = folder / f"{name}.html"
        page.write_text(
            html.replace('href="/style.css"', 'href="style.css"').replace("</body>", script), encoding="utf-8"
        )
        drawn = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},{height}",
             f"--user-data-dir={folder / 'profile'}", "--dump-dom", page.as_uri()],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        title = re.search(r"<title>([-\d ]+)</title>", drawn.stdout)
        assert title is not None, drawn.stdout[:500]
        found[name] = [int(number) for number in title[1].split()]
    return found


def fetched(folder: Path, name: str) -> tuple[dict[str, str], bytes]:
    """The inbox and a task of somebody with that ``name``, and their style."""
    pages: dict[str, str] = {}
    styles = []
    folder.mkdir()

    async def play(server: Standing) -> None:
        run = await server.started(input={"amount": 312, "name": name})
        await server.signed_in("petra")
        pages["inbox"] = (await server.client.get("/inbox")).text
        pages["task"] = (await server.client.get(page_of(run))).text
        styles.append((await server.client.get("/style.css")).content)

    stand(folder, play)
    return pages, styles[0]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to draw the pages with")
@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1150, 800), (1000, 700), (800, 1000), (390, 844)])
def test_a_real_browser_draws_the_pages_within_its_window(tmp_path: Path, width: int, height: int) -> None:
    """Nothing is wider than the window or squeezed by a long word; in one column the buttons stay at its bottom."""
    pages, style = fetched(tmp_path / "store", "Elena " + "M" * 200)
    probe = (
        "document.documentElement.scrollWidth, innerWidth, innerHeight, "
        "...['.choices', '.known dd', '.row .flow'].flatMap(one => [document.querySelector(one)].flatMap("
        "e => e ? [e.getBoundingClientRect().width, e.getBoundingClientRect().bottom] : [0, 0]))"
    )
    found = measured(tmp_path, pages, style, probe, width, height)
    for scroll_width, inner_width, *_ in found.values():
        assert scroll_width <= inner_width
    _, inner_width, inner_height, _, bottom, value_width, *_ = found["task"]
    assert value_width >= 150
    if inner_width > 760:
        assert found["inbox"][7] >= 110, "the column of flows"
    if inner_width <= 900:
        assert bottom == inner_height


SEEN = "(e => e && e.checkVisibility() ? 1 : 0)(document.querySelector('{}'))"
SHEET = ", ".join(
    [
        "document.querySelectorAll('.opens.negative').length",
        SEEN.format(".at-once"),
        SEEN.format(".opens.negative"),
        SEEN.format("#comment"),
        "(document.querySelector('.opens.negative')?.click(), 0)",
        SEEN.format("#comment"),
        SEEN.format(".sheet-choices [value=reject]"),
        "document.querySelector('.remark').getBoundingClientRect().bottom - innerHeight",
        SEEN.format(".none-yet"),
        "(document.querySelector('#comment').value = 'Paid before', 0)",
        SEEN.format(".some"),
        "(document.querySelector('.sheet-choices button')?.click(), 0)",
        SEEN.format("#comment"),
    ]
)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to draw the pages with")
def test_reject_opens_a_sheet_for_the_comment_on_a_phone(tmp_path: Path) -> None:
    """LOOKS 4, picture 08: what needs words asks for them in a sheet at the bottom; Back keeps what was typed."""
    pages, style = fetched(tmp_path / "store", "Elena Marsh")
    small = measured(tmp_path, {"task": pages["task"]}, style, SHEET, 500, 844)["task"]
    assert small == [1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0]
    large = measured(tmp_path, {"task": pages["task"]}, style, SHEET, 1400, 900)["task"]
    assert large[:4] == [1, 1, 0, 1], "on a desktop the comment stands beside the buttons, and one click rejects"


def test_what_needs_a_comment_is_decided_in_the_sheet_and_after_a_refusal_in_the_page(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        csrf = await server.signed_in("petra")
        html = (await server.client.get(page_of(run))).text
        form = html.partition('<form class="card decision"')[2]
        assert form.count('name="form.comment"') == 1, "typed once, wherever it is seen"
        assert re.findall(r"<button([^>]*)>", form)[0] == " disabled hidden", "Enter in a field decides nothing"
        sheet = form.partition('popover role="group"')[2].partition('<div class="choices')[0]
        assert re.findall(r'name="choice" value="(\w+)"', sheet) == ["reject"]
        silent = await server.post_form(
            page_of(run), {"csrf": csrf, "revision": revision_in(html), "choice": "reject", "form.comment": " "}
        )
        assert "Say why, then decide again." in silent.text
        assert " popover" not in silent.text, "what is marked stands in sight"

    stand(tmp_path, play)


def test_as_much_may_be_typed_as_the_schema_allows() -> None:
    schema = {
        "properties": {
            "code": {"type": "string", "maxLength": 5},
            "letter": {"type": "string", "maxLength": 30_000},
            "free": {"type": "string"},
        }
    }
    longest = {control.name: control.longest for control in controls_of(schema, {}, {})}
    assert longest == {"form.code": 5, "form.letter": 30_000, "form.free": 2_000}
