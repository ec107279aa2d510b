"""FFmpeg's own WHIP client (through PyAV), sending a flash and a beep each second: ``python -m … URL FOLDER SECONDS``.

A process of its own, since it blocks while it connects.
"""

import os
import sys
import time
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

WIDTH, HEIGHT, FPS = 640, 360, 30


def certificate(folder: Path) -> dict[str, str]:
    """Write a certificate for DTLS, which must be of an elliptic curve, and return the options that name it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "whip")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(written)
    return {"cert_file": str(folder / "cert.pem"), "key_file": str(folder / "key.pem")}


def picture(number: int) -> av.VideoFrame:
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    luma = 235 if number % FPS < 3 else 40 + number % FPS
    for plane, value in zip(frame.planes, (luma, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    return frame


def sound(number: int) -> av.AudioFrame:
    at = np.arange(number * 960, (number + 1) * 960)
    tone = (np.sin(2 * np.pi * at / 48) * (at % 48_000 < 4800) * 16_000).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None], "s16", "stereo")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 960, Fraction(1, 48_000)
    return frame


def push(url: str, folder: Path, seconds: float) -> None:
    """Send for ``seconds`` in real time, then say goodbye."""
    with av.open(url, "w", format="whip", options=certificate(folder)) as out:
        profile = {"profile": os.environ.get("PROFILE", "baseline"), "preset": "superfast", "tune": "zerolatency"}
        video = out.add_stream("libx264", rate=FPS, options=profile | {"g": "30"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = out.add_stream("libopus", rate=48_000, layout="stereo")
        began_s = time.monotonic()  # noqa: TID251  (a program of its own, outside the service)
        events = [(n / FPS, n, "picture") for n in range(round(seconds * FPS))]
        events += [((n + 1) * 0.02, n, "sound") for n in range(round(seconds * 50))]
        for due_s, number, kind in sorted(events):
            time.sleep(max(0.0, began_s + due_s - time.monotonic()))  # noqa: TID251  (the same)
            packets = video.encode(picture(number)) if kind == "picture" else audio.encode(sound(number))
            out.mux(packets)


if __name__ == "__main__":
    push(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
