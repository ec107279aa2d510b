import inspect

import pytest

from bridge.terms import LinkState
from stream import reasons
from stream.ports import causes
from stream.protocol import HlsOutput, OutputSpec, RecordingOutput, RtmpOutput

KEY = "s3cr3t-k3y"
RTMP = RtmpOutput(name="a", url=f"rtmps://live.example:443/app?token=t0k3n/{KEY}")
RECORDING = RecordingOutput(name="rec", path="/recordings/a.mkv")
HLS = HlsOutput(name="hls", directory="/hls")

ALL = [value for name, value in inspect.getmembers(causes) if name.isupper() and isinstance(value, str)]
ALL += [reasons.SILENT, reasons.STALLED, reasons.DIED]


@pytest.mark.parametrize("cause", ALL)
@pytest.mark.parametrize("spec", [RTMP, RECORDING, HLS], ids=lambda spec: type(spec).__name__)
def test_every_fault_has_a_sentence_that_says_what_happens_next_and_holds_no_secret(
    spec: OutputSpec, cause: str
) -> None:
    for lived in (False, True):
        reason = reasons.judge(spec, cause, lived=lived).reason
        assert reason.endswith(".")
        assert "rying again" in reason or "Next try in" in reason
        assert KEY not in reason
        assert "t0k3n" not in reason


@pytest.mark.parametrize(
    "cause",
    [causes.REFUSED_KEY, causes.REFUSED_APPLICATION, causes.CERTIFICATE, causes.CA_FILE, causes.UNRESOLVED],
)
def test_what_was_wrong_from_the_start_fails_and_is_tried_slowly(cause: str) -> None:
    verdict = reasons.judge(RTMP, cause, lived=False)
    assert verdict.state is LinkState.FAILED
    assert verdict.retry_s is not None
    assert verdict.retry_s >= 10


def test_a_key_that_was_taken_before_is_tried_on_when_it_is_refused() -> None:
    assert reasons.judge(RTMP, causes.REFUSED_KEY, lived=True).state is LinkState.RECONNECTING


@pytest.mark.parametrize("cause", [causes.NOBODY, causes.LOST, causes.NO_RTMP, reasons.SILENT, reasons.STALLED])
def test_a_server_that_is_away_is_reconnected_to(cause: str) -> None:
    verdict = reasons.judge(RTMP, cause, lived=False)
    assert (verdict.state, verdict.retry_s) == (LinkState.RECONNECTING, None)
    assert "live.example:443" in verdict.reason


def test_a_full_disk_is_looked_at_again_every_half_minute() -> None:
    verdict = reasons.judge(RECORDING, causes.DISK_FULL, lived=True)
    assert (verdict.state, verdict.retry_s) == (LinkState.FAILED, 30)
    assert verdict.reason.startswith("The disk is full")


@pytest.mark.parametrize("url", ["http://host/app", "host/app", "", "rtmp:///app/key", "rtmp://host:port/app", "rtmp"])
def test_an_address_that_can_be_none_of_an_rtmp_server_is_said_at_once(url: str) -> None:
    verdict = reasons.fault_of_address(url)
    assert verdict is not None
    assert verdict.state is LinkState.FAILED


@pytest.mark.parametrize("url", ["rtmp://host/app/key", "RTMPS://host:1/app", "rtmp://[::1]:1935/live/x"])
def test_an_address_of_an_rtmp_server_is_taken(url: str) -> None:
    assert reasons.fault_of_address(url) is None
