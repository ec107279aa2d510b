"""Make what sources play: a picture as busy as a camera's, with spoken words."""

import subprocess
from pathlib import Path

SPEECH = (
    "Good afternoon, and welcome to Forward Prop. We talk about generative models, and why they collapse. "
    "Somebody on the web asks whether batch normalisation is to blame. Let us look at that together. "
    "In the first experiment nothing changed at all, and in the second one everything did."
)


def speech(path: Path) -> Path:
    """Speak a few sentences into a sound file of some twenty seconds."""
    run("espeak-ng", "-s", "150", "-w", str(path), SPEECH)
    return path


def film(path: Path, *, width: int = 1280, height: int = 720, fps: int = 30, seconds: int = 20) -> Path:
    """Make a film of a moving, noisy picture with speech, H.264 and AAC with B-frames, as cameras and editors write."""
    words = speech(path.with_suffix(".wav"))
    picture = f"mandelbrot=size={width // 2}x{height // 2}:rate={fps}:end_pts={seconds * fps}"
    # Never as dark as the slate, so that the two can be told apart by their brightness.
    grain = f"scale={width}:{height}:flags=bilinear,format=yuv420p,lutyuv=y=90+val/2,scroll=h=0.01,noise=alls=8:allf=t"
    run(
        *(
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            f"{picture},{grain}",
            "-stream_loop",
            "-1",
            "-i",
            str(words),
        ),
        *("-t", str(seconds), "-c:v", "libx264", "-preset", "veryfast", "-b:v", "6M", "-c:a", "aac", "-ar", "44100"),
        str(path),
    )
    return path


def run(*command: str) -> None:
    """Run a program to its end; what it said is in the error where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
