from stream import sound
from tests.stream.tones import TICK, tone


def test_a_sound_goes_the_whole_way_from_a_source_to_the_meter() -> None:
    buffer, limiter = sound.JitterBuffer(), sound.Limiter()
    for chunk in range(10):
        buffer.push(chunk * 0.02, tone(chunk * TICK, TICK, amplitude=0.9))
    for tick in range(10):
        track = buffer.pull(tick * 0.02, TICK)
        out = limiter.process(sound.mix([track, track], [1.0, 1.0]))
    rms, peak = sound.level(out)
    assert peak <= -0.99
    assert -5.0 < rms < -3.9
    assert limiter.delay_samples / sound.RATE_HZ < 0.01
