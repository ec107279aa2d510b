"""A real RTMP server: nginx with its RTMP module, over TLS by stunnel with an authority of its own where wanted.

It takes one key, plays back what is sent to it, counts what it got, and can be killed, frozen and brought back.
"""

import os
import shutil
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.etree import ElementTree

import pytest

from tests.real.running import free_port, wait_for

MODULES = (Path("/usr/lib/nginx/modules"), Path("/usr/lib64/nginx/modules"))
KEY = "Zo3-key.of_one'room"
"""With characters that must survive the way through FFmpeg's option strings."""

CONFIG = """
load_module {module};
master_process off;
daemon off;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
rtmp {{
    server {{
        listen 127.0.0.1:{port};
        application live {{
            live on;
            notify_method get;
            on_publish http://127.0.0.1:{http_port}/publish;
        }}
    }}
}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{http_port};
        location /publish {{
            if ($arg_name = "{key}") {{ return 200; }}
            return 403;
        }}
        location /stat {{ rtmp_stat all; }}
    }}
}}
"""
STUNNEL = """
foreground = yes
pid =
debug = 3
[rtmps]
accept = 127.0.0.1:{tls_port}
connect = 127.0.0.1:{port}
cert = {folder}/server.pem
key = {folder}/server.key
"""


def program(name: str) -> str:
    """Find a program, also where only root's path leads; skip the test where it is missing."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def rtmp_module() -> Path:
    """Find nginx's RTMP module; skip the test where it is missing."""
    for folder in MODULES:
        if (found := folder / "ngx_rtmp_module.so").exists():
            return found
    pytest.skip("nginx's RTMP module is not installed")


@dataclass
class Ingest:
    """A server at a port that stays the same over its lives. A context manager; entering it starts the server."""

    folder: Path
    tls: bool = False
    certified_host: str = "localhost"
    """Whom the certificate names."""
    key: str = KEY
    port: int = field(default_factory=free_port)
    http_port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._running: list[subprocess.Popen[bytes]] = []
        if self.tls:
            certify(self.folder, self.certified_host)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    # Its addresses ----------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Return the address to publish to, without the key."""
        return f"rtmps://localhost:{self.tls_port}/live" if self.tls else f"rtmp://127.0.0.1:{self.port}/live"

    @property
    def address(self) -> str:
        """Return the address with its key."""
        return f"{self.url}/{self.key}"

    @property
    def playback(self) -> str:
        """Return the address at which the stream can be played, never over TLS."""
        return f"rtmp://127.0.0.1:{self.port}/live/{self.key}"

    @property
    def ca_file(self) -> Path | None:
        """Return the authority that signed the server's certificate."""
        return self.folder / "ca.pem" if self.tls else None

    # Its life ---------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start it, or bring it back; returns when it listens."""
        config = CONFIG.format(
            module=rtmp_module(), folder=self.folder, port=self.port, http_port=self.http_port, key=self.key
        )
        (self.folder / "nginx.conf").write_text(config)
        log = self.folder / "nginx.log"
        self._spawn(program("nginx"), "-p", str(self.folder), "-e", str(log), "-c", str(self.folder / "nginx.conf"))
        if self.tls:
            config = STUNNEL.format(tls_port=self.tls_port, port=self.port, folder=self.folder)
            (self.folder / "stunnel.conf").write_text(config)
            self._spawn(program("stunnel4"), str(self.folder / "stunnel.conf"))
        wait_for("nginx to answer", lambda: self._stat() is not None, within_s=10)

    def _spawn(self, *command: str) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self._running.append(subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def kill(self) -> None:
        """Kill it with ``kill -9``."""
        for process in self._running:
            process.kill()
            process.wait()
        self._running.clear()

    def freeze(self) -> None:
        """Stop it without closing anything: connections stay open, nobody reads."""
        for process in self._running:
            os.kill(process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        for process in self._running:
            os.kill(process.pid, signal.SIGCONT)

    # What it got ------------------------------------------------------------------------------------------------------

    def _stat(self) -> ElementTree.Element | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/stat", timeout=1) as answer:
                return ElementTree.fromstring(answer.read())
        except OSError:
            return None

    def received(self) -> int | None:
        """Return the bytes that the present publisher has sent, or None while nobody publishes."""
        stat = self._stat()
        for stream in [] if stat is None else stat.iter("stream"):
            if stream.find("publishing") is not None:
                return int(stream.findtext("bytes_in", "0"))
        return None

    def wait_received(self, *, within_s: float, more_than: int = 50_000) -> float:
        """Wait until media arrives; return how many seconds that took."""
        began = time.perf_counter()
        wait_for("media at the ingest", lambda: (self.received() or 0) > more_than, within_s=within_s, every_s=0.02)
        return time.perf_counter() - began

    def take(self, path: Path, *, seconds: float) -> Path:
        """Keep ``seconds`` of the stream as it comes, without decoding, in a Matroska file."""
        play = ["-rw_timeout", "10000000", "-i", self.playback, "-t", str(seconds), "-c", "copy"]
        done = subprocess.run(
            [program("ffmpeg"), "-v", "error", "-y", *play, str(path)],
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + 30,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return path


def certify(folder: Path, host: str) -> None:
    """Make an authority (``ca.pem``) and a certificate signed by it for ``host`` (``server.pem``, ``server.key``)."""
    openssl = program("openssl")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    own = ["-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem"), "-subj", "/CN=Test authority"]
    _quietly([openssl, "req", "-x509", *key, *own])
    signed = ["-CA", str(folder / "ca.pem"), "-CAkey", str(folder / "ca.key"), "-subj", f"/CN={host}"]
    files = ["-keyout", str(folder / "server.key"), "-out", str(folder / "server.pem")]
    names = ["-addext", f"subjectAltName=DNS:{host}", "-addext", "basicConstraints=critical,CA:FALSE"]
    _quietly([openssl, "req", "-x509", *key, *files, *signed, *names])


def _quietly(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
