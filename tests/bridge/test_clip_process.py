from pathlib import Path

import pytest

from bridge.clip_process import ClipFailed, make
from stream.ports import causes
from stream.ports.wire import Cut
from tests.real.feeding import ports

MODULE = "stream.ports.clip"
CLUSTER = b"\x1f\x43\xb6\x75\x85\xe7\x81\x07" + bytes(100)


@pytest.mark.parametrize(
    ("content", "cause"),
    [(None, causes.MISSING), (b"", causes.NOT_MEDIA), (b"noise" * 9999, causes.NOT_MEDIA), (CLUSTER, causes.NOT_MEDIA)],
)
async def test_why_there_is_no_clip_is_told(tmp_path: Path, content: bytes | None, cause: str) -> None:
    recording = tmp_path / "a.mkv"
    if content is not None:
        recording.write_bytes(content)
    with pytest.raises(ClipFailed) as failed:
        await make(Cut(str(recording), str(tmp_path / "a.mp4"), 0.0, 5.0))
    assert failed.value.cause == cause
    assert ports(MODULE) == []


async def test_one_that_makes_no_progress_is_killed(tmp_path: Path) -> None:
    with pytest.raises(ClipFailed):
        await make(Cut(str(tmp_path), str(tmp_path / "a.mp4"), 0.0, 5.0), stall_s=0.01)
    assert ports(MODULE) == []


async def test_one_that_ends_without_a_word_has_failed(tmp_path: Path) -> None:
    with pytest.raises(ClipFailed) as failed:
        await make(Cut(str(tmp_path), str(tmp_path / "a.mp4"), 0.0, 5.0), module="stream.ports.causes")
    assert failed.value.cause == causes.OTHER
