import asyncio
import base64
from datetime import timedelta
from math import inf
from typing import Any

import aiohttp
import pytest

from bridge import commands as c
from bridge.audiences import Audience
from bridge.replica import apply
from bridge.terms import PersonId
from bridge.views import Level, MetersView, OutputFigures
from tests.web.hearing import FakeTransport, Timers
from tests.web.house import House, Person
from web.auth import Caller
from web.bodies import Role
from web.crowd import Client
from web.events import EXPIRED, SLOW, Hub
from web.pulse import PING_S

METERS = MetersView(
    levels=(Level(name="programme", rms_db=-20, peak_db=-9),),
    outputs=(OutputFigures(name="tube", tries=0, bitrate_bps=4_000_000, frames=30, dropped=1),),
    fps=30.0,
    late=0,
    dropped=0,
)


async def listen(person: Person, query: str = "") -> aiohttp.ClientWebSocketResponse:
    return await person.listen(query)


async def hear(stream: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    message: dict[str, Any] = await stream.receive_json(timeout=5)
    return message


async def test_a_stream_begins_with_everything_and_goes_on_with_what_happens(house: House) -> None:
    viewer = await house.person()
    stream = await listen(viewer)
    first = await hear(stream)
    assert (first["kind"], first["seq"], first["role"]) == ("snapshot", 0, "viewer")
    question = await viewer.ask()
    message = await hear(stream)
    assert (message["seq"], message["kind"], message["data"]["id"]) == (1, "question.asked", question)
    assert message["data"]["question"]["mine"]


async def test_following_the_stream_gives_the_same_as_asking_anew(house: House) -> None:
    ann, bob, operator = await house.person(), await house.person(), await house.person(Role.OPERATOR)
    everybody = [ann, bob, operator]
    streams = [await listen(person) for person in everybody]
    states = [(await hear(stream))["state"] for stream in streams]
    one, two = await ann.ask("The first question?"), await bob.ask("The second question?")
    for method, path in [
        ("POST", f"/api/questions/{one}/approve"),
        ("POST", f"/api/questions/{two}/approve"),
        ("POST", "/api/queue/next"),
        ("POST", f"/api/questions/{two}/reject"),
        ("POST", "/api/air/start"),
    ]:
        assert (await operator.call(method, path))[0] == 200
    assert (await operator.call("POST", "/api/sessions", {"title": "The end"}))[0] == 201
    for place, stream in enumerate(streams):
        while (states[place]["session"] or {}).get("title") != "The end":
            states[place] = apply(states[place], await hear(stream))
    assert states == [await person.state() for person in everybody]


async def test_who_comes_back_gets_what_was_missed_and_nothing_twice(house: House) -> None:
    operator = await house.person(Role.OPERATOR)
    await operator.call("POST", "/api/air/start")
    await operator.call("POST", "/api/air/blank")
    await operator.call("POST", "/api/air/unblank")
    stream = await listen(operator, "?after=1")
    assert [(await hear(stream))["seq"] for _ in range(2)] == [2, 3]
    await operator.call("POST", "/api/air/stop")
    assert (await hear(stream))["kind"] == "air.stopped"


@pytest.mark.parametrize("after", ["", "?after=", "?after=99", "?after=-1", "?after=x", f"?after={'9' * 400}"])
async def test_who_comes_with_a_number_that_means_nothing_gets_everything(house: House, after: str) -> None:
    operator = await house.person(Role.OPERATOR)
    await operator.call("POST", "/api/air/start")
    assert (await hear(await listen(operator, after)))["kind"] == "snapshot"


async def test_what_is_private_reaches_its_asker_and_moderators_alone(house: House) -> None:
    ann, bob, moderator = await house.person(), await house.person(), await house.person(Role.MODERATOR)
    streams = [await listen(person) for person in (ann, bob, moderator)]
    for stream in streams:
        await hear(stream)
    question = await ann.ask("Is this a secret?")
    await moderator.call("POST", f"/api/questions/{question}/reject", {"reason": "Not here"})
    await ann.ask("Is this another?")
    await moderator.call("POST", "/api/questions/q2/approve")
    to_ann = [await hear(streams[0]) for _ in range(3)]
    assert to_ann[1]["data"]["question"]["reason"] == "Not here"
    assert (await hear(streams[1]))["kind"] == "question.approved", "the first thing that others hear of"
    assert [(await hear(streams[2]))["kind"] for _ in range(4)] == [
        "question.asked",
        "question.rejected",
        "question.asked",
        "question.approved",
    ]


async def test_operators_who_ask_get_the_meters(house: House) -> None:
    operator, viewer = await house.person(Role.OPERATOR), await house.person()
    asking, plain = await listen(operator, "?meters=1"), await listen(operator)
    curious = await listen(viewer, "?meters=1")
    for stream in (asking, plain, curious):
        await hear(stream)
    house.service.hub.tell_meters(METERS)
    await operator.call("POST", "/api/air/start")
    message = await hear(asking)
    assert (message["kind"], message["data"]["levels"][0]["peak_db"]) == ("meters", -9.0)
    assert "seq" not in message
    for stream in (plain, curious):
        assert (await hear(stream))["kind"] == "air.started"
    assert (await operator.call("GET", "/api/outputs"))[1][0]["dropped"] == 1


async def test_without_a_studio_there_are_no_figures(house: House) -> None:
    house.service.hub.tell_meters(METERS)
    house.service.hub.tell_meters(None)
    operator = await house.person(Role.OPERATOR)
    assert (await operator.call("GET", "/api/outputs"))[1][0]["bitrate_bps"] == 0


async def test_another_sites_page_may_not_listen(house: House) -> None:
    viewer = await house.person()
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
        "Origin": "https://elsewhere.example",
    }
    status, answer = await viewer.call("GET", "/api/events", headers=upgrade)
    assert (status, answer["error"]["code"]) == (403, "origin_refused")
    stream = await viewer.listen(headers={"Origin": "https://room.example"})
    assert (await hear(stream))["kind"] == "snapshot"


async def test_a_listener_without_a_cookie_is_given_one(house: House) -> None:
    viewer = await house.person()
    await listen(viewer)
    assert [cookie.key for cookie in viewer.session.cookie_jar] == ["forward_prop"]


async def test_a_plain_call_of_the_stream_is_told_what_it_is(house: House) -> None:
    status, answer = await (await house.person()).call("GET", "/api/events")
    assert (status, answer["error"]["code"]) == (426, "websocket_needed")


async def test_a_stream_ends_with_the_access(house: House) -> None:
    operator = await house.person()
    token = house.token(Role.OPERATOR, opens=timedelta(seconds=1))
    stream = await operator.listen(headers={"Authorization": f"Bearer {token}"})
    assert (await hear(stream))["role"] == "operator"
    house.clock.pass_(seconds=2)
    house.service.hub.look()
    message = await stream.receive(timeout=5)
    assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, EXPIRED)


async def test_who_answers_pings_stays_and_who_does_not_is_given_up(house: House) -> None:
    here, away = await house.person(), await house.person()
    answering, silent = await listen(here), await here.listen(autoping=False)
    lost = await away.listen(autoping=False)
    for stream in (answering, silent, lost):
        await hear(stream)
    hub = house.service.hub
    house.clock.pass_(seconds=PING_S)
    hub.look()
    for stream in (silent, lost):
        assert (await stream.receive(timeout=5)).type is aiohttp.WSMsgType.PING
    await (await house.person(Role.OPERATOR)).call("POST", "/api/air/start")
    assert (await hear(answering))["kind"] == "air.started", "it answered by itself"
    assert (await silent.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT
    await silent.ping(b"anything")
    assert (await silent.receive(timeout=5)).data == b"anything", "whoever pings us is answered, and is there"
    house.clock.pass_(seconds=PING_S)
    hub.look()
    assert (hub.vanished, hub.connected()[Audience.PUBLIC]) == (1, 2)


async def test_who_leaves_is_forgotten(house: House) -> None:
    viewer = await house.person()
    stream = await listen(viewer)
    assert house.service.hub.connected()[Audience.PUBLIC] == 1
    await stream.close()
    async with asyncio.timeout(5):
        while house.service.hub.connected()[Audience.PUBLIC]:
            await asyncio.sleep(0)


# The hub by itself ----------------------------------------------------------------------------------------------------


def client(house: House, role: Role, **more: bool) -> tuple[Client, FakeTransport]:
    transport = FakeTransport()
    caller = Caller(person=PersonId(f"p-{role}"), role=role, until=house.clock.now())
    return Client(caller, transport, until=inf, **more), transport


async def test_a_frame_is_built_once_an_audience(house: House) -> None:
    hub = house.service.hub
    seen = [client(house, Role.OPERATOR)[0] for _ in range(3)]
    for one in seen:
        hub.join(one, 0)
    await house.service.writer.submit(c.StartAir(), actor="test")
    frames = [one.transport.written[-1] for one in seen if isinstance(one.transport, FakeTransport)]
    assert frames[0] is frames[1] is frames[2]
    assert hub.sent == 3


async def test_a_client_that_does_not_read_is_let_go_and_holds_up_nobody(house: House) -> None:
    hub = house.service.hub
    slow, stuck = client(house, Role.OPERATOR)
    quick, free = client(house, Role.OPERATOR)
    hub.join(slow, 0)
    hub.join(quick, 0)
    stuck.waiting = 1 << 20
    await house.service.writer.submit(c.StartAir(), actor="test")
    assert (stuck.close_code, stuck.closed, hub.slow) == (SLOW, True, 1)
    assert free.messages[-1]["kind"] == "air.started"
    assert hub.connected()[Audience.OPERATOR] == 1


async def test_a_connection_that_broke_a_moment_ago_costs_nobody_else_a_message(house: House) -> None:
    hub = house.service.hub
    people = [client(house, Role.OPERATOR) for _ in range(3)]
    for one, _ in people:
        hub.join(one, 0)
    people[1][1].close()
    await house.service.writer.submit(c.StartAir(), actor="test")
    assert [len(transport.messages) for _, transport in people] == [1, 0, 1]


async def test_meters_are_left_out_where_much_waits(house: House) -> None:
    hub = house.service.hub
    behind, transport = client(house, Role.OPERATOR, meters=True)
    hub.join(behind, 0)
    transport.waiting = 32 * 1024
    hub.tell_meters(METERS)
    assert transport.written == []
    assert hub.connected()[Audience.OPERATOR] == 1, "that is no reason to let it go"


async def test_what_is_too_long_ago_is_replaced_by_a_snapshot(house: House) -> None:
    hub = Hub(house.service.writer.room, house.clock, ring=2)
    house.service.writer.follow(hub.tell)
    for command in (c.StartAir(), c.Blank(), c.Unblank()):
        await house.service.writer.submit(command, actor="test")
    (late, missed), (later, resumed) = client(house, Role.OPERATOR), client(house, Role.OPERATOR)
    hub.join(late, 0)
    assert [message["kind"] for message in missed.messages] == ["snapshot"]
    hub.join(later, 1)
    assert [message["seq"] for message in resumed.messages] == [2, 3]


async def test_at_the_end_everybody_is_told_and_nobody_let_in(house: House) -> None:
    hub = house.service.hub
    here, transport = client(house, Role.VIEWER)
    hub.join(here, None)
    hub.close()
    assert (transport.close_code, transport.closed) == (1001, True)
    late, other = client(house, Role.VIEWER)
    hub.join(late, None)
    assert other.close_code == 1001


# Screens --------------------------------------------------------------------------------------------------------------

SHOWS = '{"page": "room", "shows": "q7"}'


def display_names(transport: FakeTransport) -> list[list[str]]:
    told = [message for message in transport.messages if message["kind"] == "displays"]
    return [[display["name"] for display in message["data"]["displays"]] for message in told]


async def test_the_panel_hears_which_screens_there_are_and_what_they_show(house: House) -> None:
    timers = Timers()
    hub = Hub(house.service.writer.room, house.clock, later=timers)
    (screen, _), (operator, seen) = client(house, Role.DISPLAY), client(house, Role.OPERATOR)
    hub.join(operator, None)
    hub.join(screen, None)
    hub.heard(screen, SHOWS)
    hub.heard(screen, '{"page": "room", "shows": "q8"}')
    hub.heard(screen, "hello")
    timers.go_off()
    (told,) = [message["data"]["displays"] for message in seen.messages if message["kind"] == "displays"]
    assert [(one["page"], one["shows"], one["invited"]) for one in told] == [("room", "q8", True)]
    hub.leave(screen)
    timers.go_off()
    assert display_names(seen)[-1] == []


async def test_an_operator_who_comes_or_comes_back_knows_the_screens(house: House) -> None:
    hub = Hub(house.service.writer.room, house.clock, later=Timers())
    (screen, _), (fresh, first), (back, resumed) = (client(house, role) for role in (Role.VIEWER, *[Role.OPERATOR] * 2))
    hub.join(screen, None)
    hub.heard(screen, SHOWS)
    hub.join(fresh, None)
    hub.join(back, hub.room.seq)
    (display,) = first.messages[0]["state"]["displays"]
    assert (display["name"], display["invited"]) == ("Room", False)
    assert display_names(resumed) == [["Room"]]


async def test_viewers_hear_nothing_of_screens(house: House) -> None:
    timers = Timers()
    hub = Hub(house.service.writer.room, house.clock, later=timers)
    (screen, _), (viewer, seen) = client(house, Role.DISPLAY), client(house, Role.VIEWER)
    hub.join(viewer, None)
    hub.join(screen, None)
    hub.heard(screen, SHOWS)
    timers.go_off()
    assert [message["kind"] for message in seen.messages] == ["snapshot"]
    assert "displays" not in seen.messages[0]["state"]
