"""Floods, ugly texts and forged votes: nothing breaks, what is refused changes nothing, and fair users are served."""

import asyncio
import itertools
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.real.crowd import Crowd, Heard, Someone
from tests.real.hostile import MARKER, MISLEADING, TEXTS, forgeries
from tests.real.running import Service, wait_for

pytestmark = pytest.mark.real

SETTINGS = """
[moderation]
mode = "post"

[video]
width = 640
height = 360
fps = 10
preset = "ultrafast"

[[sources]]
name = "testcard"
kind = "testcard"
"""
RATE = 3
"""Questions of one person, as the settings have it by default."""
ADDRESS_RATE = 300
"""The same for one address."""
FLOOD = 1000
FAIR = 6
PATIENCE_S = 10.0
"""Longest that a fair user may wait during a flood on a busy machine."""
ADDRESSES = (f"127.0.1.{number}" for number in itertools.count(1))
"""One for each test that fills an address up."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("abuse") / "room", SETTINGS) as running:
        settled(running)
        yield running


def settled(service: Service) -> None:
    """Wait until source and outputs are there."""
    wait_for("the source", lambda: service.source("testcard")["state"] == "live", within_s=15)
    for name in ("recording", "hls"):
        service.wait_output(name, "live", within_s=15)


async def seen(crowd: Crowd) -> dict[str, Any]:
    """Return the operator's ``{seq, state}`` without what changes by itself; ``seq`` counts what people did."""
    answer: dict[str, Any] = await crowd.operator().get("/api/state")
    for passing in ("outputs", "sources", "displays", "recording", "incidents"):
        del answer["state"][passing]
    return answer | {"seq": await asyncio.to_thread(acts, crowd.journal)}


def acts(journal: Path) -> int:
    """Count the entries of people: the studio tells of a new recording whenever it has begun."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as opened:
        return int(opened.execute("SELECT count(*) FROM entries WHERE actor <> 'studio'").fetchone()[0])


@asynccontextmanager
async def nothing_changes(crowd: Crowd) -> AsyncIterator[None]:
    """See that what is done inside leaves no trace."""
    before = await seen(crowd)
    yield
    assert await seen(crowd) == before


async def approved(crowd: Crowd, question: str) -> None:
    """See that all may see a question, whatever the filters think of it."""
    assert (await crowd.operator().call("POST", f"/api/questions/{question}/approve")).status == 200


def refused(heard: Heard, status: int | set[int], code: str | None = None) -> Heard:
    """See that an answer is an error in words."""
    assert heard.status in ({status} if isinstance(status, int) else status), (heard.status, heard.body)
    assert len(heard.json["error"]["message"]) > 8
    assert code in {None, heard.code}
    return heard


# Floods ---------------------------------------------------------------------------------------------------------------


async def flood(one: Callable[[int], Coroutine[Any, Any, Heard]], served: asyncio.Event) -> list[Heard]:
    """Do ``one`` for FLOOD times, many at once, and go on until the fair users are served."""
    numbers, heard = itertools.count(), list[Heard]()

    async def go_on() -> None:
        while (number := next(numbers)) < FLOOD or not served.is_set():
            heard.append(await one(number))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(40):
            tasks.create_task(go_on())
    return heard


async def are_served(crowd: Crowd, *, where: str) -> list[Heard]:
    """Let fair people come one after the other: each looks and asks."""
    heard = []
    for number in range(FAIR):
        person = crowd.stranger()
        assert (await person.call("GET", "/api/state")).status == 200
        heard.append(await person.ask(f"A fair question, number {number}, from {where}?", name="Fair"))
        await asyncio.sleep(0.05)
    return heard


def told(what: str, heard: list[Heard]) -> None:
    """Print how long answers took."""
    times = sorted(one.took_s * 1000 for one in heard)
    print(f"{what}: {len(times)} answers, median {median(times):.0f} ms, longest {times[-1]:.0f} ms")


def all_served(heard: list[Heard]) -> None:
    assert [one.status for one in heard] == [201] * FAIR
    assert max(one.took_s for one in heard) < PATIENCE_S


async def test_a_thousand_questions_from_one_person_are_three_and_others_of_the_same_address_are_served(
    service: Service,
) -> None:
    async with Crowd(service) as crowd, Crowd(service) as same, Crowd(service, "127.0.0.2") as other:
        flooder, served = crowd.stranger(), asyncio.Event()
        await flooder.call("GET", "/api/state")
        before = await seen(crowd)
        async with asyncio.TaskGroup() as tasks:
            flooding = tasks.create_task(flood(lambda n: flooder.ask(f"Flood number {n}?"), served))
            await asyncio.sleep(0.2)  # the flood has begun, and ends only after the fair
            fair = [await are_served(same, where="the same"), await are_served(other, where="another")]
            served.set()
        heard = flooding.result()
        told("flood of one person", heard)
        for name, answers in zip(("same address", "another address"), fair, strict=True):
            told(f"fair users, {name}", answers)
            all_served(answers)
        assert Counter(one.status for one in heard) == {201: RATE, 429: len(heard) - RATE}
        for one in heard:
            if one.status == 429:
                refused(one, 429, "rate_limited")
                assert 0 < one.json["error"]["retry_after_s"] <= int(one.headers["Retry-After"])
        assert (await seen(crowd))["seq"] == before["seq"] + RATE + 2 * FAIR


async def test_a_thousand_cookies_of_one_address_are_told_that_it_is_the_network_and_other_addresses_are_served(
    service: Service,
) -> None:
    async with Crowd(service, next(ADDRESSES)) as crowd, Crowd(service, "127.0.0.3") as other:
        before, served = await seen(crowd), asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            flooding = tasks.create_task(flood(lambda n: crowd.stranger().ask(f"Flood number {n}?"), served))
            await asyncio.sleep(0.2)
            fair = await are_served(other, where="another")
            served.set()
        heard = flooding.result()
        told("flood of many cookies", heard)
        told("fair users, another address", fair)
        all_served(fair)
        assert Counter(one.status for one in heard) == {201: ADDRESS_RATE, 429: len(heard) - ADDRESS_RATE}
        late = refused(next(one for one in heard if one.status == 429), 429, "rate_limited")
        assert "network" in late.json["error"]["message"]
        assert 0 < late.json["error"]["retry_after_s"] <= 600
        assert (await seen(crowd))["seq"] == before["seq"] + ADDRESS_RATE + FAIR
        await the_rest_still_works(crowd, fair[0].json["id"])


async def the_rest_still_works(crowd: Crowd, question: str) -> None:
    """See that people of an address that is full may look, vote, and be moderated."""
    await approved(crowd, question)
    person = crowd.stranger()
    assert (await person.call("GET", "/api/state")).status == 200
    assert (await person.call("PUT", f"/api/questions/{question}/vote")).status == 200
    assert (await crowd.operator().ask("A question that the operator asks for somebody?")).status == 201


async def test_the_same_text_from_many_is_a_question_each_and_harms_nobody(service: Service) -> None:
    text = "Is this the same question as all the others?"
    async with Crowd(service, next(ADDRESSES)) as crowd, Crowd(service, "127.0.0.4") as other:
        heard = await asyncio.gather(*(crowd.stranger().ask(text, name=f"Copy {n}") for n in range(200)))
        assert {one.status for one in heard} == {201}
        told("identical texts", list(heard))
        assert len({one.json["id"] for one in heard}) == len(heard), "each is a question of its own"
        stored = [one for one in (await seen(crowd))["state"]["questions"] if one["text"] == text]
        assert len(stored) == len(heard)
        assert (await other.stranger().ask("And is this one another?")).status == 201


# Texts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", TEXTS)
async def test_a_text_comes_back_as_it_was_to_everybody_who_sees_it(service: Service, what: str) -> None:
    text = unicodedata.normalize("NFC", TEXTS[what])
    async with Crowd(service, "127.0.2.1") as crowd:
        asked = await crowd.stranger().ask(text, name=text[:40].replace("\n", " "))
        assert asked.status == 201, asked.body
        await approved(crowd, asked.json["id"])
        for audience in (crowd.stranger(), crowd.operator()):
            questions = (await audience.get("/api/state"))["state"]["questions"]
            [found] = [one for one in questions if one["id"] == asked.json["id"]]
            assert found["text"] == text
            assert found["name"] == text[:40].replace("\n", " ").strip()


@pytest.mark.parametrize("what", MISLEADING)
async def test_a_text_that_misleads_is_refused_and_leaves_no_trace(service: Service, what: str) -> None:
    async with Crowd(service, "127.0.2.2") as crowd, nothing_changes(crowd):
        refused(await crowd.stranger().ask(MISLEADING[what]), 422)
        if what not in {"zero width only", "nothing"}:
            refused(await crowd.stranger().ask("Why so?", name=MISLEADING[what]), 422, "text_not_allowed")


@pytest.mark.parametrize(
    ("length", "status", "code"),
    [(61, 422, "name_too_long"), (60_000, 422, "name_too_long"), (100_000, 413, "body_too_large")],
)
async def test_a_name_that_is_too_long_is_refused(service: Service, length: int, status: int, code: str) -> None:
    async with Crowd(service, "127.0.2.3") as crowd, nothing_changes(crowd):
        refused(await crowd.stranger().ask("Why so?", name="N" * length), status, code)


async def test_no_page_and_no_answer_for_people_holds_a_text_unescaped(service: Service) -> None:
    async with Crowd(service, "127.0.2.4") as crowd:
        person = crowd.stranger()
        assert (await person.ask(TEXTS["a script"], name="<b>bold</b>")).status == 201
        html = {"Accept": "text/html"}
        for path in ("/", "/room", "/camera", "/operator", f"/<script>{MARKER}</script>", f"/enter?token=<b>{MARKER}"):
            for who in (person, crowd.operator()):
                page = await who.call("GET", path, headers=html)
                assert page.status < 500, f"{path}: are the pages built? {page.body.decode()}"
                assert MARKER.encode() not in page.body
                assert "default-src" in page.headers["Content-Security-Policy"]
        state = await person.call("GET", "/api/state", headers=html)
        assert state.headers["Content-Type"].startswith("application/json")
        assert state.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_notes_and_the_log_disarm_what_people_wrote(service: Service) -> None:
    async with Crowd(service, "127.0.2.5") as crowd:
        operator = crowd.operator()
        assert (await operator.call("POST", "/api/sessions", {"title": f"<b>{MARKER}</b>"})).status == 201
        for text in ("a script", "Markdown", "a formula"):
            assert (await crowd.stranger().ask(TEXTS[text], name="<i>Eve</i>")).status == 201
        notes = (await operator.call("GET", "/api/sessions/last/notes.md")).body.decode()
        assert MARKER in notes
        for armed in ("<script", "<b>", "<i>", "](javascript:"):
            assert armed not in notes.replace("\\" + armed, "")
        cells = (await operator.call("GET", "/api/log.csv")).body.decode()
        assert "'=HYPERLINK" in cells
        assert ",=HYPERLINK" not in cells.replace('"', "")


# Forged votes ---------------------------------------------------------------------------------------------------------


async def votes(crowd: Crowd, question: str) -> int:
    """Return how many want a question."""
    listed = (await crowd.operator().get("/api/state"))["state"]["questions"]
    count: int = next(one["votes"] for one in listed if one["id"] == question)
    return count


async def pseudonym(crowd: Crowd, question: str) -> str:
    """Return whose question it is, as moderators see it."""
    listed = (await crowd.operator().get("/api/state"))["state"]["questions"]
    person: str = next(one["desk"]["person"] for one in listed if one["id"] == question)
    return person


async def victim_and_question(crowd: Crowd) -> tuple[Someone, str, str]:
    """Let somebody ask; return them, their question and their pseudonym."""
    victim = crowd.stranger()
    asked = await victim.ask("Whose question is this one?")
    assert asked.status == 201, asked.body
    question: str = asked.json["id"]
    await approved(crowd, question)
    return victim, question, await pseudonym(crowd, question)


async def test_a_person_named_in_body_query_or_header_is_not_believed(service: Service) -> None:
    async with Crowd(service, "127.0.3.1") as crowd:
        victim, question, person = await victim_and_question(crowd)
        path, eve = f"/api/questions/{question}/vote", crowd.stranger()
        await eve.call("GET", "/api/state")
        headers = {"X-Person": person, "X-User": person, "X-Forwarded-User": person, "X-Real-IP": "10.0.0.1"}
        for _ in range(2):
            assert (await eve.call("PUT", path, {"person": person})).status == 200
            assert (await eve.call("PUT", f"{path}?person={person}&voter={person}")).status == 200
            assert (await eve.call("PUT", path, headers=headers)).status == 200
        assert await votes(crowd, question) == 1, "her own, once"
        mine = (await victim.get("/api/state"))["state"]["questions"]
        assert not next(one for one in mine if one["id"] == question).get("voted")
        async with nothing_changes(crowd):
            for named in ({"person": person}, {"actor": f"viewer:{person}"}, {"exempt": True}):
                refused(await eve.call("POST", "/api/questions", {"text": "Why so?", **named}), 422, "body_invalid")
            refused(await eve.ask("Why so?", origin="room"), 403, "not_allowed")


async def test_nobody_changes_or_withdraws_anothers_question(service: Service) -> None:
    async with Crowd(service, "127.0.3.2") as crowd:
        _, question, person = await victim_and_question(crowd)
        operator, eve = crowd.operator(), crowd.stranger()
        assert (await operator.call("POST", f"/api/questions/{question}/restore")).status == 200
        await eve.call("GET", "/api/state")
        async with nothing_changes(crowd):
            for suffix in ("", f"?person={person}"):
                path = f"/api/questions/{question}"
                refused(await eve.call("PATCH", path + suffix, {"text": "Mine now?"}), 403, "not_yours")
                refused(await eve.call("POST", f"{path}/withdraw{suffix}"), 403, "not_yours")
                refused(await eve.call("PUT", f"{path}/vote{suffix}"), 404, "question_unknown")
            refused(await eve.call("PATCH", path, {"text": "Mine now?", "person": person}), 422, "body_invalid")


async def test_a_vote_with_a_forged_cookie_is_refused_and_counts_for_nobody(service: Service) -> None:
    async with Crowd(service, "127.0.3.3") as crowd:
        token = await crowd.invited("moderator")
        victim, question, person = await victim_and_question(crowd)
        eve = crowd.stranger()
        await eve.call("GET", "/api/state")
        name, _, own = eve.cookie.partition("=")
        async with nothing_changes(crowd):
            for what, value in forgeries(own, person, token).items():
                forger = crowd.with_cookie(f"{name}={value}")
                for method, path in [
                    ("PUT", f"/api/questions/{question}/vote"),
                    ("DELETE", f"/api/questions/{question}/vote"),
                    ("POST", f"/api/questions/{question}/withdraw"),
                    ("POST", f"/api/questions/{question}/approve"),
                ]:
                    heard = await forger.call(method, path)
                    assert heard.status in {401, 403}, (what, heard.status, heard.body)
        assert (await victim.call("PUT", f"/api/questions/{question}/vote")).status == 200, "the real one counts"
        assert await votes(crowd, question) == 1


async def test_a_cookie_is_no_token_and_a_link_that_opens_once_serves_no_program(service: Service) -> None:
    once = next(part for part in service.log.read_text().split() if "/enter?token=" in part).partition("token=")[2]
    async with Crowd(service, "127.0.3.4") as crowd, nothing_changes(crowd):
        viewer = crowd.stranger()
        await viewer.call("GET", "/api/state")
        cookie = viewer.cookie.partition("=")[2]
        for token in (cookie, once, "", "operator", "null", cookie.partition(".")[0]):
            refused(await crowd.bearer(token).call("POST", "/api/queue/next"), {401, 403})
        entered = await crowd.stranger().call("GET", f"/enter?token={cookie}", headers={"Accept": "application/json"})
        refused(entered, 403, "invite_invalid")
        assert "Set-Cookie" not in entered.headers


# After all that -------------------------------------------------------------------------------------------------------


async def test_after_all_that_no_call_had_failed_and_the_programme_goes_on(service: Service) -> None:
    async with Crowd(service, "127.0.3.5") as crowd:
        figures = (await crowd.stranger().call("GET", "/metrics")).body.decode()
        answers = [
            line for line in figures.splitlines() if line.startswith("forward_prop_http_") and 'status="5' in line
        ]
        assert [line for line in answers if "readyz" not in line] == []
        state = (await crowd.operator().get("/api/state"))["state"]
        assert state["studio"]
        assert {output["state"] for output in state["outputs"]} == {"live"}
    assert "Traceback" not in Path(service.log).read_text()
