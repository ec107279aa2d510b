"""What somebody sees who has Python, git and make, and nothing else: a fresh clone, an empty home, no usable Node."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import psutil
import pytest

from tests.real.running import TOP, free_port, wait_for

pytestmark = pytest.mark.real

INSTALLED_S = 400.0
"""Time for packages and pages to come over the network and be built, on a busy machine."""
ON_AIR_S = 10.0


def an_old_node(folder: Path) -> Path:
    """Put a Node that is too old where it is found first."""
    folder.mkdir()
    for name in ("node", "npm"):
        (folder / name).write_text('#!/bin/sh\n[ "$1" = --version ] && echo v12.22.9 && exit 0\nexit 1\n')
        (folder / name).chmod(0o755)
    return folder


def on_air(port: int) -> bool:
    """Tell whether the HLS list is served."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/hls/live.m3u8", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def test_make_run_in_a_fresh_clone_with_an_empty_home_is_on_air(tmp_path: Path) -> None:
    clone, home, port = tmp_path / "clone", tmp_path / "home", free_port()
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", str(TOP), str(clone)], check=True, timeout=60)
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV", "CI"}}
    path = f"{an_old_node(tmp_path / 'old')}:{kept['PATH']}"
    said = tmp_path / "said.log"
    with said.open("wb") as log:
        run = subprocess.Popen(
            ["make", "run", f"ARGS=--port {port}", f"PYTHON={sys._base_executable}"],  # type: ignore[attr-defined]
            cwd=clone,
            env=kept | {"HOME": str(home), "PATH": path},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:

        def started() -> bool:
            assert run.poll() is None, said.read_text()[-3000:]
            return "/enter?token=" in said.read_text()

        wait_for("the addresses to be printed", started, within_s=INSTALLED_S, every_s=0.1)
        began = time.perf_counter()
        wait_for("the test card on air", lambda: on_air(port), within_s=ON_AIR_S)
        print(f"on air {time.perf_counter() - began:.1f} s after the addresses were printed")
        recording = wait_for("a recording", lambda: list(clone.glob("data/recordings/*.mkv")), within_s=5)[0]
        size = recording.stat().st_size
        wait_for("the recording to grow", lambda: recording.stat().st_size > size, within_s=5)
    finally:
        os.killpg(run.pid, signal.SIGINT)
        run.wait(30)
    words = said.read_text()
    assert "taking Node from PyPI" in words
    assert "Traceback" not in words
    assert re.search(rf"http://127\.0\.0\.1:{port}/", words)
    assert not list(home.glob("forward*")), "nothing is left at home"
    left = [
        process for process in psutil.process_iter(["cmdline"]) if str(clone) in " ".join(process.info["cmdline"] or [])
    ]
    assert not left, "bridge, studio and ports have ended"
