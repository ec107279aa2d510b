"""What the benches share: the service with everything on air, and what processes use."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

import psutil
from websocket import create_connection

from tests.real.running import Service, Viewer

QUESTION = "لماذا ينهار التدريب بعد مئة خطوة؟ 🤔 Does batch normalisation help?"
SPEAKER = "Ada Lovelace"
WARM_UP_S = 8.0


@dataclass(frozen=True, slots=True)
class Meters:
    """The studio's figures of one moment."""

    fps: float
    late: int
    dropped: int


def put_on_air(service: Service) -> None:
    """Lay a lower third and a question over the picture."""
    service.operate("POST", "/api/sessions", {"title": "Bench"})
    service.operate("POST", "/api/speakers/now", {"name": SPEAKER})
    asked = Viewer(service).question(QUESTION, name="Grace").json["id"]
    service.operate("POST", f"/api/questions/{asked}/approve")
    service.operate("POST", "/api/queue/next")
    assert service.state()["on_air"] == asked, "the question is in the picture"


def cpu_s(processes: Iterable[psutil.Process]) -> float:
    """Return the processor's time that these processes have used so far, in seconds."""
    used = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        used += times.user + times.system
    return used


def cores(processes: list[psutil.Process], *, seconds: float) -> float:
    """Return how many cores these processes use over the next ``seconds``."""
    began, used = time.perf_counter(), cpu_s(processes)
    time.sleep(seconds)
    return (cpu_s(processes) - used) / (time.perf_counter() - began)


def meters(service: Service) -> Meters:
    """Return the figures that the operator's page shows now."""
    seq = service.operate("GET", "/api/state")["seq"]
    address = f"ws://127.0.0.1:{service.port}/api/events?after={seq}&meters=1"
    socket = create_connection(address, header={"Authorization": f"Bearer {service.token}"}, timeout=10)
    try:
        while True:
            message = json.loads(socket.recv())
            if message["kind"] == "meters":
                figures = message["data"]
                return Meters(figures["fps"], figures["late"], figures["dropped"])
    finally:
        socket.close()
