import asyncio

import pytest

from bridge.errors import Refused
from tests.web.house import House

CLIP = bytes(range(200))


@pytest.fixture
def kept(house: House) -> House:
    (house.clips.folder / "q1.mp4").write_bytes(CLIP)
    return house


async def test_a_clip_is_served_to_everybody_and_kept_for_a_day(kept: House) -> None:
    viewer = await kept.person()
    async with viewer.session.get("/clips/q1.mp4") as response:
        assert (response.status, response.headers["Content-Type"]) == (200, "video/mp4")
        assert response.headers["Cache-Control"] == "public, max-age=86400"
        assert response.headers["Accept-Ranges"] == "bytes"
        assert "Set-Cookie" not in response.headers
        assert await response.read() == CLIP


async def test_a_range_of_it_can_be_asked_for(kept: House) -> None:
    viewer = await kept.person()
    async with viewer.session.get("/clips/q1.mp4", headers={"Range": "bytes=10-19"}) as response:
        assert (response.status, response.headers["Content-Range"]) == (206, "bytes 10-19/200")
        assert await response.read() == CLIP[10:20]
    async with viewer.session.get("/clips/q1.mp4", headers={"Range": "bytes=200-"}) as response:
        assert response.status == 416


async def test_its_head_can_be_asked_for_and_who_has_it_gets_it_not_again(kept: House) -> None:
    viewer = await kept.person()
    async with viewer.session.head("/clips/q1.mp4") as response:
        assert (response.status, response.headers["Content-Length"], await response.read()) == (200, "200", b"")
        seen = {"If-None-Match": response.headers["ETag"]}, {"If-Modified-Since": response.headers["Last-Modified"]}
    for headers in seen:
        async with viewer.session.get("/clips/q1.mp4", headers=headers) as response:
            assert (response.status, await response.read()) == (304, b"")


@pytest.mark.parametrize("name", ["q2.mp4", "..%2fjournal.db.mp4", "%2e%2e%2fq1.mp4", "q1.mkv", "q1", "", "%00.mp4"])
async def test_what_is_no_clip_is_not_found(kept: House, name: str) -> None:
    assert (await (await kept.person()).call("GET", f"/clips/{name}"))[0] == 404


async def test_who_comes_while_many_wait_is_told_when_to_come_again(kept: House) -> None:
    kept.clips.fault = Refused("clip_later", "Try again.", status=503, retry_after_s=5.0)
    viewer = await kept.person()
    async with viewer.session.get("/clips/q1.mp4") as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
        assert (await response.json())["error"]["code"] == "clip_later"
    async with viewer.session.get("/clips/q1.mp4", headers={"Accept": "text/html"}) as response:
        assert "Try again." in await response.text()


async def test_a_clip_is_no_longer_made_for_a_client_that_went_away(kept: House) -> None:
    kept.clips.ready.clear()
    viewer = await kept.person()

    async def waiting(count: int) -> None:
        async with asyncio.timeout(5):
            while kept.clips.waiting != count:
                await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(viewer.call("GET", "/clips/q1.mp4"))
        await waiting(1)
        watching.cancel()
        await waiting(0)
