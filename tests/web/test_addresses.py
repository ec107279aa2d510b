import asyncio
from pathlib import Path

import pytest

from bridge.errors import BridgeError, Refused
from tests.web.house import HandClock, House, Person, open_house
from web.addresses import ADDRESSES, NetworkLimit, network
from web.bodies import Role

HALL = "192.0.2.1"
ELSEWHERE = "198.51.100.7"
PROXIES = ("127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def ask(limit: NetworkLimit, address: str, times: int = 1) -> None:
    for _ in range(times):
        with limit.place(address):
            pass


# Counting -------------------------------------------------------------------------------------------------------------


def test_an_address_that_asked_too_much_waits_until_its_oldest_question_is_out_of_the_window(clock: HandClock) -> None:
    limit = NetworkLimit(clock, rate=2, window_s=600)
    ask(limit, HALL)
    clock.pass_(seconds=100)
    ask(limit, HALL)
    with pytest.raises(Refused) as refused, limit.place(HALL):
        pass
    assert (refused.value.code, refused.value.status, refused.value.retry_after_s) == ("rate_limited", 429, 500)
    assert "network" in refused.value.message
    assert "not about you" in refused.value.message
    clock.pass_(seconds=500)
    ask(limit, HALL)
    with pytest.raises(Refused), limit.place(HALL):
        pass


def test_one_address_does_not_count_for_another(clock: HandClock) -> None:
    limit = NetworkLimit(clock, rate=1, window_s=600)
    ask(limit, HALL)
    ask(limit, ELSEWHERE)


def test_no_rate_is_no_limit_and_keeps_nothing(clock: HandClock) -> None:
    limit = NetworkLimit(clock, rate=0, window_s=600)
    ask(limit, HALL, times=1000)
    assert len(limit) == 0


def test_a_question_that_was_refused_does_not_count(clock: HandClock) -> None:
    limit = NetworkLimit(clock, rate=1, window_s=600)
    for _ in range(3):
        with pytest.raises(BridgeError), limit.place(HALL):
            raise BridgeError("no such luck")
    assert len(limit) == 0
    ask(limit, HALL)


def test_a_question_under_way_holds_its_place(clock: HandClock) -> None:
    limit = NetworkLimit(clock, rate=1, window_s=600)
    with limit.place(HALL), pytest.raises(Refused), limit.place(HALL):
        pass


def test_a_caller_who_goes_away_meanwhile_is_counted_as_the_question_may_be_committed(clock: HandClock) -> None:
    limit = NetworkLimit(clock, rate=1, window_s=600)
    with pytest.raises(asyncio.CancelledError), limit.place(HALL):
        raise asyncio.CancelledError
    with pytest.raises(Refused), limit.place(HALL):
        pass


def test_an_address_whose_questions_are_long_ago_is_forgotten(clock: HandClock) -> None:
    limit = NetworkLimit(clock, rate=3, window_s=600)
    for number in range(50):
        ask(limit, f"192.0.2.{number}")
    clock.pass_(seconds=600)
    ask(limit, HALL)
    assert len(limit) == 1


def test_of_too_many_addresses_the_one_that_asked_longest_ago_is_forgotten(clock: HandClock) -> None:
    limit = NetworkLimit(clock, rate=1, window_s=600, addresses=3)
    for number in range(1, 5):
        ask(limit, f"192.0.2.{number}")
    assert len(limit) == 3
    ask(limit, "192.0.2.1")
    with pytest.raises(Refused), limit.place("192.0.2.4"):
        pass


def test_the_memory_is_bounded_whoever_asks(clock: HandClock) -> None:
    limit = NetworkLimit(clock, rate=5, window_s=600)
    for number in range(ADDRESSES + 500):
        ask(limit, f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::/64")
    assert len(limit) == ADDRESSES


# Which address it is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        pytest.param(HALL, [], HALL, id="nobody in between"),
        pytest.param(HALL, [ELSEWHERE], HALL, id="one who is no proxy of ours says what he likes"),
        pytest.param("127.0.0.1", [], "127.0.0.1", id="the proxy itself"),
        pytest.param("127.0.0.1", [HALL], HALL, id="one proxy"),
        pytest.param("127.0.0.1", [f"{ELSEWHERE}, {HALL}"], HALL, id="what stands further left is made up"),
        pytest.param("127.0.0.1", [ELSEWHERE, HALL], HALL, id="two headers are one list"),
        pytest.param("127.0.0.1", [f"{ELSEWHERE}, {HALL}, 10.1.2.3"], HALL, id="two proxies"),
        pytest.param("127.0.0.1", ["10.1.2.3, 10.1.2.4"], "10.1.2.3", id="a proxy asks"),
        pytest.param("127.0.0.1", [f"{ELSEWHERE}, unknown"], "127.0.0.1", id="a hop that is no address"),
        pytest.param("127.0.0.1", [f"{ELSEWHERE}, "], "127.0.0.1", id="an empty hop"),
        pytest.param("127.0.0.1", [f"{HALL}:4711"], HALL, id="with a port"),
        pytest.param("127.0.0.1", ["[2001:db8:2:3:4::5]:4711"], "2001:db8:2:3::/64", id="IPv6 with a port"),
        pytest.param("::ffff:127.0.0.1", [HALL], HALL, id="a proxy on a socket for both kinds"),
        pytest.param("2001:db8:1::9", ["2001:db8:2:3:4:5:6:7"], "2001:db8:2:3::/64", id="IPv6 by its network"),
        pytest.param("2001:db8:2:3:ffff::1", [], "2001:db8:2:3::/64", id="the same network"),
        pytest.param("fe80::1%eth0", [], "fe80::/64", id="with a zone"),
        pytest.param(f"::ffff:{HALL}", [], HALL, id="IPv4 on a socket for both kinds"),
        pytest.param(None, [HALL], "unknown", id="a connection that has gone"),
        pytest.param("", [], "unknown", id="no connection of a network"),
    ],
)
def test_the_network_is_the_last_that_a_proxy_of_ours_saw(
    peer: str | None, forwarded: list[str], expected: str
) -> None:
    assert network(peer, forwarded, PROXIES) == expected


def test_without_proxies_no_header_is_believed() -> None:
    assert network("127.0.0.1", [HALL], ()) == "127.0.0.1"


# Over HTTP ------------------------------------------------------------------------------------------------------------

TEXT = {"text": "Why does it work?"}


async def refused_person(house: House) -> Person:
    """Let somebody new come and be refused for the network's sake."""
    person = await house.person()
    status, answer = await person.call("POST", "/api/questions", TEXT)
    assert (status, answer["error"]["code"]) == (429, "rate_limited"), answer
    assert "network" in answer["error"]["message"]
    return person


async def test_many_cookies_of_one_address_are_counted_together(tmp_path: Path) -> None:
    async with open_house(tmp_path, address_rate=3) as house:
        for _ in range(3):
            await (await house.person()).ask()
        before = await house.entries()
        person = await refused_person(house)
        async with person.session.post("/api/questions", json=TEXT) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "600")
            assert (await response.json())["error"]["retry_after_s"] == 600
        assert await house.entries() == before
        house.clock.pass_(seconds=600)
        await person.ask()


async def test_what_the_rules_refuse_leaves_room_for_others(tmp_path: Path) -> None:
    async with open_house(tmp_path, address_rate=1) as house:
        person = await house.person()
        for body in ({"text": "?"}, {"text": "x" * 501}, {"text": 5}):
            assert (await person.call("POST", "/api/questions", body))[0] == 422
        house.journal.full = True
        assert (await person.call("POST", "/api/questions", TEXT))[0] == 503
        house.journal.full = False
        await person.ask()
        await refused_person(house)


async def test_of_many_at_once_no_more_get_through(tmp_path: Path) -> None:
    async with open_house(tmp_path, address_rate=5) as house:
        people = [await house.person() for _ in range(20)]
        answers = await asyncio.gather(*(person.call("POST", "/api/questions", TEXT) for person in people))
        assert sorted(status for status, _ in answers) == [201] * 5 + [429] * 15


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OPERATOR])
async def test_moderators_ask_whatever_their_network_does(tmp_path: Path, role: Role) -> None:
    async with open_house(tmp_path, address_rate=1) as house:
        desk = await house.person(role)
        for _ in range(3):
            await desk.ask()
        await (await house.person()).ask()
        await desk.ask()


async def test_only_asking_is_limited(tmp_path: Path) -> None:
    async with open_house(tmp_path, address_rate=1) as house:
        person, desk = await house.person(), await house.person(Role.OPERATOR)
        question = await person.ask()
        assert (await person.call("PATCH", f"/api/questions/{question}", {"text": "Why not?"}))[0] == 200
        assert (await desk.call("POST", f"/api/questions/{question}/approve"))[0] == 200
        for method in ("PUT", "DELETE", "PUT"):
            assert (await person.call(method, f"/api/questions/{question}/vote"))[0] == 200


async def test_behind_a_proxy_each_visitors_address_is_counted(tmp_path: Path) -> None:
    async with open_house(tmp_path, address_rate=1, proxies=("127.0.0.1",)) as house:
        for address, status in [(HALL, 201), (ELSEWHERE, 201), (f"{ELSEWHERE}, {HALL}", 429)]:
            person = await house.person()
            got, _ = await person.call("POST", "/api/questions", TEXT, headers={"X-Forwarded-For": address})
            assert got == status


async def test_without_a_trusted_proxy_a_made_up_address_helps_nobody(tmp_path: Path) -> None:
    async with open_house(tmp_path, address_rate=1) as house:
        await (await house.person()).ask()
        person = await house.person()
        headers = {"X-Forwarded-For": ELSEWHERE}
        assert (await person.call("POST", "/api/questions", TEXT, headers=headers))[0] == 429
