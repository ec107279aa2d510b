import re
from contextlib import suppress
from random import Random

import pytest

from bridge.errors import StudioError
from stream.negotiation import OFFER_CHARACTERS, negotiate, offered, with_profiles, with_readable_profiles
from stream.rtp import PictureOrder, SoundOrder
from tests.stream.whipping import Pictures, Sound, offer_of


async def answered(sdp: str) -> str:
    peer, _, answer = await negotiate(
        sdp, orders={"audio": SoundOrder(), "video": PictureOrder()}, report=lambda kind, ticks, sender_s: None
    )
    await peer.close()
    return answer


async def refused(sdp: str) -> str:
    with pytest.raises(StudioError) as caught:
        await answered(sdp)
    assert caught.value.code == "offer_unfit"
    return str(caught.value)


async def test_h264_is_answered_before_vp8_and_of_sound_only_opus() -> None:
    answer = await answered(await offer_of(Pictures(), Sound()))
    formats = re.findall(r"a=rtpmap:\d+ (\w+)/", answer)
    assert formats.index("H264") < formats.index("VP8")
    assert formats[-1] == "opus"
    assert not {"PCMU", "PCMA", "G722"} & set(formats)
    assert answer.count("a=recvonly") == 2


async def test_the_answer_names_an_address_that_others_reach() -> None:
    answer = await answered(await offer_of(Pictures()))
    hosts = re.findall(r"^a=candidate:\S+ 1 udp \d+ (\S+) ", answer, re.MULTILINE)
    assert any(re.fullmatch(r"[\d.]+", host) for host in hosts)
    assert "127.0.0.1" not in hosts
    assert "a=end-of-candidates" in answer


@pytest.mark.parametrize("kinds", [("audio",), ("video",), ("audio", "video"), ("video", "audio")])
async def test_picture_or_sound_alone_and_in_any_order_are_answered(kinds: tuple[str, ...]) -> None:
    answer = await answered(await offer_of(*kinds))
    assert re.findall(r"^m=(\w+)", answer, re.MULTILINE) == list(kinds)


async def test_what_is_no_offer_is_refused_in_words() -> None:
    good = await offer_of(Pictures(), Sound())
    assert "session description" in await refused("")
    assert "session description" in await refused("{}")
    assert "no media" in await refused("v=0\r\n")
    assert "longer than" in await refused("v=0" + "x" * OFFER_CHARACTERS)
    assert "ICE" in await refused(re.sub(r"a=ice-ufrag.*\r\n", "", good))
    assert "DTLS" in await refused(re.sub(r"a=fingerprint.*\r\n", "", good))


async def test_an_offer_of_something_else_is_refused_in_words() -> None:
    assert "one of each" in await refused(await offer_of("video", "video"))
    assert "neither picture nor sound" in await refused(await offer_of("video", "audio", direction="recvonly"))
    sound = await offer_of("audio")
    assert "format" in await refused(
        sound.replace("opus/48000/2", "speex/16000").replace("PCM", "XCM").replace("G722", "G7")
    )
    assert "takes a picture" in await refused(sound.replace("m=audio", "m=application"))


async def test_a_damaged_offer_never_gets_more_than_a_refusal() -> None:
    good = await offer_of(Pictures(), Sound())
    random = Random(5)
    for _ in range(60):
        with suppress(StudioError):  # any other error fails the test
            await answered(damaged(good, random))


def damaged(sdp: str, random: Random) -> str:
    """Return ``sdp`` with a few lines lost, cut short, garbled or doubled."""
    lines = sdp.splitlines()
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(lines))
        line, cut = lines[at], random.randint(0, len(lines[at]))
        lines[at : at + 1] = random.choice([[], [line[:cut]], [line[:cut] + "\x00é" + line[cut:]], [line, line]])
    return "\r\n".join(lines) + "\r\n"


HIGH = "m=video 9 X 106\r\na=rtpmap:106 H264/90000\r\na=fmtp:106 packetization-mode=1;profile-level-id=640C1F\r\n"


def test_an_encoder_that_knows_only_the_high_profile_is_answered_in_its_own_words() -> None:
    readable, profiles = with_readable_profiles(HIGH)
    assert "profile-level-id=42e01f" in readable
    assert with_profiles(readable, profiles) == HIGH.replace("640C1F", "640c1f")


def test_an_offer_that_holds_a_readable_format_is_left_alone() -> None:
    for also in ("a=rtpmap:96 VP8/90000\r\n", "a=fmtp:97 profile-level-id=42e01f\r\n"):
        assert with_readable_profiles(HIGH + also) == (HIGH + also, {})


async def test_the_high_profile_alone_is_answered() -> None:
    sdp = await offer_of(Pictures())
    only_high = re.sub(r"profile-level-id=42[0-9a-f]{4}", "profile-level-id=64001f", sdp).replace(
        "VP8/90000", "VPX/90000"
    )
    assert "profile-level-id=64001f" in await answered(only_high)


def test_kinds_are_told_in_the_offers_order() -> None:
    sdp = "v=0\r\nm=audio 9 X 1\r\na=ice-ufrag:x\r\na=fingerprint:x\r\nm=video 9 X 2\r\n"
    assert offered(sdp) == ["audio", "video"]
