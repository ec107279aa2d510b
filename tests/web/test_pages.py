from pathlib import Path

import pytest

from tests.web.house import House, open_house
from web.bodies import Role


def build(house: House, *names: str) -> None:
    for name in names:
        (house.service.pages / name).write_text(f"<p>{name}</p>")


async def test_a_page_is_asked_for_anew_and_its_parts_are_kept(house: House) -> None:
    build(house, "index.html", "assets/index-abc123.js", "mark.svg")
    viewer = await house.person()
    for path, caching in [
        ("/", "no-cache"),
        ("/assets/index-abc123.js", "public, max-age=31536000, immutable"),
        ("/mark.svg", "public, max-age=3600"),
    ]:
        async with viewer.session.get(path) as response:
            assert (response.status, response.headers["Cache-Control"]) == (200, caching)


async def test_pages_that_are_not_built_say_what_to_run(house: House) -> None:
    viewer = await house.person()
    for path in ("/", "/room", "/camera"):
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


async def test_the_playlist_is_fresh_and_segments_are_kept(house: House) -> None:
    folder = house.service.hls
    assert folder is not None
    (folder / "live.m3u8").write_text("#EXTM3U\n")
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
            assert "Set-Cookie" not in response.headers
    for name in ("live2.ts", "notes.txt", ".hidden.ts"):
        assert (await viewer.call("GET", f"/hls/{name}"))[0] == 404


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
