"""EDGE. A media file opened for playing: its packets, its decoders, its time."""

import os
import stat
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.audio.resampler import AudioResampler
from av.stream import Disposition

from stream.ports.pace import AUDIO_HZ, FRAME_BYTES

if TYPE_CHECKING:
    AnyPacket = av.Packet[av.stream.Stream]

NOT_MEDIA = frozenset({"tty", "lavfi", "data", "hls", "concat"})
"""Demuxers that would play a text file as a picture, or open other places than the file."""
ONE_THREAD_PIXELS = 1920 * 1088
"""One thread decodes up to this size in time; more threads would only cost more."""


PADDING_S = 0.1
"""Sound that is longer than the picture by less is padding."""


class NotMedia(ValueError):
    """The file holds nothing that can be played."""


class Media:
    """An open file. Raises :exc:`OSError` and :exc:`NotMedia` where it cannot be opened."""

    def __init__(self, path: str) -> None:
        if not stat.S_ISREG(os.stat(path).st_mode):  # reading a pipe or a directory would wait or say nothing useful
            raise NotMedia(path)
        os.close(os.open(path, os.O_RDONLY))
        try:
            self._container = av.open(f"file:{path}", metadata_errors="replace")
        except ValueError as error:  # what FFmpeg calls invalid data
            raise NotMedia(path) from error
        streams = self._container.streams
        pictures = [stream for stream in streams.video if not stream.disposition & Disposition.attached_pic]
        self.video = pictures[0] if pictures else None
        self.audio = streams.audio[0] if streams.audio else None
        self._wanted = [stream for stream in (self.video, self.audio) if stream is not None]
        if not self._wanted or self._container.format.name in NOT_MEDIA:
            self.close()
            raise NotMedia(path)
        if self.video is not None:
            self._tune(self.video)
        start = self._container.start_time
        self._start_s = start / av.time_base if start is not None else 0.0
        self._ends_s: dict[int, float] = {}
        self._resampler = AudioResampler(format="flt", layout="stereo", rate=AUDIO_HZ)
        self._packets = self._demux()

    def _tune(self, video: av.VideoStream) -> None:
        context = video.codec_context
        if context.width * context.height > ONE_THREAD_PIXELS:
            context.thread_type = "FRAME"
            context.thread_count = os.cpu_count() or 1
        else:
            context.thread_count = 1

    @property
    def length_s(self) -> float:
        """Return how long a round is, as far as it was read: to the last picture's end, or to the sound's if later."""
        ends_s = [self._ends_s.get(stream.index, 0.0) for stream in self._wanted]
        # Encoders fill the sound's last packet up; that must not hold the first picture back.
        return ends_s[0] if max(ends_s) - ends_s[0] < PADDING_S else max(ends_s)

    @property
    def rate(self) -> float:
        """Return the pictures a second, as far as the file tells."""
        guessed = self.video.guessed_rate if self.video is not None else None
        return float(guessed or 25)

    @property
    def aspect(self) -> Fraction | None:
        """Return the shape of a pixel, None where the file does not tell."""
        return self.video.sample_aspect_ratio if self.video is not None else None

    def packet(self) -> "AnyPacket | None":
        """Return the next packet of the picture or the sound, None at the end."""
        try:
            packet = next(self._packets, None)
        except av.FFmpegError:  # cut off or damaged: what came before was played
            packet = None
        if packet is not None:
            self._measure(packet)
        return packet

    def _demux(self) -> "Iterator[AnyPacket]":
        # PyAV marks the end by an empty packet for each stream.
        return (packet for packet in self._container.demux(self._wanted) if packet.size)

    def _measure(self, packet: "AnyPacket") -> None:
        if packet.pts is None or packet.time_base is None:
            return
        end_s = float((packet.pts + (packet.duration or 0)) * packet.time_base) - self._start_s
        self._ends_s[packet.stream_index] = max(self._ends_s.get(packet.stream_index, 0.0), end_s)

    def pictures(self, packet: "AnyPacket | None") -> list[av.VideoFrame]:
        """Decode a picture's packet, or what the decoder still holds; a damaged one gives nothing."""
        assert self.video is not None, "asked only where there is a picture"
        try:
            return self.video.codec_context.decode(packet)
        except av.FFmpegError:
            return []

    def hurry(self, *, on: bool) -> None:
        """Leave out the pictures that no other one needs, while decoding is too slow."""
        if self.video is not None:
            self.video.codec_context.skip_frame = "NONREF" if on else "DEFAULT"

    def sounds(self, packet: "AnyPacket | None") -> Iterator[tuple[float | None, bytes]]:
        """Decode sound: time in the file, where known, and interleaved stereo float32 at 48 kHz."""
        assert self.audio is not None, "asked only where there is sound"
        try:
            frames = [*self.audio.codec_context.decode(packet), *([] if packet else [None])]
        except av.FFmpegError:
            return
        for frame in frames:
            for out in self._resampler.resample(frame):
                at = (
                    None if out.pts is None or out.time_base is None else float(out.pts * out.time_base) - self._start_s
                )
                yield at, bytes(out.planes[0])[: out.samples * FRAME_BYTES]

    def at(self, frame: av.VideoFrame) -> float | None:
        """Return a picture's time in the file, where known."""
        if frame.pts is None or frame.time_base is None:
            return None
        return float(frame.pts * frame.time_base) - self._start_s

    def rewind(self) -> None:
        """Begin again; raises :exc:`OSError` where the file cannot be sought in."""
        self._container.seek(int(self._start_s * av.time_base))
        self._resampler = AudioResampler(format="flt", layout="stereo", rate=AUDIO_HZ)
        self._packets = self._demux()

    def close(self) -> None:
        """Close the file."""
        self._container.close()
