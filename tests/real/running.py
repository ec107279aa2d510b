"""The whole service as its users run it: ``python -m bridge run`` with a data directory and a port of its own.

Everything is asked over HTTP or read from files: a test knows nothing of the inside.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import psutil

TOP = Path(__file__).parents[2]
T = TypeVar("T")


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def wait_for(what: str, look: Callable[[], T | None], *, within_s: float, every_s: float = 0.05) -> T:
    """Look until something true is there and return it; fail with ``what`` after ``within_s`` seconds."""
    until = time.perf_counter() + within_s
    while True:
        found = look()
        if found:
            return found
        assert time.perf_counter() < until, f"waited {within_s} s in vain for {what}"
        time.sleep(every_s)


def environment() -> dict[str, str]:
    """Return this environment without any setting of the service, able to run it from any folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FORWARD_PROP_")}
    return kept | {"PYTHONPATH": str(TOP)}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The stable code of an error."""
        code: str = self.json["error"]["code"]
        return code


@dataclass
class Service:
    """One run of the service after another over the same data."""

    folder: Path
    settings: str = ""
    """The text of forward-prop.toml; there is no such file where it is empty."""
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.folder / "data"
        self.log = self.folder / "bridge.log"
        self.config = self.folder / "forward-prop.toml"
        if self.settings:
            self.config.write_text(self.settings, encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None
        self._token: str | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is not None:
            for log in (self.log, self.data / "studio.log"):
                lines = log.read_text().splitlines() if log.exists() else []
                print(f"--- {log}", *[line for line in lines if "readyz" not in line][-20:], sep="\n")

    # Its life --------------------------------------------------------------------------------------------------------

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the command line on the same data, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bridge", *arguments, *self.places()],
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def places(self) -> list[str]:
        """Return what every command is told of files."""
        return [*(["--config", str(self.config)] if self.settings else []), "--data", str(self.data)]

    def start(self) -> None:
        """Start it and wait until it serves."""
        self.spawn()
        wait_for("the service to be ready", self.ready, within_s=20, every_s=0.1)

    def spawn(self) -> None:
        """Start it without waiting."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bridge", "run", *self.places(), "--port", str(self.port)],
                cwd=self.folder,
                env=environment(),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def ready(self) -> bool:
        """Tell whether it is able to serve."""
        assert self.process.poll() is None, f"the service ended by itself:\n{self.log.read_text()[-4000:]}"
        try:
            return self.get("/readyz").status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """End it in order, as Ctrl-C does, and see that nothing of it is left."""
        if self._process is not None and self._process.poll() is None:
            try:
                self.interrupt()
            except subprocess.TimeoutExpired:
                self.kill()
        for left in self.tree():
            left.kill()

    def interrupt(self) -> None:
        """Press Ctrl-C and wait."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)

    def kill(self) -> None:
        """End the bridge alone, without a word."""
        self.process.kill()
        self.process.wait()

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The bridge."""
        assert self._process is not None, "it was never started"
        return self._process

    def studio_pid(self) -> int | None:
        """Return the studio's process id, or None while there is none."""
        for process in psutil.process_iter(["pid", "cmdline"]):
            words = process.info["cmdline"] or []
            if "stream" in words and str(self.data) in words:
                return int(process.info["pid"])
        return None

    def tree(self) -> list[psutil.Process]:
        """List bridge, studio and ports, as far as they live."""
        roots = [self.process.pid] if self._process is not None else []
        roots += [pid for pid in (self.studio_pid(),) if pid is not None]
        found: dict[int, psutil.Process] = {}
        for pid in roots:
            try:
                root = psutil.Process(pid)
                for process in (root, *root.children(recursive=True)):
                    found[process.pid] = process
            except psutil.NoSuchProcess:
                continue
        return [process for process in found.values() if process.is_running() and process.status() != "zombie"]

    # Asking it -------------------------------------------------------------------------------------------------------

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """Send one request; ``body`` goes as JSON, ``raw`` as it is."""
        sent = dict(headers or {})
        payload = raw
        if body is not None:
            payload = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, payload, sent)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        """GET as nobody in particular."""
        return self.ask("GET", path)

    def invite(self, role: str, *more: str) -> str:
        """Return an invite's token, made by the command line."""
        made = self.command("invite", role, *more)
        assert made.returncode == 0, made.stderr
        found = re.search(r"token=([^\s&]+)", made.stdout)
        assert found, f"no link in {made.stdout!r}"
        return found[1]

    @property
    def token(self) -> str:
        """An operator's invite, which serves as a bearer token."""
        if self._token is None:
            self._token = self.invite("operator")
        return self._token

    def operate(self, method: str, path: str, body: object = None) -> Any:
        """Ask as the operator; fail where that is refused. Returns the decoded answer, None where it is empty."""
        answer = self.ask(method, path, body, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.body.decode()}"
        return answer.json if answer.body else None

    def state(self) -> dict[str, Any]:
        """Return the state as the operator sees it."""
        state: dict[str, Any] = self.operate("GET", "/api/state")["state"]
        return state

    def output(self, name: str) -> dict[str, Any]:
        """Return one output as the operator sees it."""
        outputs: list[dict[str, Any]] = self.operate("GET", "/api/outputs")
        found = [output for output in outputs if output["name"] == name]
        assert found, f"no output is called {name}: {outputs}"
        return found[0]

    def source(self, name: str) -> dict[str, Any]:
        """Return one source as the operator sees it."""
        found: dict[str, Any] = next(source for source in self.state()["sources"] if source["name"] == name)
        return found

    def wait_output(self, name: str, state: str, *, within_s: float) -> dict[str, Any]:
        """Wait until an output is in ``state``."""
        return wait_for(
            f"output {name} to be {state}",
            lambda: found if (found := self.output(name))["state"] == state else None,
            within_s=within_s,
        )

    def recordings(self) -> list[Path]:
        """List the recordings' files, oldest first."""
        return sorted((self.data / "recordings").glob("*.mkv"), key=lambda path: path.stat().st_mtime)


class Viewer:
    """A browser without an account: it keeps the cookie it was given."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.cookie = cookie_of(service.get("/api/state"))

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> Answer:
        """Send a request with the cookie."""
        headers = {"Cookie": self.cookie} | more.pop("headers", {})
        return self._service.ask(method, path, body, headers=headers, **more)

    def question(self, text: str, **more: object) -> Answer:
        """Ask a question."""
        return self.ask("POST", "/api/questions", {"text": text, **more})


def cookie_of(answer: Answer) -> str:
    """Return the cookie that an answer sets, as a browser would send it back."""
    return answer.headers["set-cookie"].split(";")[0]
