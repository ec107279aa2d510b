"""The clip of an answered question plays in a real browser, under the pages' own content security policy."""

import asyncio
from typing import Any

from bridge.clips import SHORT_S
from bridge.moments import TAIL_S
from tests.browser.visiting import Visits
from tests.real.running import Service, Viewer, wait_for

PLAY = """async (source) => {
    const video = document.createElement("video");
    Object.assign(video, {id: "clip", src: source, muted: true, controls: true});
    document.body.append(video);
    await video.play();
}"""
PLAYED = """() => {
    const video = document.getElementById("clip");
    return video.readyState >= 2 && video.currentTime > 1.5 && {
        width: video.videoWidth,
        height: video.videoHeight,
        length_s: video.duration,
        sound_bytes: video.webkitAudioDecodedByteCount,
        pictures: video.getVideoPlaybackQuality().totalVideoFrames,
        error: video.error && video.error.message,
    };
}"""
SEEK = """() => new Promise((resolve) => {
    const video = document.getElementById("clip");
    video.onseeked = () => resolve(video.currentTime);
    video.currentTime = video.duration - 1;
})"""


def answered(service: Service) -> str:
    """Put a question on air for a moment; return where its clip is."""
    wait_for("the recording", lambda: service.state()["recording"], within_s=20)
    question = Viewer(service).question("Why does it work?").json["id"]
    service.operate("POST", f"/api/questions/{question}/approve")
    for _ in range(2):
        service.operate("POST", "/api/queue/next")
    link: str = service.state()["questions"][0]["link"]
    return link


async def test_the_clip_plays_and_can_be_sought_in(visits: Visits, service: Service) -> None:
    link = await asyncio.to_thread(answered, service)
    page = await visits.visitor()
    await page.goto("/")
    await page.evaluate(PLAY, link)
    played = await (await page.wait_for_function(PLAYED, timeout=20_000)).json_value()
    seen: dict[str, Any] = played
    assert (seen["width"], seen["height"], seen["error"]) == (1280, 720, None)
    assert seen["pictures"] > 20
    assert seen["sound_bytes"] > 0
    # Three seconds after the answer; before it what the recording has, and from the keyframe before that.
    assert TAIL_S - SHORT_S <= seen["length_s"] <= 8
    sought: float = await page.evaluate(SEEK)
    assert sought > seen["length_s"] - 1.1
