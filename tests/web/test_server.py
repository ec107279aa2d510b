import asyncio
import io
import json
import ssl
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from bridge.app import tls_context
from bridge.errors import BridgeError
from bridge.settings import Settings, WebSettings
from tests.web.house import House, open_house
from web.bodies import Role
from web.openapi import ROUTES
from web.routes import Call, Route
from web.server import application, listen

JSON = {"Content-Type": "application/json"}


def test_every_route_states_who_may_call(house: House) -> None:
    served = {
        (route.method, route.resource.canonical)
        for route in application(house.service, ROUTES).router.routes()
        if route.resource is not None
    }
    stated = {(route.method, route.path.partition(":")[0]) for route in ROUTES if route.roles}
    assert {(m, p) for m, p in served if m != "HEAD" and "{name}.svg" not in p} <= stated


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "json_invalid"),
        (b"nul", 400, "json_invalid"),
        (b'{"text": ' + b"[" * 20_000, 422, "body_invalid"),
        (b'{"text": "\xff\xfe"}', 400, "json_invalid"),
        (b'{"text": "\\ud800 alone"}', 400, "json_invalid"),
        (b"", 422, "body_invalid"),
        (b"[]", 422, "body_invalid"),
        (b"null", 422, "body_invalid"),
        (b"{}", 422, "body_invalid"),
        (b'{"text": 5}', 422, "body_invalid"),
        (b'{"text": "Why so?", "admin": true}', 422, "body_invalid"),
        (json.dumps({"text": "x" * 10_000_000}).encode(), 413, "body_too_large"),
    ],
)
async def test_a_body_that_does_not_fit_is_refused(house: House, raw: bytes, status: int, code: str) -> None:
    viewer = await house.person()
    got, answer = await viewer.call("POST", "/api/questions", data=io.BytesIO(raw), headers=JSON)
    assert (got, answer["error"]["code"]) == (status, code)
    assert "msgspec" not in json.dumps(answer)
    assert await house.entries() == []


async def test_the_place_in_the_body_is_named(house: House) -> None:
    viewer = await house.person()
    _, answer = await viewer.call("POST", "/api/questions", data=b'{"text": 5}', headers=JSON)
    assert answer["error"]["message"] == "The body does not fit: Expected `str`, got `int` - at `$.text`."


async def test_another_type_of_content_is_refused(house: House) -> None:
    viewer = await house.person()
    headers = {"Content-Type": "text/plain"}
    status, answer = await viewer.call("POST", "/api/questions", data=b'{"text": "Why so?"}', headers=headers)
    assert (status, answer["error"]["code"]) == (415, "content_type_wrong")


@pytest.mark.parametrize(
    ("text", "code"),
    [("?", "question_too_short"), ("x" * 501, "question_too_long"), ("a \u202e question", "text_not_allowed")],
)
async def test_what_the_rules_refuse_is_answered_with_its_code(house: House, text: str, code: str) -> None:
    viewer = await house.person()
    status, answer = await viewer.call("POST", "/api/questions", {"text": text})
    assert (status, answer["error"]["code"]) == (422, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api/sessions/s1/notes", 404, "not_found"),
        ("PUT", "/api/questions/q9999/vote", 404, "question_unknown"),
        ("PUT", "/api/state", 405, "method_not_allowed"),
        ("DELETE", "/whip/camera", 405, "method_not_allowed"),
        ("GET", "/hls/..%2fjournal.db", 404, "not_on_air"),
        ("GET", "/assets/..%2f..%2fjournal.db", 404, "not_found"),
        ("GET", "/assets/.hidden", 404, "not_found"),
    ],
)
async def test_what_is_not_there_is_said_in_json(house: House, method: str, path: str, status: int, code: str) -> None:
    viewer = await house.person()
    async with viewer.session.request(method, path, headers={"Accept": "text/html"}) as response:
        assert (response.status, (await response.json())["error"]["code"]) == (status, code)
        assert status != 405 or response.headers["Allow"]


async def test_people_are_told_in_words(house: House) -> None:
    viewer = await house.person()
    async with viewer.session.get("/nothing", headers={"Accept": "text/html,*/*"}) as response:
        assert (response.status, response.content_type) == (404, "text/html")
        assert "There is nothing at this address." in await response.text()


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1", "http://[", "https://room.example.evil"]
)
async def test_another_sites_origin_is_refused(house: House, origin: str) -> None:
    viewer = await house.person()
    for method, path in [("POST", "/api/questions"), ("PUT", "/api/questions/q1/vote"), ("POST", "/whip/camera")]:
        status, answer = await viewer.call(method, path, headers={"Origin": origin})
        assert (status, answer["error"]["code"]) == (403, "origin_refused")


async def test_our_own_origins_may_call(house: House) -> None:
    viewer = await house.person()
    for origin in (house.url, "https://room.example"):
        status, _ = await viewer.call("POST", "/api/questions", {"text": "Why so?"}, headers={"Origin": origin})
        assert status == 201


async def test_a_full_disk_is_said_and_nothing_is_half_done(house: House) -> None:
    viewer = await house.person()
    house.journal.full = True
    status, answer = await viewer.call("POST", "/api/questions", {"text": "Is it lost?"})
    assert (status, answer["error"]["code"]) == (503, "journal_unwritable")
    assert answer["error"]["message"] == "The disk is full. Make room."
    house.journal.full = False
    assert await viewer.ask("Is it there now?") == "q1"


async def test_a_fault_of_ours_shows_nothing_of_the_inside(house: House) -> None:
    async def fails(call: Call) -> Any:
        secret = "hidden"
        raise ZeroDivisionError(secret)

    route = Route(method="GET", path="/api/fault", roles=frozenset(Role), handler=fails, summary="Fails.")
    app = application(house.service, [route])
    with capture_logs() as logs:
        async with TestClient(TestServer(app)) as client, client.get("/api/fault") as answer:
            assert answer.status == 500
            body = await answer.text()
    assert json.loads(body)["error"]["code"] == "fault"
    assert "hidden" not in body
    assert [(log["event"], log["log_level"]) for log in logs] == [("http.fault", "error")]


async def test_every_answer_has_the_headers_that_protect(house: House) -> None:
    viewer = await house.person()
    for path in ("/", "/api/state", "/api/nothing", "/healthz", "/hls/live.m3u8"):
        async with viewer.session.get(path) as response:
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "same-origin"
            assert "Server" not in response.headers
            assert "unsafe-eval" not in response.headers["Content-Security-Policy"]


async def test_a_proxy_that_is_trusted_says_how_the_browser_came(tmp_path: Path) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "front.example", "Origin": "https://front.example"}
    for proxies, secure, status in (("127.0.0.0/8",), True, 201), ((), False, 403):
        folder = tmp_path / str(secure)
        async with open_house(folder, proxies=proxies) as house:
            viewer = await house.person()
            async with viewer.session.get("/api/state", headers=headers) as response:
                assert ("Secure" in response.headers["Set-Cookie"]) is secure
            assert (await viewer.call("POST", "/api/questions", {"text": "Why so?"}, headers=headers))[0] == status


async def test_figures_are_there_for_prometheus(house: House) -> None:
    viewer = await house.person()
    await viewer.ask()
    await viewer.listen()
    async with viewer.session.get("/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = await response.text()
    for line in (
        'forward_prop_http_requests_total{method="POST",route="/api/questions",status="201"} 1.0',
        'forward_prop_questions{status="waiting"} 1.0',
        'forward_prop_clients{audience="public"} 1.0',
        'forward_prop_output_live{kind="rtmp",output="tube"} 0.0',
        "forward_prop_journal_entries 1.0",
    ):
        assert line in text


async def test_it_is_ready_when_the_studio_is_there(house: House) -> None:
    viewer = await house.person()
    assert await viewer.call("GET", "/readyz") == (200, {"status": "ready"})
    house.studio.up = False
    status, answer = await viewer.call("GET", "/readyz")
    assert (status, answer["error"]["code"]) == (503, "not_ready")
    assert await viewer.call("GET", "/healthz") == (200, {"status": "ok"})


def test_a_port_that_is_taken_is_said() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BridgeError, match=f"Port {port} of 127.0.0.1 cannot be used: Address already in use"):
            listen("127.0.0.1", port)
    with pytest.raises(BridgeError, match="cannot be used"):
        listen("no such host", 0)


async def test_over_tls_the_cookie_is_for_tls_alone(tmp_path: Path) -> None:
    made = await asyncio.create_subprocess_exec(
        *[
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ],
        *("-addext", "subjectAltName=DNS:localhost", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"),
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await made.wait() == 0
    certificate = str(tmp_path / "cert.pem")
    settings = Settings(web=WebSettings(tls_cert=certificate, tls_key=str(tmp_path / "key.pem")))
    trusting = ssl.create_default_context(cafile=certificate)
    async with open_house(tmp_path, tls=tls_context(settings)) as house:
        address = house.url.replace("http://127.0.0.1", "https://localhost")
        async with aiohttp.ClientSession() as session, session.get(f"{address}/api/state", ssl=trusting) as response:
            assert response.status == 200
            assert "; Secure" in response.headers["Set-Cookie"]
