"""Ten thousand connected viewers: the real service, a process of viewers, and by turns a bare aiohttp server.

Measures how soon one event reaches all, the service's processor time and memory for them, votes and questions at the
rate of a full room, and a restart. ``BENCH_VIEWERS`` makes it another number of viewers.
"""

import http.client
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from websocket import create_connection

from bridge.terms import PersonId
from tests.bench.bench_memory import written_kib
from tests.bench.crowd import Viewers
from tests.bench.figures import Figure
from tests.bench.load import cpu_s, meters
from tests.bench.paced import Call, percentile, send
from tests.real.running import TOP, Service, environment, free_port, wait_for
from web import auth
from web.auth import Caller, Signer
from web.bodies import Role

VIEWERS = int(os.environ.get("BENCH_VIEWERS", "10000"))
EVENTS = 24
ROUNDS = 4
EACH = 10
"""Events a round, of either server."""
VOTES_PER_S = 10_000 / 60
QUESTIONS_PER_S = 2_000 / 60
MINUTE_S = min(60.0, VIEWERS / VOTES_PER_S)
TEXT = "Why does batch normalisation help when the batch is small, number {}?"
SETTINGS = """
[[sources]]
name = "card"
kind = "testcard"

[hls]
enabled = false

[moderation]
address_rate = 0  # all viewers come from this machine
"""


def cookies(service: Service, count: int) -> list[str]:
    """Sign cookies for so many viewers, as the service itself does."""
    signer = Signer(auth.load_secret(service.data))
    until = (datetime.now(UTC) + timedelta(days=80)).replace(microsecond=0)  # noqa: TID251  # no clock is handed in here
    people = (Caller(person=PersonId(f"viewer-{n}"), role=Role.VIEWER, until=until) for n in range(count))
    return [f"{auth.COOKIE}={signer.cookie(caller)}" for caller in people]


def settled_kib(pid: int) -> int:
    """Return the least memory of some looks: garbage comes and goes."""
    looks = []
    for _ in range(5):
        looks.append(written_kib(pid))
        time.sleep(0.5)
    return min(looks)


class Turn:
    """Makes one small event after the other that everybody is told of."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._blank = False
        token = service.token
        self._headers = {"Authorization": f"Bearer {token}"}

    def __call__(self) -> None:
        self._blank = not self._blank
        answer = self._service.ask("POST", f"/api/air/{'blank' if self._blank else 'unblank'}", headers=self._headers)
        assert answer.status == 200, answer.body


def spread(turn: Turn, viewers: Viewers, *, count: int) -> list[tuple[float, float]]:
    """Return for each of some events how long it took to the median and to the last viewer, in seconds."""
    found = []
    for _ in range(count):
        viewers.forget()
        began = time.perf_counter()
        turn()
        times = viewers.received(VIEWERS)
        found.append((statistics.median(times) - began, max(times) - began))
        time.sleep(0.2)
    return found


def spread_figure(found: Sequence[tuple[float, float]], when: str) -> Figure:
    """Give how soon an event reaches all."""
    middle, last = (statistics.median(part) * 1000 for part in zip(*found, strict=True))
    worst = max(last for _, last in found) * 1000
    measured = f"{last:.0f} ms (half of them after {middle:.0f} ms; the slowest of {len(found)} events {worst:.0f} ms)"
    return Figure(f"one event to all of {VIEWERS:,} viewers, median{when}", "≤ 250 ms", measured, last <= 250)


# CPU and memory -------------------------------------------------------------------------------------------------------


class Floor:
    """Makes the bare server tell all its viewers something."""

    def __init__(self, port: int, frame: bytes) -> None:
        self.port = port
        self._frame = frame

    def ready(self) -> bool:
        try:
            return self._ask("GET", "/", None) == 404
        except OSError:
            return False

    def __call__(self) -> None:
        assert self._ask("POST", "/tell", self._frame) == 200

    def _ask(self, method: str, path: str, body: bytes | None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, body)
            return connection.getresponse().status
        finally:
            connection.close()


@contextmanager
def floor(frame: bytes) -> Iterator[tuple[Floor, int]]:
    """Run the bare server; hand out also its process id."""
    server = Floor(free_port(), frame)
    command = [sys.executable, "-m", "tests.bench.floor", str(server.port)]
    process = subprocess.Popen(command, cwd=TOP, env=environment())
    try:
        wait_for("the bare server", server.ready, within_s=10)
        yield server, process.pid
    finally:
        process.kill()
        process.wait()


def one_frame(service: Service, cookie: str, turn: Turn) -> bytes:
    """Return the JSON of the event that viewers are told of."""
    socket = create_connection(f"ws://127.0.0.1:{service.port}/api/events", cookie=cookie, timeout=10)
    try:
        socket.recv()
        turn()
        turn()
        received = socket.recv()
        return received.encode() if isinstance(received, str) else received
    finally:
        socket.close()


def microseconds(pid: int, turn: Turn | Floor, viewers: Viewers) -> float:
    """Return the processor's time that a message takes, over some events."""
    process = [psutil.Process(pid)]
    viewers.forget()
    used = cpu_s(process)
    for number in range(EACH):
        turn()
        viewers.received(VIEWERS * (number + 1))
    return (cpu_s(process) - used) / (EACH * VIEWERS) * 1e6


def cpu_figure(service: Service, turn: Turn, viewers: Viewers, people: Sequence[str]) -> Figure:
    """Give the CPU of a message against the bare server's."""
    ours, bare = [], []
    with floor(one_frame(service, people[0], turn)) as (server, pid), Viewers() as others:
        others.connect(server.port, people)
        for _ in range(ROUNDS):
            ours.append(microseconds(service.process.pid, turn, viewers))
            bare.append(microseconds(pid, server, others))
    used, least = statistics.median(ours), statistics.median(bare)
    ratio = used / least
    measured = f"{ratio:.2f} ({used:.1f} µs against {least:.1f})"
    return Figure("CPU a message against a bare aiohttp server", "≤ 1.25", measured, ratio <= 1.25)


# Votes, questions, a restart ------------------------------------------------------------------------------------------


def most_in_a_second(times: Sequence[float]) -> int:
    """Return how many of ``times`` at most are within one second."""
    return max((sum(first <= time < first + 0.999 for time in times) for first in times), default=0)


def vote_figures(service: Service, viewers: Viewers, people: Sequence[str]) -> Iterator[Figure]:
    """Let everybody vote once within a minute."""
    ids = [
        service.ask("POST", "/api/questions", {"text": TEXT.format(n)}, headers={"Cookie": people[n]}).json["id"]
        for n in range(5)
    ]
    for id_ in ids:
        service.operate("POST", f"/api/questions/{id_}/approve")
    viewers.forget()
    calls = [Call("PUT", f"/api/questions/{ids[n % 5]}/vote", cookie) for n, cookie in enumerate(people)]
    began = time.perf_counter()
    took_s = send(f"http://127.0.0.1:{service.port}", calls, per_s=VOTES_PER_S)
    lasted_s = time.perf_counter() - began
    time.sleep(1)
    counted = sum(question["votes"] for question in service.state()["questions"])
    assert counted == len(people), f"{counted} of {len(people)} votes are counted"
    p99_ms = percentile(took_s, 0.99) * 1000
    yield Figure(
        f"{len(people):,} votes within a minute, each acknowledged",
        "all within 60 s",
        f"all within {lasted_s:.0f} s, p99 {p99_ms:.0f} ms",
        lasted_s <= 61,
    )
    noted = viewers.counts()[3]
    most, mean = max(map(most_in_a_second, noted)), statistics.mean(map(len, noted)) / lasted_s
    yield Figure(
        "messages of votes a second to a viewer",
        "≤ 4",
        f"{mean:.1f} (at most {most} came within one second)",
        mean <= 4,
    )


def question_figures(service: Service, turn: Turn, viewers: Viewers, people: Sequence[str]) -> Iterator[Figure]:
    """Let questions come while the programme is encoded."""
    service.operate("POST", "/api/air/start")
    service.wait_output("recording", "live", within_s=20)
    time.sleep(5)
    before = meters(service)
    count = int(QUESTIONS_PER_S * MINUTE_S)
    calls = [
        Call("POST", "/api/questions", people[n % len(people)], {"text": TEXT.format(n)}) for n in range(10, 10 + count)
    ]
    p99_ms = percentile(send(f"http://127.0.0.1:{service.port}", calls, per_s=QUESTIONS_PER_S), 0.99) * 1000
    after = meters(service)
    yield Figure(
        f"questions acknowledged, 2,000 a minute, {VIEWERS:,} watch, 720p30 is encoded",
        "p99 ≤ 100 ms",
        f"p99 {p99_ms:.0f} ms",
        p99_ms <= 100,
    )
    frames = 30 * MINUTE_S
    late, dropped = after.late - before.late, after.dropped - before.dropped
    yield Figure("frames late and dropped meanwhile", "", f"{late} and {dropped} of {frames:.0f}")
    yield spread_figure(spread(turn, viewers, count=EVENTS), ", while 720p30 is encoded")


def restart_figure(service: Service, viewers: Viewers) -> Figure:
    """Restart the bridge; its studio stays."""
    viewers.forget()
    began = time.perf_counter()
    service.process.send_signal(signal.SIGHUP)
    service.process.wait(20)
    down_s = time.perf_counter() - began
    service.start()
    served_s = time.perf_counter() - began
    known = int(service.operate("GET", "/api/state")["seq"])
    service.operate("POST", "/api/sessions", {"title": "After the restart"})
    lasted_s = viewers.up_to_date(known + 1, within_s=60) - began
    live, snapshots, codes, _ = viewers.counts()
    assert live == VIEWERS, f"{live} are connected"
    return Figure(
        f"a restart with {VIEWERS:,} viewers, until all are back and up to date",
        "≤ 20 s",
        f"{lasted_s:.1f} s (ended after {down_s:.1f} s, served after {served_s:.1f} s; {snapshots} snapshots; "
        f"closed with {codes})",
        lasted_s <= 20,
    )


def measure() -> Iterator[Figure]:
    """Measure all of it, on one run of the service."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        Service(Path(scratch) / "room", SETTINGS) as service,
        Viewers() as all_,
    ):
        people, turn = cookies(service, VIEWERS), Turn(service)
        service.operate("POST", "/api/air/stop")
        time.sleep(3)
        before_kib = settled_kib(service.process.pid)
        took_s = all_.connect(service.port, people)
        time.sleep(2)
        each_kib = (settled_kib(service.process.pid) - before_kib) / VIEWERS
        yield Figure("memory a connection", "≤ 20 KiB", f"{each_kib:.1f} KiB", each_kib <= 20)
        yield Figure(f"connecting {VIEWERS:,} viewers without TLS", "", f"{took_s:.1f} s")
        yield spread_figure(spread(turn, all_, count=EVENTS), "")
        yield cpu_figure(service, turn, all_, people)
        yield from vote_figures(service, all_, people)
        yield from question_figures(service, turn, all_, people)
        yield restart_figure(service, all_)
