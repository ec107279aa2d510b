import subprocess
from pathlib import Path

import pytest

from tests.real.flashbeep import analyse

pytestmark = pytest.mark.real


def film(path: Path, *, beep_late_s: float) -> Path:
    """Make six seconds, white for two frames and a beep of 50 ms each second, the beep late by so much."""
    white = "drawbox=color=white:t=fill:enable='lt(mod(n,30),2)'"
    beep = f"aevalsrc='0.25*sin(2*PI*1000*t)*lt(mod(t+1-{beep_late_s},1),0.05)':s=48000:c=stereo:d=6"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"color=c=gray:s=640x360:r=30:d=6,{white}"]
    command += ["-f", "lavfi", "-i", beep, "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-c:a", "aac"]
    subprocess.run([*command, str(path)], check=True, timeout=60)
    return path


@pytest.mark.parametrize("late_s", [0.0, 0.02, 0.06])
def test_the_measure_tells_how_late_a_beep_is(tmp_path: Path, late_s: float) -> None:
    sync = analyse(film(tmp_path / "film.mkv", beep_late_s=late_s))
    assert len(sync.offsets_s) >= 5
    for offset in sync.offsets_s:
        assert offset == pytest.approx(late_s, abs=0.004)
