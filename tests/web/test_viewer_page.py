import gzip
import os
from pathlib import Path

import pytest

from tests.web.house import House
from web.viewer_page import MARKER, TITLE, WORTH_BYTES, Painted, ViewerPage

BUILT = f"<!doctype html><head>{TITLE}</head><body><div id='page'>{MARKER}</div></body>"


@pytest.fixture
def built(house: House) -> Path:
    path = house.service.pages / "index.html"
    path.write_text(BUILT)
    return path


def painted(page: ViewerPage) -> Painted:
    now = page.painted()
    assert now is not None, "the page is built"
    return now


async def test_the_page_is_painted_once_an_entry(house: House, built: Path) -> None:
    page = house.service.viewer_page
    first = painted(page)
    assert painted(page) is first
    viewer = await house.person()
    await viewer.ask()
    assert painted(page) is not first
    assert painted(page).digest == first.digest, "a question that waits is not for all"


async def test_a_page_that_is_built_anew_is_painted_anew(house: House, built: Path) -> None:
    page = house.service.viewer_page
    first = painted(page)
    built.write_text(BUILT.replace("<body>", "<body class='new'>"))
    os.utime(built, (1, 1))
    assert b"class='new'" in painted(page).whole
    assert painted(page).digest != first.digest
    built.unlink()
    assert page.painted() is None


async def test_both_codings_hold_the_same(house: House, built: Path) -> None:
    now = painted(house.service.viewer_page)
    assert now.coded is not None
    assert len(now.coded) < len(now.whole) / 2
    assert gzip.decompress(now.coded) == now.whole
    assert MARKER.encode() not in now.whole
    assert b"Between sessions" in now.whole


async def test_a_page_without_a_place_for_it_is_left_as_it_is(house: House, built: Path) -> None:
    built.write_text("<p>short</p>")
    now = painted(house.service.viewer_page)
    assert (now.whole, now.coded) == (b"<p>short</p>", None)
    assert len(now.whole) < WORTH_BYTES
