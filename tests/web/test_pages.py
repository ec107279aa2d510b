import asyncio
import os
from pathlib import Path

import aiohttp
import pytest

from tests.web.house import House, open_house
from web.bodies import Role
from web.hls import PATIENCE_S, PLAYLIST, Hls
from web.viewer_page import MARKER, TITLE


def programme(house: House) -> Hls:
    assert house.service.hls is not None
    return house.service.hls


def write_playlist(house: House, *, ago_s: float = 1.0) -> None:
    """Write it as the studio would have done so long ago."""
    path = programme(house).folder / PLAYLIST
    path.write_text("#EXTM3U\n")
    written_s = house.clock.now().timestamp() - ago_s
    os.utime(path, (written_s, written_s))


def build(house: House, *names: str) -> None:
    for name in names:
        (house.service.pages / name).write_text(f"<p>{name}</p>")


async def test_a_page_is_asked_for_anew_and_its_parts_are_kept(house: House) -> None:
    build(house, "index.html", "assets/index-abc123.js", "mark.svg")
    viewer = await house.person()
    for path, caching in [
        ("/", "private, no-cache"),
        ("/assets/index-abc123.js", "public, max-age=31536000, immutable"),
        ("/mark.svg", "public, max-age=3600"),
    ]:
        async with viewer.session.get(path) as response:
            assert (response.status, response.headers["Cache-Control"]) == (200, caching)


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("deflate", None), ("", None)]
)
@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [("/assets/index-abc123.js", "assets/index-abc123.js", "javascript"), ("/room", "room.html", "text/html")],
)
async def test_what_was_compressed_when_it_was_built_goes_out_so(
    house: House, path: str, name: str, kind: str, accepted: str, coding: str | None
) -> None:
    build(house, name)
    for ending in (".gz", ".br"):
        (house.service.pages / (name + ending)).write_bytes(f"made {ending} by hand".encode())
    bodies = {None: f"<p>{name}</p>", "gzip": "made .gz by hand", "br": "made .br by hand"}
    headers = {"Accept-Encoding": accepted}
    async with (
        aiohttp.ClientSession(house.url, auto_decompress=False, headers=headers) as viewer,
        viewer.get(path) as response,
        viewer.get(path, headers={"If-None-Match": response.headers["ETag"]}) as again,
    ):
        assert response.headers.get("Content-Encoding") == coding
        assert kind in response.headers["Content-Type"]
        assert await response.text() == bodies[coding]
        assert (again.status, again.headers["ETag"]) == (304, response.headers["ETag"])
        assert response.headers["Vary"] == again.headers["Vary"] == "Accept-Encoding"


async def test_pages_that_are_not_built_say_what_to_run(house: House) -> None:
    viewer = await house.person()
    for path in ("/", "/room", "/overlay", "/camera"):
        async with viewer.session.get(path) as response:
            assert response.status == 503
            assert "make pages" in await response.text()


async def test_the_operators_page_is_the_operators(house: House) -> None:
    build(house, "operator.html")
    viewer, operator = await house.person(), await house.person(Role.OPERATOR)
    async with viewer.session.get("/operator") as response:
        assert response.status == 403
        assert "invite link" in await response.text()
    async with operator.session.get("/operator") as response:
        assert response.status == 200


async def test_the_moderators_page_is_the_moderators(house: House) -> None:
    build(house, "moderate.html")
    viewer = await house.person()
    async with viewer.session.get("/moderate") as response:
        assert response.status == 403
        assert "invite link" in await response.text()
    for role in (Role.MODERATOR, Role.OPERATOR):
        person = await house.person(role)
        async with person.session.get("/moderate") as response:
            assert response.status == 200


async def test_a_page_load_gives_the_cookie(house: House) -> None:
    build(house, "index.html")
    viewer = await house.person()
    async with viewer.session.get("/") as response:
        assert "HttpOnly" in response.headers["Set-Cookie"]


VIEWER_PAGE = f"<head>{TITLE}</head><div id='page'>{MARKER}</div>"


async def test_the_viewer_page_shows_the_room_as_it_is_now(house: House) -> None:
    (house.service.pages / "index.html").write_text(VIEWER_PAGE)
    operator, viewer = await house.person(Role.OPERATOR), await house.person()
    await operator.call("POST", "/api/sessions", {"title": f"{MARKER} GANs"})
    question = await viewer.ask("Is </div> a <b>tag</b>?")
    await operator.call("POST", f"/api/questions/{question}/approve")
    async with viewer.session.get("/") as response:
        text = await response.text()
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<title>&lt;!--first-paint--&gt; GANs · Forward Prop</title>" in text
    assert text.count("Is &lt;/div&gt; a &lt;b&gt;tag&lt;/b&gt;?") == 1
    assert MARKER not in text
    stranger = await house.person()
    async with stranger.session.get("/") as response:
        assert await response.text() == text, "nothing in it is for one person"
        assert "HttpOnly" in response.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "gzip"),
        ("br;q=1.0, GZIP;q=0.8", "gzip"),
        ("gzip;q=0, identity", None),
        ("x-gzip", None),
        ("", None),
    ],
)
async def test_the_viewer_page_is_sent_again_only_where_it_changed(
    house: House, accepted: str, coding: str | None
) -> None:
    (house.service.pages / "index.html").write_text(VIEWER_PAGE)
    operator = await house.person(Role.OPERATOR)
    viewer = await house.person()
    headers = {"Accept-Encoding": accepted}
    async with viewer.session.get("/", headers=headers) as response:
        assert response.headers.get("Content-Encoding") == coding
        assert "Between sessions" in await response.text()
    headers["If-None-Match"] = f'"other", W/{response.headers["ETag"]}'
    async with viewer.session.get("/", headers=headers) as response:
        assert (response.status, await response.read()) == (304, b"")
        assert response.headers["Vary"] == "Accept-Encoding"
    await operator.call("POST", "/api/sessions", {"title": "GANs"})
    async with viewer.session.get("/", headers=headers) as response:
        assert response.status == 200
        assert "GANs" in await response.text()


async def test_the_playlist_is_fresh_and_segments_are_kept(house: House) -> None:
    folder = programme(house).folder
    write_playlist(house)
    (folder / "live1.ts").write_bytes(b"G")
    (folder / "notes.txt").write_text("no")
    viewer = await house.person()
    for name, kind, caching in [
        ("live.m3u8", "application/vnd.apple.mpegurl", "no-cache"),
        ("live1.ts", "video/mp2t", "public, max-age=600"),
    ]:
        async with viewer.session.get(f"/hls/{name}") as response:
            assert (response.status, response.headers["Content-Type"]) == (200, kind)
            assert response.headers["Cache-Control"] == caching
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert response.headers.keys().isdisjoint({"Set-Cookie", "Content-Encoding", "Vary"})
    for name in ("live2.ts", "notes.txt", ".hidden.ts"):
        assert (await viewer.call("GET", f"/hls/{name}"))[0] == 404


async def held(house: House) -> None:
    """Wait until a call waits for the playlist."""
    async with asyncio.timeout(5):
        while not programme(house).waiting:
            await asyncio.sleep(0.001)


async def test_a_player_that_comes_before_the_playlist_is_held_until_it_is_there(house: House) -> None:
    operator, viewer = await house.person(Role.OPERATOR), await house.person()
    await operator.call("POST", "/api/air/start")
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(viewer.session.get("/hls/live.m3u8"))
        await held(house)
        write_playlist(house)
    async with call.result() as response:
        assert (response.status, await response.text()) == (200, "#EXTM3U\n")


async def test_a_player_is_not_held_for_ever(house: House) -> None:
    operator, viewer = await house.person(Role.OPERATOR), await house.person()
    await operator.call("POST", "/api/air/start")
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(viewer.session.get("/hls/live.m3u8"))
        await held(house)
        house.clock.pass_(seconds=PATIENCE_S)
    async with call.result() as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "2")
        assert (await response.json())["error"]["code"] == "not_on_air_yet"


async def test_a_player_that_goes_is_forgotten_without_a_word(house: House, caplog: pytest.LogCaptureFixture) -> None:
    operator, viewer = await house.person(Role.OPERATOR), await house.person()
    await operator.call("POST", "/api/air/start")
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(viewer.session.get("/hls/live.m3u8"))
        await held(house)
        call.cancel()
    async with asyncio.timeout(5):
        while programme(house).waiting:
            await asyncio.sleep(0.001)
    # The service's answer to nobody is written in a later turn of the loop.
    assert (await viewer.call("GET", "/healthz"))[0] == 200
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(("on_air", "status", "code"), [(False, 404, "not_on_air"), (True, 503, "not_on_air_yet")])
async def test_the_playlist_of_a_programme_that_ended_is_not_served(
    house: House, on_air: bool, status: int, code: str
) -> None:
    operator, viewer = await house.person(Role.OPERATOR), await house.person()
    if on_air:
        await operator.call("POST", "/api/air/start")
    write_playlist(house, ago_s=21)
    async with viewer.session.head("/hls/live.m3u8") as response:
        assert response.status == status, "only the head is asked for: at once"
    programme(house).close()
    got, answer = await viewer.call("GET", "/hls/live.m3u8")
    assert (got, answer["error"]["code"]) == (status, code)


async def test_without_hls_there_is_none(tmp_path: Path) -> None:
    async with open_house(tmp_path, hls=False) as house:
        viewer = await house.person()
        assert (await viewer.call("GET", "/hls/live.m3u8"))[1]["error"]["code"] == "hls_off"


async def test_the_qr_code_is_an_svg(house: House) -> None:
    viewer = await house.person()
    async with viewer.session.get("/qr.svg") as response:
        assert response.content_type == "image/svg+xml"
        assert (await response.text()).startswith("<svg")


@pytest.mark.parametrize("path", ["/", "/healthz", "/hls/live.m3u8"])
async def test_the_head_of_what_can_be_got_can_be_asked_for(house: House, path: str) -> None:
    viewer = await house.person()
    async with viewer.session.head(path) as response:
        assert response.status in {200, 404, 503}
        assert await response.read() == b""
