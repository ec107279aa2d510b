"""Whatever is sent to the calls of GET /api/openapi.json, the answer is one that it describes.

Cases are made from the description: ones that fit it and ones that do not. They are the same at each run, but for what
the service itself makes up: ids and times.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi import checks

from tests.real.running import Service

pytestmark = pytest.mark.real

SETTINGS = """
[moderation]
rate = 20

[video]
width = 320
height = 180
fps = 5
bitrate_bps = 200000
preset = "ultrafast"

[hls]
enabled = false

[[sources]]
name = "testcard"
kind = "testcard"

[[sources]]
name = "camera"
kind = "whip"
"""
Operation = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Any]
ROLES = ("nobody", "viewer", "moderator", "operator")
EXAMPLES = 20
"""Cases of each call that fit the description, and as many that do not; each is sent by every role."""
LEFT_OUT = {
    "/api/events": "a WebSocket: what comes after the upgrade is no HTTP, and the event stream has tests of its own",
    "/hls/{name}": "the programme's pictures and sound are for players, and a test of their own plays them",
}
KNOWN = {
    "id": st.sampled_from([*(f"q{number}" for number in range(1, 13)), "s1", "s2", "last"]),
    "person": st.sampled_from(["room-ada", "nobody"]),
    "format": st.sampled_from(["md", "json", "pdf"]),
    "source": st.sampled_from(["camera", "testcard"]),
    "name": st.sampled_from(["mark", "index", "favicon"]),
}
"""By name of what varies in a path: values that name something, for a made-up one is all but always unknown."""
MEANT = {
    "into": KNOWN["id"],
    "before": KNOWN["id"],
    "name": st.sampled_from(["camera", "testcard", "slate"]),
    "text": st.sampled_from(["Why is it so?", "A question of many\nlines", "\u05dc\u05de\u05d4? \U0001f914" * 9]),
}
"""The same by name of what varies in a body."""
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
schemathesis.serializer.alias("application/sdp", "text/plain")

UNHURRIED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    # What fails is not made smaller: the service has moved on, and the same call may not fail again.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("described") / "room", SETTINGS) as running:
        running.operate("POST", "/api/sessions", {"title": "Fuzzing"})
        for number in range(1, 13):
            body = {"text": f"Question number {number}?", "name": "Ada", "origin": "room"}
            running.operate("POST", "/api/questions", body)
        yield running


@pytest.fixture(scope="module")
def described(service: Service) -> BaseSchema:
    schema = schemathesis.openapi.from_dict(service.get("/api/openapi.json").json)
    # Made-up cookies and tokens would be refused before anything else is looked at.
    schema.config.generation.update(with_security_parameters=False)
    return schema


@dataclass
class Caller:
    """Somebody of a role who sends cases and judges the answers."""

    service: Service
    role: str
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[tuple[str, int, str], str] = field(default_factory=dict)
    """By call, status and what is wrong: the first answer of that kind."""

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.headers = headers_of(self.service, self.role)
        self.base = f"http://127.0.0.1:{self.service.port}"

    def send(self, case: AnyCase) -> None:
        """Send one case and judge the answer."""
        before = acts(self.service)
        self.session.cookies.clear()
        answer = case.call(self.base, session=self.session, headers=self.headers, allow_redirects=False)
        self.statuses[answer.status_code] += 1
        for wrong in self._wrong(case, answer, before):
            kind = (case.operation.label, answer.status_code, wrong)
            self.faults.setdefault(kind, f"sent {case.formatted_path} {case.query} {case.body!r}, got {answer.text}")

    def _wrong(self, case: AnyCase, answer: Response, before: int) -> Iterator[str]:
        status = answer.status_code
        if status >= 500 and (status, case.path) != (503, "/readyz"):
            yield "the service failed"
        if status >= 400 and acts(self.service) != before:
            yield "a call that was refused changed the state"
        roles = case.operation.definition.raw["x-roles"]
        if status < 400 and {"nobody": "viewer"}.get(self.role, self.role) not in roles:
            yield f"only {roles} may do this"
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as failures:
            yield from (str(one) for one in failures.exceptions)

    def told(self) -> list[str]:
        """Return the faults in words."""
        return [
            f"{self.role}: {call} {status}: {wrong[:600]}\n    {first[:400]}"
            for (call, status, wrong), first in self.faults.items()
        ]


def tried(operation: Operation, mode: GenerationMode, callers: Sequence[Caller]) -> None:
    """Let all ``callers`` send the same cases of one call."""

    @UNHURRIED
    @given(case=operation.as_strategy(generation_mode=mode), draw=st.data())
    def send(case: AnyCase, draw: st.DataObject) -> None:
        aim(case, draw.draw)
        for caller in callers:
            caller.send(case)

    send()


def modes(operation: Operation) -> list[GenerationMode]:
    """Return the ways to make cases: without a body there are only texts, and every text is one."""
    negative = [GenerationMode.NEGATIVE] if "application/json" in operation.get_request_payload_content_types() else []
    return [GenerationMode.POSITIVE, *negative]


def aim(case: AnyCase, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
    """Let three of four cases name something that is there, in the path and in the body, and ask in earnest."""
    for name in case.path_parameters or {}:
        if name in KNOWN and draw(st.integers(0, 3)):
            case.path_parameters[name] = draw(KNOWN[name])
    if "rev" in (case.query or {}) and draw(st.integers(0, 3)):
        case.query["rev"] = draw(st.sampled_from(["0", "1", "2"]))
    if not isinstance(case.body, dict):
        return
    for name, text in case.body.items():
        if isinstance(text, str) and name in MEANT and draw(st.integers(0, 3)):
            case.body[name] = draw(MEANT[name])


def acts(service: Service) -> int:
    """Return the number of the last entry that somebody's call made; the studio reports at any time."""
    with closing(sqlite3.connect(f"file:{service.data / 'journal.db'}?mode=ro", uri=True)) as journal:
        query = "SELECT coalesce(max(seq), 0) FROM entries WHERE actor LIKE '%:%'"
        last: int = journal.execute(query).fetchone()[0]
    return last


def headers_of(service: Service, role: str) -> dict[str, str]:
    """Return what lets one call as ``role``."""
    match role:
        case "nobody":
            return {}
        case "viewer":
            return {"Cookie": service.get("/api/state").headers["set-cookie"].partition(";")[0]}
        case _:
            return {"Authorization": f"Bearer {service.invite(role)}"}


def test_every_answer_to_everything_is_one_that_is_described(service: Service, described: BaseSchema) -> None:
    callers, began = [Caller(service, role) for role in ROLES], time.perf_counter()
    for found in described.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # an error has none, and fails here
        if operation.path not in LEFT_OUT:
            for mode in modes(operation):
                tried(operation, mode, callers)
    for caller in callers:
        seen = ", ".join(f"{count} × {status}" for status, count in sorted(caller.statuses.items()))
        print(f"{caller.role}: {caller.statuses.total()} calls: {seen}")
    print(f"{time.perf_counter() - began:.0f} s")
    if told := [one for caller in callers for one in caller.told()]:
        pytest.fail("\n".join(told), pytrace=False)


def test_after_all_that_it_serves_and_nothing_was_traced(service: Service) -> None:
    assert service.get("/readyz").status == 200
    assert service.state()["studio"]
    assert "Traceback" not in Path(service.log).read_text()
