"""The camera page publishes Chromium's fake camera and microphone to the real studio."""

import asyncio

from playwright.async_api import expect

from tests.browser.visiting import PHONE, WELL, Visits
from tests.real.running import Service, wait_for

MOVES = """element => new Promise(moved => {
    const look = () => element.getAttribute("aria-valuenow") === "-60" ? requestAnimationFrame(look) : moved();
    look();
})"""
"""Looked at with each picture: a look each second would always fall between the fake microphone's short beeps."""


async def test_the_camera_page_goes_live_is_seen_by_the_operator_and_stops(visits: Visits, service: Service) -> None:
    page, operator = await visits.visitor(PHONE, operator=True), await visits.visitor(operator=True)
    await page.goto("/camera")
    meter = page.get_by_role("meter", name="Level of your microphone")
    await expect(meter).to_be_visible()
    await expect(page.get_by_role("button", name="Go live")).to_be_enabled()
    await asyncio.wait_for(meter.evaluate(MOVES), 20)
    await page.get_by_role("button", name="Go live").click()
    await expect(page.get_by_role("main").get_by_text("Live in the room")).to_be_visible(timeout=15_000)
    await asyncio.to_thread(
        wait_for, "the camera to send", lambda: service.source("camera")["state"] == "live", within_s=10
    )

    choice = operator.get_by_role("group", name="Source of the picture").get_by_role("button", name="camera")
    await expect(choice).to_contain_text("sending")
    await choice.click()
    await expect(choice).to_have_attribute("aria-pressed", "true")
    await expect(operator.get_by_role("banner").get_by_text(WELL)).to_be_visible()

    await page.get_by_role("button", name="Stop").click()
    await expect(page.get_by_role("main").get_by_text("Ready")).to_be_visible()
    bar = operator.get_by_role("banner")
    await expect(bar.get_by_text('The source "camera" stopped')).to_be_visible(timeout=10_000)
    await expect(bar.get_by_text('Choose another source, for instance "testcard".')).to_be_visible()


async def test_the_camera_page_says_what_to_do_where_the_browser_refuses(visits: Visits) -> None:
    page = await visits.visitor(PHONE)
    await page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    await page.goto("/camera")
    await expect(page.get_by_text("The browser may not use the camera and the microphone.")).to_be_visible()
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()
    await expect(page.get_by_role("button", name="Go live")).to_be_disabled()
