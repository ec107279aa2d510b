"""WHIP against clients of others: FFmpeg's muxer and Chromium."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np
import psutil
import pytest
from aiohttp import web as aioweb
from playwright.async_api import Browser, Page, async_playwright

from bridge.errors import StudioError
from bridge.terms import SourceState
from tests.real.running import environment, free_port
from tests.stream.whipping import Studio, offer_of, until

pytestmark = pytest.mark.real
PAGE = """<!doctype html><title>camera</title><script>
const frame = { width: 1280, height: 720 };

// A canvas that is white, and a tone, for the first tenth of each second of one clock.
async function flashAndBeep() {
  const canvas = Object.assign(document.createElement("canvas"), frame), pen = canvas.getContext("2d");
  const sound = new AudioContext({ sampleRate: 48000 }), tone = sound.createOscillator(), gain = sound.createGain();
  const out = sound.createMediaStreamDestination();
  tone.frequency.value = 1000; gain.gain.value = 0; tone.connect(gain).connect(out); tone.start();
  let next = Math.ceil(sound.currentTime) + 1;
  const draw = () => {
    const now = sound.currentTime;
    for (; next < now + 1.5; next++) { gain.gain.setValueAtTime(0.5, next); gain.gain.setValueAtTime(0, next + 0.1); }
    pen.fillStyle = now > 1 && now % 1 < 0.1 ? "#fff" : "#222"; pen.fillRect(0, 0, 1280, 720);
    pen.fillStyle = "#888"; pen.fillRect((now * 200) % 1280, 0, 8, 8);
  };
  setInterval(draw, 16);
  const stream = canvas.captureStream(30);
  stream.addTrack(out.stream.getAudioTracks()[0]);
  return stream;
}

async function publish(format, camera) {
  const devices = navigator.mediaDevices;
  const stream = camera ? await devices.getUserMedia({ video: frame, audio: true }) : await flashAndBeep();
  const peer = window.peer = new RTCPeerConnection();
  for (const track of stream.getTracks()) {
    const transceiver = peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
    const formats = RTCRtpSender.getCapabilities(track.kind).codecs;
    const wanted = formats.filter((known) => [format, "video/rtx"].includes(known.mimeType));
    if (track.kind === "video") transceiver.setCodecPreferences(wanted);
  }
  await peer.setLocalDescription();
  await new Promise((done) => {
    const look = () => peer.iceGatheringState === "complete" && done();
    peer.onicegatheringstatechange = look; look();
  });
  const headers = { "Content-Type": "application/sdp" };
  const answer = await fetch("/whip/camera", { method: "POST", headers, body: peer.localDescription.sdp });
  await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  return answer.status;
}
</script>"""


@asynccontextmanager
async def endpoint(studio: Studio) -> AsyncIterator[str]:
    """Serve WHIP (RFC 9725) and the page that uses it; yield the address."""

    async def post(request: aioweb.Request) -> aioweb.Response:
        try:
            answer, resource = await studio.receiver.offer(await request.text())
        except StudioError as error:
            return aioweb.Response(status=400, text=str(error))
        headers = {"Location": f"/whip/camera/{resource}"}
        return aioweb.Response(status=201, text=answer, content_type="application/sdp", headers=headers)

    async def delete(request: aioweb.Request) -> aioweb.Response:
        return aioweb.Response(status=200 if await studio.receiver.end(request.match_info["resource"]) else 404)

    async def page(_: aioweb.Request) -> aioweb.Response:
        return aioweb.Response(text=PAGE, content_type="text/html")

    app = aioweb.Application()
    app.router.add_post("/whip/camera", post)
    app.router.add_delete("/whip/camera/{resource}", delete)
    app.router.add_get("/", page)
    runner = aioweb.AppRunner(app)
    await runner.setup()
    port = free_port()
    await aioweb.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    flags = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags.append("--autoplay-policy=no-user-gesture-required")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        try:
            yield browser
        finally:
            await browser.close()


async def published(browser: Browser, address: str, video_format: str, *, camera: bool) -> Page:
    page = await browser.new_page()
    await page.goto(address)
    assert await page.evaluate("([format, camera]) => publish(format, camera)", [video_format, camera]) == 201
    return page


async def apart_s(studio: Studio) -> float:
    """Return how much later than the flash the beep is due, in the median of five."""
    await until("beeps", lambda: len(studio.beeps()) >= 10, within_s=60.0)
    return float(np.median(studio.apart_s(4)))


def live(studio: Studio) -> bool:
    fact = studio.facts[-1] if studio.facts else None
    return fact is not None and fact.state is SourceState.LIVE and fact.reason is None


@pytest.mark.parametrize("profile", ["baseline", "high"])
async def test_ffmpeg_publishes_and_says_goodbye(tmp_path: Path, profile: str) -> None:
    async with Studio() as studio, endpoint(studio) as address:
        pushing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.real.whip_push", f"{address}/whip/camera", str(tmp_path), "14"),
            env=environment() | {"PROFILE": profile},
        )
        try:
            assert abs(await apart_s(studio)) < 0.040
            assert live(studio)
            assert await asyncio.wait_for(pushing.wait(), 60) == 0
        finally:
            with suppress(ProcessLookupError):  # where it ended by itself, as it should
                pushing.kill()
            await pushing.wait()
        await until("the goodbye", lambda: studio.facts[-1].state is SourceState.LOST)
        assert studio.facts[-1].reason == "The client said goodbye."


@pytest.mark.parametrize("video_format", ["video/H264", "video/VP8"])
async def test_chromium_publishes_with_picture_and_sound_together(video_format: str) -> None:
    async with Studio() as studio, endpoint(studio) as address, chromium() as browser:
        await published(browser, address, video_format, camera=False)
        # The page draws when it comes to it: on a busy machine later than it sounds, which no receiver can mend.
        assert abs(await apart_s(studio)) < 0.080
        assert live(studio)


def kill_browser() -> None:
    """Let the browser die without a word, as on a laptop whose battery is empty."""
    for process in psutil.Process().children(recursive=True):
        if "chrom" in process.name():
            with suppress(psutil.NoSuchProcess):
                process.kill()


async def test_chromiums_camera_is_live_at_once_lost_when_its_browser_is_killed_and_live_again_with_the_next() -> None:
    async with Studio(width=1280, height=720) as studio, endpoint(studio) as address:
        async with chromium() as browser:
            await published(browser, address, "video/H264", camera=True)
            await until("picture and sound", lambda: live(studio) and studio.receiver.newest() and studio.sounds)
            newest = studio.receiver.newest()
            assert newest is not None
            assert newest[1].shape == (1080, 1280)
            assert int(newest[1][:720].max()) - int(newest[1][:720].min()) > 50
            kill_browser()
            # aiortc would believe in the connection for another 30 s.
            await until("the loss", lambda: studio.facts[-1].state is SourceState.LOST, within_s=15.0)
            await until("no picture", lambda: studio.receiver.newest() is None)
        async with chromium() as browser:
            await published(browser, address, "video/VP8", camera=True)
            await until("the next camera", lambda: live(studio) and studio.receiver.newest())


async def test_a_machine_without_a_network_says_so_to_its_client() -> None:
    """Only a loopback is there: in a network namespace of its own."""
    asking = await asyncio.create_subprocess_exec(
        *("unshare", "--net", sys.executable, "-c", ASK_WITHOUT_NETWORK),
        env=environment() | {"OFFER": await offer_of("video", "audio")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await asyncio.wait_for(asking.communicate(), 60)
    if b"unshare:" in complaint:
        pytest.skip(f"no network namespace can be made here: {complaint.decode().strip()}")
    assert said.decode().startswith("no_network The studio's machine has no network address"), complaint.decode()


ASK_WITHOUT_NETWORK = """
import asyncio, os
from bridge.errors import StudioError
from tests.stream.whipping import Studio

async def ask():
    async with Studio() as studio:
        try:
            await studio.receiver.offer(os.environ["OFFER"])
        except StudioError as error:
            print(error.code, error)

asyncio.run(ask())
"""
