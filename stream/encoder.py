"""Encode the programme once: one x264, one AAC. What comes out feeds every output.

Constant bitrate (the decoder model of H.264 Annex C is kept by filler data, as ingests ask for), a keyframe every two
seconds and on demand, no B-frames, no look-ahead: a picture leaves as soon as it is encoded. ``video`` and ``audio``
may be called from two threads, each from one only.
"""

import io
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from numpy.typing import NDArray

from stream.packets import AUDIO, VIDEO, EncodedPacket, StreamHeader
from stream.picture import Picture
from stream.protocol import Programme
from stream.timeline import AUDIO_HZ

KEYFRAME_S = 2
AAC_FRAME = 1024
"""Samples in one AAC frame (ISO/IEC 14496-3)."""

_KEEP_TYPE = PictureType.NONE
_THREADS = 2
"""One thread fits on average, but its keyframes overrun a tick at 1080p."""


class Encoder:
    """The programme's two encoders."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._container_bytes = io.BytesIO()
        # The container is only there to open both codecs and to write the header that describes them.
        self._container = av.open(
            self._container_bytes, "w", format="mp4", container_options={"movflags": "empty_moov+default_base_moof"}
        )
        self._video = self._open_video()
        self._audio = self._open_audio()
        self._container.start_encoding()
        self._fifo = np.zeros((0, 2), np.float32)
        self._next_sample = 0
        self.header = StreamHeader(
            init=self._container_bytes.getvalue(),
            video_extradata=bytes(self._video.extradata or b""),
            fps=programme.fps,
            video_bps=programme.video_bps,
        )

    def video(self, picture: Picture, *, tick: int, due_s: float, keyframe: bool = False) -> list[EncodedPacket]:
        """Encode the picture of ``tick``; it may be written to again once this returns."""
        frame = av.VideoFrame.from_numpy_buffer(picture, format="yuv420p")
        frame.pts = tick
        frame.time_base = Fraction(1, self._programme.fps)
        frame.pict_type = PictureType.I if keyframe else _KEEP_TYPE
        return [
            EncodedPacket(
                stream=VIDEO,
                pts=_count(packet.pts),
                dts=_count(packet.dts),
                duration=1,
                keyframe=packet.is_keyframe,
                payload=bytes(packet),
                due_s=due_s,
            )
            for packet in self._video.encode(frame)
        ]

    def begin_audio(self, sample: int) -> None:
        """Count the first sample to come as the programme's ``sample``."""
        self._next_sample = sample

    def audio(self, samples: NDArray[np.float32], *, start_s: float) -> list[EncodedPacket]:
        """Encode what follows the samples given before, shape ``(n, 2)``.

        ``start_s`` is the monotonic time of the programme's sample 0.
        """
        self._fifo = np.concatenate((self._fifo, samples))
        return [packet for block in self._blocks() for packet in self._encode_block(block, start_s)]

    def close(self) -> None:
        """Free the encoders."""
        self._container.close()

    def _blocks(self) -> Iterator[NDArray[np.float32]]:
        while len(self._fifo) >= AAC_FRAME:
            block, self._fifo = self._fifo[:AAC_FRAME], self._fifo[AAC_FRAME:]
            yield block

    def _encode_block(self, block: NDArray[np.float32], start_s: float) -> Iterator[EncodedPacket]:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout="stereo")
        frame.sample_rate = AUDIO_HZ
        frame.pts = self._next_sample
        frame.time_base = Fraction(1, AUDIO_HZ)
        self._next_sample += AAC_FRAME
        for packet in self._audio.encode(frame):
            pts = _count(packet.pts)
            yield EncodedPacket(
                stream=AUDIO,
                pts=pts,
                dts=_count(packet.dts),
                duration=AAC_FRAME,
                keyframe=True,
                payload=bytes(packet),
                due_s=start_s + pts / AUDIO_HZ,
            )

    def _open_video(self) -> VideoCodecContext:
        programme = self._programme
        keyint = KEYFRAME_S * programme.fps
        kbps = programme.video_bps // 1000
        stream = self._container.add_stream(
            "libx264",
            rate=programme.fps,
            options={
                "preset": programme.preset,
                "tune": "zerolatency",
                "forced-idr": "1",
                "x264-params": (
                    f"nal-hrd=cbr:force-cfr=1:vbv-maxrate={kbps}:vbv-bufsize={kbps}:keyint={keyint}:min-keyint=1"
                    ":scenecut=0:bframes=0:colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv"
                ),
            },
        )
        context = stream.codec_context
        context.width = programme.width
        context.height = programme.height
        context.pix_fmt = "yuv420p"
        context.bit_rate = programme.video_bps
        context.thread_count = _THREADS
        context.max_b_frames = 0
        context.gop_size = keyint
        return context

    def _open_audio(self) -> AudioCodecContext:
        stream = self._container.add_stream("aac", rate=AUDIO_HZ, layout="stereo")
        stream.codec_context.bit_rate = self._programme.audio_bps
        return stream.codec_context


def _count(timestamp: int | None) -> int:
    assert timestamp is not None, "an encoder stamps every packet"
    return timestamp
