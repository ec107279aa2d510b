import numpy as np
from numpy.typing import NDArray

from stream.listener import Listener
from tests.stream.tones import RATE_HZ, TICK, steepest, tone

QUIET_STEP = steepest(tone(0, 4800)) * 1.05


class Heard:
    def __init__(self) -> None:
        self.blocks: list[tuple[float, NDArray[np.float32]]] = []

    def __call__(self, due_s: float, samples: NDArray[np.float32]) -> None:
        self.blocks.append((due_s, samples))

    @property
    def sound(self) -> NDArray[np.float32]:
        return np.concatenate([samples for _, samples in self.blocks])


def listen(packets: list[int]) -> tuple[Listener, Heard]:
    heard = Heard()
    listener = Listener(due=lambda media_s: 100.0 + media_s, on_sound=heard)
    for packet in packets:
        listener.take((tone(packet * TICK, TICK) * 32_768).astype(np.int16), packet * TICK)
    return listener, heard


def test_sound_goes_on_with_its_time() -> None:
    _, heard = listen([0, 1, 2])
    assert [round(due_s, 6) for due_s, _ in heard.blocks] == [100.0, 100.02, 100.04]
    np.testing.assert_allclose(heard.sound, tone(0, 3 * TICK), atol=1e-4)


def test_lost_packets_are_silence_of_their_length_without_a_click() -> None:
    listener, heard = listen([0, 1, 4, 5])
    assert len(heard.sound) == 6 * TICK
    assert round(heard.blocks[2][0], 6) == 100.04
    assert listener.lost_samples == 2 * TICK
    assert steepest(heard.sound) < QUIET_STEP
    assert not heard.sound[2 * TICK + 240 : 4 * TICK].any()
    np.testing.assert_allclose(heard.sound[-TICK:], tone(5 * TICK, TICK), atol=1e-4)


def test_a_long_pause_is_told_by_the_time_alone() -> None:
    listener, heard = listen([0, 100])
    assert len(heard.sound) == 2 * TICK
    assert heard.blocks[1][0] == 100.0 + 100 * TICK / RATE_HZ
    assert listener.lost_samples == 0


def test_a_sender_that_counts_anew_loses_nothing() -> None:
    listener, heard = listen([50, 51, 0, 1])
    assert len(heard.sound) == 4 * TICK
    assert listener.lost_samples == 0
