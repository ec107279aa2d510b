"""Wrong input gets a clear error with its code; nothing is lost, nothing leaks, no stack trace reaches a client."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real.running import Answer, Service, Viewer, wait_for

pytestmark = pytest.mark.real

KEY = "very-secret-stream-key"
SETTINGS = f"""
[moderation]
rate = 1000

[[sources]]
name = "testcard"
kind = "testcard"

[[sources]]
name = "novideo"
kind = "file"
path = "notes.txt"

[[sources]]
name = "missing"
kind = "file"
path = "nowhere.mkv"

[[outputs]]
name = "ingest"
url = "rtmp://127.0.0.1:1/live"
key = "{KEY}"
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("wrong") / "room"
    folder.mkdir()
    (folder / "notes.txt").write_text("This is a text, and no film.\n" * 100)
    with Service(folder, SETTINGS) as running:
        yield running


def refused(answer: Answer, status: int | set[int], code: str | None = None) -> Answer:
    """See that an answer is an error as the interface describes it, and tells nothing of the inside."""
    assert answer.status in ({status} if isinstance(status, int) else status), answer.body
    error = answer.json["error"]
    assert error["code"]
    assert len(error["message"]) > 8, "in words"
    if code is not None:
        assert error["code"] == code
    for inside in (b"Traceback", b".py", b"msgspec", b"site-packages"):
        assert inside not in answer.body
    return answer


# Settings -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[video]\nwidth = "wide"\n', ["video.width", "wide"]),
        ("[video]\nfps = 1000\n", ["video.fps", "1000", "60"]),
        ("[video]\nheigth = 720\n", ["video", "heigth", "height"]),
        ("[vidio]\nwidth = 1280\n", ["vidio", "video"]),
        ('[[sources]]\nname = "a"\nkind = "tape"\n', ["sources", "kind", "tape", "testcard"]),
        ('[[outputs]]\nname = "a"\nurl = "http://example.org/"\n', ["outputs", "url", "rtmp://"]),
        ("[video\nwidth = 3\n", ["line 1"]),
    ],
)
def test_a_wrong_setting_stops_the_start_and_names_file_key_value_and_what_is_allowed(
    tmp_path: Path, text: str, named: list[str]
) -> None:
    service = Service(tmp_path / "room", text)
    done = service.command("run")
    assert done.returncode == 1
    assert str(service.config) in done.stderr
    for word in named:
        assert word in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert service.studio_pid() is None


@pytest.mark.parametrize("what", ["missing", "folder", "binary"])
def test_settings_that_cannot_be_read_stop_the_start(tmp_path: Path, what: str) -> None:
    service = Service(tmp_path / "room", "[room]")
    service.config.unlink()
    if what == "folder":
        service.config.mkdir()
    elif what == "binary":
        service.config.write_bytes(b"\xff\xfe\x00\x01")
    done = service.command("run")
    assert done.returncode == 1
    assert str(service.config) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    text = '[[outputs]]\nname = "a"\nurl = "rtmp://example.org/live"\nkey = { file = "no.key" }\n'
    done = Service(tmp_path / "room", text).command("run")
    assert done.returncode == 1
    assert "no.key" in done.stderr
    assert "outputs" in done.stderr


def test_a_wrong_command_is_wrong_use(tmp_path: Path) -> None:
    assert Service(tmp_path / "room").command("fly").returncode == 2


# Sources --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["novideo", "missing"])
def test_a_file_that_is_no_video_fails_in_words_and_the_programme_goes_on(service: Service, name: str) -> None:
    def failed() -> dict[str, str] | None:
        source = service.source(name)
        return source if source["state"] == "failed" else None

    source = wait_for(f"{name} to fail", failed, within_s=15)
    assert len(source["reason"]) > 10
    assert "Errno" not in source["reason"]
    recording = wait_for("a recording", service.recordings, within_s=10)[-1]
    size = recording.stat().st_size
    wait_for("the recording to go on", lambda: recording.stat().st_size > size, within_s=5)


# Questions ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("?", 422, "question_too_short"),
        ("  a   ", 422, "question_too_short"),
        ("x" * 501, 422, "question_too_long"),
        ("What is \x00 this?", 422, "text_not_allowed"),
        ("What is \x1b[31m this?", 422, "text_not_allowed"),
        ("What is \x85 this?", 422, "text_not_allowed"),
        ("What is \u202e this?", 422, "text_not_allowed"),
        ("What is \u202a this?", 422, "text_not_allowed"),
    ],
)
def test_a_question_out_of_bounds_is_refused(service: Service, text: str, status: int, code: str) -> None:
    refused(Viewer(service).question(text), status, code)


@pytest.mark.parametrize(
    "text", ["Why so?", "x" * 500, "لماذا ينهار التدريب؟ 🤔", "क्यों? 👩‍💻", "Two\nlines, and a\ttab"]
)
def test_a_question_within_bounds_is_taken(service: Service, text: str) -> None:
    answer = Viewer(service).question(text)
    assert answer.status == 201, answer.body
    assert answer.json["status"] == "waiting"


def test_a_name_out_of_bounds_is_refused(service: Service) -> None:
    refused(Viewer(service).question("Why so?", name="n" * 61), 422, "name_too_long")
    refused(Viewer(service).question("Why so?", name="\u202eeve"), 422, "text_not_allowed")


@pytest.mark.parametrize(
    "raw", [b"{", b"", b"[]", b'{"text": 5}', b"{}", b'{"text": "\xff"}', b'{"text": "Why so?", "admin": true}', b"nul"]
)
def test_json_that_is_none_or_has_another_shape_is_refused(service: Service, raw: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    refused(Viewer(service).ask("POST", "/api/questions", raw=raw, headers=headers), {400, 422})


def test_deeply_nested_json_is_refused(service: Service) -> None:
    headers = {"Content-Type": "application/json"}
    refused(Viewer(service).ask("POST", "/api/questions", raw=b"[" * 20_000, headers=headers), {400, 413, 422})


def test_a_form_of_another_page_is_no_json(service: Service) -> None:
    headers = {"Content-Type": "text/plain"}
    raw = json.dumps({"text": "Why so?"}).encode()
    refused(Viewer(service).ask("POST", "/api/questions", raw=raw, headers=headers), {400, 415})


def test_a_body_of_ten_megabytes_is_refused(service: Service) -> None:
    viewer = Viewer(service)
    try:
        answer = viewer.question("x" * 10_000_000)
    except (BrokenPipeError, ConnectionResetError):
        # The server may stop reading once it knows; what counts is that it still serves.
        assert service.get("/api/state").status == 200
    else:
        refused(answer, 413)


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/api/questions/q9999/vote", "/hls/../journal.db", "/hls/%2e%2e/journal.db"]
)
def test_what_is_not_there_is_not_found(service: Service, path: str) -> None:
    answer = Viewer(service).ask("PUT" if "vote" in path else "GET", path)
    assert answer.status in {403, 404}
    assert b"Traceback" not in answer.body
    assert b"SQLite" not in answer.body


# Who may --------------------------------------------------------------------------------------------------------------


def test_a_viewer_may_not_operate(service: Service) -> None:
    viewer = Viewer(service)
    for method, path, body in [
        ("POST", "/api/air/stop", None),
        ("POST", "/api/queue/next", None),
        ("POST", "/api/speakers/now", {"name": "Eve"}),
        ("POST", "/api/questions/q1/approve", None),
        ("POST", "/api/sessions", {"title": "Mine"}),
        ("GET", "/api/outputs", None),
        ("POST", "/api/invites", {"role": "operator"}),
        ("PUT", "/api/source", {"name": "testcard"}),
    ]:
        refused(viewer.ask(method, path, body), {401, 403})
    assert service.state()["air"]["on"]


def forged(cookie: str) -> Iterator[str]:
    """Change a signed cookie in every way that one without the key can think of."""
    name, _, value = cookie.partition("=")
    yield f"{name}={value[:-2]}xx"
    yield f"{name}=operator"
    yield f"{name}={'A' * 5000}"
    for part in value.split("."):
        try:
            plain = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        except ValueError:
            continue
        if b"viewer" in plain:
            other = base64.urlsafe_b64encode(plain.replace(b"viewer", b"operator")).rstrip(b"=").decode()
            yield f"{name}={value.replace(part, other)}"


def test_a_forged_cookie_opens_nothing(service: Service) -> None:
    for cookie in forged(Viewer(service).cookie):
        refused(service.ask("POST", "/api/air/stop", headers={"Cookie": cookie}), {401, 403})
        seen = service.ask("GET", "/api/state", headers={"Cookie": cookie})
        assert seen.status in {200, 401, 403}
        if seen.status == 200:
            assert "outputs" not in seen.json["state"]
    refused(service.ask("POST", "/api/air/stop", headers={"Authorization": "Bearer made-up"}), {401, 403})
    assert service.state()["air"]["on"]


def test_another_sites_origin_may_not_command_nor_listen(service: Service) -> None:
    viewer = Viewer(service)
    headers = {"Origin": "https://elsewhere.example"}
    refused(viewer.ask("POST", "/api/questions", {"text": "Why so?"}, headers=headers), 403)
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(b"0123456789abcdef").decode(),
    }
    refused(viewer.ask("GET", "/api/events?after=0", headers=headers | upgrade), 403)


def test_an_expired_invite_is_refused_in_words(service: Service) -> None:
    token = service.invite("operator", "--expires", "1s")

    def expired() -> Answer | None:
        answer = service.get(f"/enter?token={token}")
        return answer if answer.status >= 400 else None

    answer = wait_for("the invite to expire", expired, within_s=5, every_s=0.3)
    assert answer.status in {401, 403, 410}
    assert b"expired" in answer.body.lower()
    assert "set-cookie" not in answer.headers
    refused(service.ask("POST", "/api/air/stop", headers={"Authorization": f"Bearer {token}"}), {401, 403})


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "%00", "A" * 3000])
def test_a_made_up_invite_is_refused(service: Service, token: str) -> None:
    answer = service.get(f"/enter?token={token}")
    assert 400 <= answer.status < 500
    assert "set-cookie" not in answer.headers
    assert b"Traceback" not in answer.body


@pytest.mark.parametrize("sdp", [b"", b"v=0", b"no sdp at all\r\n" * 50, b"\xff\xfe"])
def test_an_offer_that_is_no_sdp_is_refused(service: Service, sdp: bytes) -> None:
    token = service.invite("operator")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    refused(service.ask("POST", "/whip/camera", raw=sdp, headers=headers), {400, 404, 422})


# After all that -------------------------------------------------------------------------------------------------------


def test_the_key_stands_in_no_answer_and_no_log(service: Service) -> None:
    service.wait_output("ingest", "reconnecting", within_s=15)
    answers = [json.dumps(service.state()), json.dumps(service.operate("GET", "/api/outputs"))]
    answers += [service.get(path).body.decode() for path in ("/api/state", "/metrics", "/healthz", "/api/openapi.json")]
    answers += [service.command("config").stdout, service.command("check").stdout]
    answers += [path.read_text(errors="replace") for path in (service.log, *service.data.glob("*.log"))]
    for answer in answers:
        assert KEY not in answer
    assert KEY.encode() not in b"".join(path.read_bytes() for path in service.data.glob("journal.db*"))


def test_nothing_was_lost_and_no_trace_was_left(service: Service) -> None:
    asked = Viewer(service).question("Is everything still here?").json
    assert [question["id"] for question in service.state()["questions"]].count(asked["id"]) == 1
    service.interrupt()
    service.start()
    assert asked["id"] in [question["id"] for question in service.state()["questions"]]
    assert "Traceback" not in service.log.read_text()
