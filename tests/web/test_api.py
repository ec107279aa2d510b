import json
import re
from datetime import timedelta

import pytest

from bridge.events import QuestionAsked
from tests.web.house import House
from web import api
from web.bodies import Role
from web.routes import Route


async def test_a_question_goes_its_whole_way(house: House) -> None:
    viewer, operator = await house.person(), await house.person(Role.OPERATOR)
    status, asked = await viewer.call("POST", "/api/questions", {"text": "Why does it work?", "name": "Ann"})
    assert (status, asked) == (201, {"id": "q1", "number": 1, "status": "waiting"})
    approved = asked | {"status": "approved", "rev": 1}
    assert await operator.call("POST", "/api/questions/q1/approve") == (200, approved)
    assert await operator.call("POST", "/api/queue/next") == (200, {"on_air": "q1", "next": None})
    assert (await viewer.state())["questions"][0]["status"] == "on_air"
    assert await operator.call("POST", "/api/queue/clear") == (200, {"on_air": None, "next": None})
    assert (await operator.call("POST", "/api/questions/q1/on-air"))[1]["status"] == "on_air"
    assert await operator.call("POST", "/api/queue/next") == (200, {"on_air": None, "next": None})
    seen = (await viewer.state())["questions"][0]
    assert (seen["status"], seen["mine"], seen["name"]) == ("answered", True, "Ann")


async def test_what_is_answered_is_committed(house: House) -> None:
    viewer = await house.person()
    await viewer.ask("Is it written down?")
    events = [entry.event for entry in await house.entries()]
    assert [event.text for event in events if isinstance(event, QuestionAsked)] == ["Is it written down?"]


async def test_an_asker_edits_and_withdraws_their_own_alone(house: House) -> None:
    ann, bob = await house.person(), await house.person()
    question = await ann.ask()
    assert (await bob.call("PATCH", f"/api/questions/{question}", {"text": "Something else"}))[0] in {403, 404}
    assert (await ann.call("PATCH", f"/api/questions/{question}", {"text": "Something else"}))[0] == 200
    assert (await ann.state())["questions"][0]["text"] == "Something else"
    status, answer = await ann.call("POST", f"/api/questions/{question}/withdraw")
    assert (status, answer["status"]) == (200, "withdrawn")
    assert (await bob.state())["questions"] == []


async def test_a_vote_counts_once_and_can_be_taken_back(house: House) -> None:
    ann, bob, operator = await house.person(), await house.person(), await house.person(Role.OPERATOR)
    question = await ann.ask()
    await operator.call("POST", f"/api/questions/{question}/approve")
    for _ in range(2):
        assert (await bob.call("PUT", f"/api/questions/{question}/vote"))[0] == 200
    seen = (await bob.state())["questions"][0]
    assert (seen["votes"], seen["voted"]) == (1, True)
    assert (await bob.call("DELETE", f"/api/questions/{question}/vote"))[0] == 200
    assert (await bob.state())["questions"][0]["votes"] == 0


async def test_a_moderator_rejects_restores_and_edits(house: House) -> None:
    ann, moderator = await house.person(), await house.person(Role.MODERATOR)
    question = await ann.ask()
    path = f"/api/questions/{question}"
    assert (await moderator.call("POST", f"{path}/reject", {"reason": "Asked before"}))[1]["status"] == "not_taken"
    assert (await ann.state())["questions"][0]["reason"] == "Asked before"
    assert (await moderator.call("POST", f"{path}/restore"))[1]["status"] == "waiting"
    assert (await moderator.call("POST", f"{path}/reject"))[1]["status"] == "not_taken", "a reason is not needed"
    assert (await moderator.call("POST", f"{path}/edit", {"text": "In better words?"}))[0] == 200
    assert (await ann.state())["questions"][0]["text"] == "In better words?"


async def test_who_asks_too_often_is_told_how_long_to_wait(house: House) -> None:
    viewer = await house.person()
    for number in range(100):
        await viewer.ask(f"Question number {number}?")
    async with viewer.session.post("/api/questions", json={"text": "One more?"}) as response:
        error = (await response.json())["error"]
        assert (response.status, error["code"]) == (429, "rate_limited")
        assert 0 < error["retry_after_s"] <= 600
        assert int(response.headers["Retry-After"]) >= error["retry_after_s"]


async def test_the_programme_is_operated(house: House) -> None:
    operator = await house.person(Role.OPERATOR)
    since = "2026-06-05T12:00:00Z"
    assert await operator.call("POST", "/api/air/start") == (200, {"on": True, "blanked": False, "since": since})
    assert (await operator.call("POST", "/api/air/blank"))[1]["blanked"]
    assert not (await operator.call("POST", "/api/air/unblank"))[1]["blanked"]
    assert (await operator.call("PUT", "/api/source", {"name": "camera"}))[0] == 200
    assert (await operator.call("PUT", "/api/layout", {"name": "slate"}))[0] == 200
    state = await operator.state()
    assert (state["source"], state["layout"]) == ("camera", "slate")
    assert (await operator.call("PUT", "/api/source", {"name": "nothing"}))[1]["error"]["code"] == "source_unknown"
    assert not (await operator.call("POST", "/api/air/stop"))[1]["on"]


async def test_outputs_are_listed_as_the_interface_says(house: House) -> None:
    operator = await house.person(Role.OPERATOR)
    status, outputs = await operator.call("GET", "/api/outputs")
    assert status == 200
    assert [output["name"] for output in outputs] == ["tube", "recording"]
    assert {"name", "kind", "state", "tries", "bitrate_bps", "frames", "dropped", "since"} <= set(outputs[0])


async def test_sessions_turns_and_notes(house: House) -> None:
    operator, notes = await house.person(Role.OPERATOR), await house.person(Role.NOTES)
    assert (await notes.call("GET", "/api/turns"))[1]["error"]["code"] == "session_unknown"
    status, session = await operator.call("POST", "/api/sessions", {"title": "GANs, round 2", "host": "Ann"})
    assert (status, session["id"], session["title"]) == (201, "s1", "GANs, round 2")
    house.clock.pass_(seconds=10)
    assert (await operator.call("POST", "/api/speakers/now", {"name": "Bob"}))[0] == 200
    house.clock.pass_(seconds=5)
    assert (await operator.call("POST", "/api/speakers/now", {"name": None}))[0] == 200
    assert (await operator.call("POST", "/api/sessions/s1/close"))[0] == 200
    status, turns = await notes.call("GET", "/api/turns", params={"session": "s1"})
    assert [(turn["name"], turn["began_at"], turn["ended_at"]) for turn in turns] == [
        ("Bob", "2026-06-05T12:00:10Z", "2026-06-05T12:00:15Z")
    ]
    sessions = (await operator.call("GET", "/api/sessions"))[1]
    assert [(one["id"], one["closed_at"]) for one in sessions] == [("s1", "2026-06-05T12:00:15Z")]
    async with notes.session.get("/api/sessions/last/notes.md") as response:
        assert response.content_type == "text/markdown"
        assert (await response.text()).startswith("# GANs, round 2\n")
    assert (await notes.call("GET", "/api/sessions/s1/notes.json"))[1]["title"] == "GANs, round 2"
    assert (await notes.call("GET", "/api/sessions/s1/notes.docx"))[1]["error"]["code"] == "format_unknown"
    assert (await notes.call("GET", "/api/sessions/s9/notes.md"))[1]["error"]["code"] == "session_unknown"


async def test_an_operator_makes_an_invite(house: House) -> None:
    operator = await house.person(Role.OPERATOR)
    status, made = await operator.call("POST", "/api/invites", {"role": "moderator", "name": "Cat", "expires_s": 60})
    assert (status, made["role"], made["expires_at"]) == (201, "moderator", "2026-06-05T12:01:00Z")
    assert made["url"].startswith("https://room.example/enter?token=")
    invite = house.service.signer.read_invite(made["url"].partition("token=")[2], house.clock.now())
    assert (invite.role, invite.name, invite.once) == (Role.MODERATOR, "Cat", False)
    assert invite.until - house.clock.now() == timedelta(seconds=60)
    for wrong in ({"role": "king"}, {"role": "viewer", "expires_s": 0}, {"role": "notes", "name": "n" * 61}):
        assert (await operator.call("POST", "/api/invites", wrong))[1]["error"]["code"] == "body_invalid"


@pytest.mark.parametrize("route", api.ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_each_call_is_kept_to_those_who_may(house: House, route: Route) -> None:
    path = re.sub(r"\{(\w+)\}", lambda part: {"id": "q1", "format": "md", "person": "p1"}[part[1]], route.path)
    for role in Role:
        person = await house.person(None if role is Role.VIEWER else role)
        status, answer = await person.call(route.method, path, {} if route.body else None)
        refused = answer is not None and "error" in answer and answer["error"]["code"] == "role_needed"
        assert refused == (role not in route.roles), f"{role}: {status} {answer}"
        assert status == 403 or not refused


async def test_everything_that_is_sent_is_described(house: House) -> None:
    viewer = await house.person()
    status, described = await viewer.call("GET", "/api/openapi.json")
    assert status == 200
    assert described["openapi"] == "3.1.0"
    assert set(described["paths"]["/api/questions/{id}/vote"]) == {"put", "delete"}
    assert described["components"]["schemas"]["QuestionAnswer"]["required"] == ["id", "number", "status"]
    named = json.dumps(described)
    assert all(
        reference.split('"')[0] in described["components"]["schemas"]
        for reference in named.split("#/components/schemas/")[1:]
    )


async def test_an_opening_without_a_time_zone_is_refused_in_words(house: House) -> None:
    moderator = await house.person(Role.MODERATOR)
    status, answer = await moderator.call("PUT", "/api/asking", {"opens_at": "2026-06-05T12:00:00"})
    assert (status, answer["error"]["code"]) == (422, "body_invalid")
    assert "timezone" in answer["error"]["message"]
