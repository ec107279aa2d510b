import pytest

from web import frames


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_text_frame_says_its_length_as_short_as_it_can(length: int, head: bytes) -> None:
    assert frames.text(b"x" * length) == head + b"x" * length


def test_a_close_frame_holds_code_and_reason() -> None:
    assert frames.close(4008, "slow") == b"\x88\x06\x0f\xa8slow"


def test_a_ping_says_nothing_else() -> None:
    assert frames.ping() == b"\x89\x00"
