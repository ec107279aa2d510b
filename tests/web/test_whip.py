import pytest

from bridge.errors import StudioError
from tests.web.house import House
from web.bodies import Role

OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
SDP = {"Content-Type": "application/sdp"}
TOKEN = {"Authorization": "Bearer camera-token"}


async def test_a_client_with_the_sources_token_publishes_and_says_goodbye(house: House) -> None:
    client = await house.person()
    async with client.session.post("/whip/camera", data=OFFER, headers=SDP | TOKEN) as response:
        assert (response.status, response.headers["Content-Type"]) == (201, "application/sdp")
        assert response.headers["Location"] == "/whip/camera/r1"
        assert (await response.text()).startswith("v=0")
        assert "Set-Cookie" not in response.headers
    assert house.studio.offers == [("camera", OFFER)]
    async with client.session.delete("/whip/camera/r1", headers=TOKEN) as response:
        assert response.status == 200
    assert house.studio.ended == ["r1"]


async def test_an_operator_publishes_by_cookie_and_by_token(house: House) -> None:
    browser, program = await house.person(), await house.person(Role.OPERATOR)
    await browser.session.get("/enter", params={"token": house.token(Role.OPERATOR)}, allow_redirects=False)
    for person in (browser, program):
        async with person.session.post("/whip/stage", data=OFFER, headers=SDP) as response:
            assert response.status == 201


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer wrong"}, 401), ({"Authorization": "Bearer "}, 401)],
)
async def test_nobody_else_publishes_or_ends(house: House, headers: dict[str, str], status: int) -> None:
    client = await house.person()
    for method, path in [("POST", "/whip/camera"), ("POST", "/whip/stage"), ("DELETE", "/whip/camera/r1")]:
        assert (await client.call(method, path, data=OFFER, headers=SDP | headers))[0] == status
    assert (house.studio.offers, house.studio.ended) == ([], [])


async def test_a_viewer_or_moderator_may_not_publish(house: House) -> None:
    moderator = await house.person(Role.MODERATOR)
    status, answer = await moderator.call("POST", "/whip/camera", data=OFFER, headers=SDP)
    assert (status, answer["error"]["code"]) == (403, "role_needed")


async def test_one_sources_token_does_not_open_another(house: House) -> None:
    client = await house.person()
    assert (await client.call("POST", "/whip/stage", data=OFFER, headers=SDP | TOKEN))[0] == 401


@pytest.mark.parametrize("sdp", [b"", b"v=0", b"no sdp at all\r\n" * 50, b"\xff\xfe"])
async def test_an_offer_that_is_no_sdp_is_refused(house: House, sdp: bytes) -> None:
    client = await house.person()
    status, answer = await client.call("POST", "/whip/camera", data=sdp, headers=SDP | TOKEN)
    assert (status, answer["error"]["code"]) == (400, "sdp_invalid")


async def test_another_type_of_content_is_refused(house: House) -> None:
    client = await house.person()
    headers = {"Content-Type": "text/plain"} | TOKEN
    assert (await client.call("POST", "/whip/camera", data=OFFER, headers=headers))[0] == 415


async def test_a_source_that_is_not_there_is_named(house: House) -> None:
    client = await house.person()
    status, answer = await client.call("POST", "/whip/roof", data=OFFER, headers=SDP | TOKEN)
    assert (status, answer["error"]["code"]) == (404, "source_unknown")
    assert "camera, stage" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("fault", "status"),
    [(StudioError("Away."), 503), (StudioError("No codec in common.", code="offer_refused"), 422)],
)
async def test_what_the_studio_cannot_do_is_said(house: House, fault: StudioError, status: int) -> None:
    house.studio.fault = fault
    client = await house.person()
    got, answer = await client.call("POST", "/whip/camera", data=OFFER, headers=SDP | TOKEN)
    assert (got, answer["error"]["code"], answer["error"]["message"]) == (status, fault.code, fault.message)


async def test_the_endpoint_says_what_it_takes(house: House) -> None:
    client = await house.person()
    async with client.session.options("/whip/camera") as response:
        assert (response.status, response.headers["Accept-Post"]) == (204, "application/sdp")
    for method in ("GET", "PUT", "PATCH"):
        assert (await client.call(method, "/whip/camera"))[0] == 405


async def test_trickle_ice_is_not_supported(house: House) -> None:
    client = await house.person()
    async with client.session.patch("/whip/camera/r1", headers=TOKEN) as response:
        assert (response.status, response.headers["Allow"]) == (405, "DELETE")
